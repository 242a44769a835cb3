import { type Draft, isDraft, items, peek } from '../draft.ts'
import { type FieldError, forbidden, invalid, required, unsupported } from '../field-error.ts'
import { validateAnnotations, validateLabels } from './metadata.ts'
import { notNegative, validatePodSpec } from './pod.ts'

/** Of a workload that selects its pods and has a template for them. */
export function validateWorkload(object: Draft): FieldError[] {
  const spec = peek(object, 'spec')
  return [
    ...validateSpec(object, spec, 'spec'),
    ...[
      'replicas',
      'minReadySeconds',
      'revisionHistoryLimit',
      'parallelism',
      'completions',
      'backoffLimit',
    ].flatMap(name => notNegative(spec, name, 'spec')),
    ...validateStrategy(object, spec),
  ]
}

/** A template, and that its pods may end only where somebody counts that. */
export function validateTemplate(template: Draft, field: string, isJob: boolean): FieldError[] {
  const metadata = peek(template, 'metadata')
  const spec = peek(template, 'spec')
  const { restartPolicy } = spec
  const policy: FieldError[] = []
  if (isJob && restartPolicy === 'Always') {
    policy.push(required(`${field}.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'))
  }
  if (!isJob && restartPolicy !== undefined && restartPolicy !== 'Always') {
    policy.push(unsupported(`${field}.spec.restartPolicy`, restartPolicy, ['Always']))
  }
  return [
    ...validateLabels(peek(metadata, 'labels'), `${field}.metadata.labels`),
    ...validateAnnotations(peek(metadata, 'annotations'), `${field}.metadata.annotations`),
    ...(isDraft(template.spec)
      ? validatePodSpec(spec, `${field}.spec`)
      : [required(`${field}.spec.containers`)]),
    ...policy,
  ]
}

function validateSpec(object: Draft, spec: Draft, field: string): FieldError[] {
  const isJob = object.kind === 'Job'
  const template = peek(spec, 'template')
  const selector = peek(spec, 'selector')
  const errors = validateTemplate(template, `${field}.template`, isJob)
  const isEmpty =
    Object.keys(peek(selector, 'matchLabels')).length === 0 &&
    items(selector, 'matchExpressions').length === 0
  if (isDraft(spec.selector) && isEmpty) {
    errors.push(invalid(`${field}.selector`, selector, 'empty selector is invalid for this kind'))
  }
  const labels = peek(peek(template, 'metadata'), 'labels')
  if (isDraft(spec.selector) && isDraft(spec.template) && !isEmpty && !selects(selector, labels)) {
    errors.push(
      invalid(`${field}.template.metadata.labels`, labels, '`selector` does not match template `labels`'),
    )
  }
  return errors
}

function selects(selector: Draft, labels: Draft): boolean {
  const matches = Object.entries(peek(selector, 'matchLabels')).every(([key, value]) => labels[key] === value)
  return matches && items(selector, 'matchExpressions').every(expression => satisfies(expression, labels))
}

function satisfies({ key, operator, values }: Draft, labels: Draft): boolean {
  const value = labels[String(key)]
  const isListed = Array.isArray(values) && values.includes(value)
  switch (operator) {
    case 'In':
      return isListed
    case 'NotIn':
      return !isListed
    case 'Exists':
      return value !== undefined
    default:
      return value === undefined
  }
}

function validateStrategy(object: Draft, spec: Draft): FieldError[] {
  if (object.kind !== 'Deployment') return []
  const strategy = peek(spec, 'strategy')
  const types = ['Recreate', 'RollingUpdate']
  if (!types.includes(String(strategy.type))) return [unsupported('spec.strategy.type', strategy.type, types)]
  if (strategy.type === 'Recreate') {
    if (!isDraft(strategy.rollingUpdate)) return []
    const words = "may not be specified when strategy `type` is 'Recreate'"
    return [forbidden('spec.strategy.rollingUpdate', words)]
  }
  const { maxSurge, maxUnavailable } = peek(strategy, 'rollingUpdate')
  const isNone = [maxSurge, maxUnavailable].every(one => one === 0 || one === '0' || one === '0%')
  const words = 'may not be 0 when `maxSurge` is 0'
  return isNone ? [invalid('spec.strategy.rollingUpdate.maxUnavailable', maxUnavailable, words)] : []
}
