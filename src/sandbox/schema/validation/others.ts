import { type Draft, items, peek } from '../draft.ts'
import { type FieldError, invalid, required } from '../field-error.ts'
import { oneOf } from './pod.ts'
import { validateTemplate } from './workload.ts'

export function validateCronJob(object: Draft): FieldError[] {
  const spec = peek(object, 'spec')
  const { schedule } = spec
  const template = peek(peek(peek(spec, 'jobTemplate'), 'spec'), 'template')
  return [
    ...(schedule ? scheduleErrors(String(schedule)) : []),
    ...oneOf(spec, 'concurrencyPolicy', ['Allow', 'Forbid', 'Replace'], 'spec'),
    ...validateTemplate(template, 'spec.jobTemplate.spec.template', true),
  ]
}

const shorthands = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/
const scheduleField =
  /^(?:\*|\?|[\dA-Za-z]+(?:-[\dA-Za-z]+)?)(?:\/\d+)?(?:,(?:\*|[\dA-Za-z]+(?:-[\dA-Za-z]+)?)(?:\/\d+)?)*$/

function scheduleErrors(schedule: string): FieldError[] {
  if (shorthands.test(schedule)) return []
  const fields = schedule.trim().split(/\s+/)
  if (fields.length !== 5) {
    const words = `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
    return [invalid('spec.schedule', schedule, words)]
  }
  const wrong = fields.find(field => !scheduleField.test(field))
  return wrong === undefined ? [] : [invalid('spec.schedule', schedule, `failed to parse ${wrong}`)]
}

export function validateIngress(object: Draft): FieldError[] {
  const spec = peek(object, 'spec')
  const rules = items(spec, 'rules')
  if (rules.length === 0 && Object.keys(peek(spec, 'defaultBackend')).length === 0) {
    const words = 'either `defaultBackend` or `rules` must be specified'
    return [
      { ...invalid('spec', spec, words), message: `Invalid value: []networking.IngressRule(nil): ${words}` },
    ]
  }
  return rules.flatMap((rule, index) =>
    items(peek(rule, 'http'), 'paths').flatMap((path, at) =>
      validatePath(path, `spec.rules[${index}].http.paths[${at}]`),
    ),
  )
}

function validatePath(path: Draft, field: string): FieldError[] {
  const errors = oneOf(path, 'pathType', ['Exact', 'ImplementationSpecific', 'Prefix'], field)
  const isFree = path.pathType === 'ImplementationSpecific'
  if (!isFree && !String(path.path ?? '').startsWith('/')) {
    errors.push(invalid(`${field}.path`, path.path ?? '', 'must be an absolute path'))
  }
  const service = peek(peek(path, 'backend'), 'service')
  const { name, number } = peek(service, 'port')
  if (Object.keys(service).length > 0 && !name && !number) {
    errors.push(required(`${field}.backend`, 'port name or number is required'))
  }
  return errors
}
