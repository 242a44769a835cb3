import { type Draft, isDraft, items, peek } from '../draft.ts'
import { duplicate, type FieldError, forbidden, invalid, required, unsupported } from '../field-error.ts'
import { validateContainer } from './container.ts'
import { labelName } from './names.ts'

/** @param field where the spec is: `spec`, `spec.template.spec` */
export function validatePodSpec(spec: Draft, field: string): FieldError[] {
  const volumes = new Set(items(spec, 'volumes').map(volume => String(volume.name)))
  return [
    ...validateVolumes(spec, `${field}.volumes`),
    ...['initContainers', 'containers'].flatMap(list =>
      items(spec, list).flatMap((one, index) =>
        validateContainer(one, volumes, `${field}.${list}[${index}]`),
      ),
    ),
    ...duplicateNames(spec, field),
    ...oneOf(spec, 'restartPolicy', ['Always', 'OnFailure', 'Never'], field),
    ...oneOf(spec, 'dnsPolicy', ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], field),
    ...notNegative(spec, 'terminationGracePeriodSeconds', field),
    ...validateDns(spec, field),
  ]
}

/** A field that has one of a few values. */
export function oneOf(draft: Draft, name: string, choice: readonly string[], field: string): FieldError[] {
  const value = draft[name]
  if (value === undefined || choice.includes(String(value))) return []
  return [unsupported(`${field}.${name}`, value, choice)]
}

export function notNegative(draft: Draft, name: string, field: string): FieldError[] {
  const value = draft[name]
  if (typeof value !== 'number' || value >= 0) return []
  return [invalid(`${field}.${name}`, value, 'must be greater than or equal to 0')]
}

function validateVolumes(spec: Draft, field: string): FieldError[] {
  const seen = new Set<unknown>()
  return items(spec, 'volumes').flatMap((volume, index) => {
    const place = `${field}[${index}]`
    const { name, ...sources } = volume
    const errors: FieldError[] = []
    const fault = labelName(String(name ?? ''))
    if (name && fault) errors.push(invalid(`${place}.name`, name, fault))
    if (name && seen.has(name)) errors.push(duplicate(`${place}.name`, name))
    seen.add(name)
    const given = Object.keys(sources).filter(source => isDraft(sources[source]))
    for (const source of given.slice(1)) {
      errors.push(forbidden(`${place}.${source}`, 'may not specify more than 1 volume type'))
    }
    if (given.length === 0) errors.push(required(place, 'must specify a volume type'))
    return errors
  })
}

function duplicateNames(spec: Draft, field: string): FieldError[] {
  const seen = new Set<unknown>()
  return ['containers', 'initContainers'].flatMap(list =>
    items(spec, list).flatMap(({ name }, index) => {
      const isSeen = seen.has(name)
      seen.add(name)
      return isSeen ? [duplicate(`${field}.${list}[${index}].name`, name)] : []
    }),
  )
}

function validateDns(spec: Draft, field: string): FieldError[] {
  const { nameservers } = peek(spec, 'dnsConfig')
  if (spec.dnsPolicy !== 'None' || (Array.isArray(nameservers) && nameservers.length > 0)) return []
  return [
    required(
      `${field}.dnsConfig.nameservers`,
      'must provide at least one DNS nameserver when `dnsPolicy` is None',
    ),
  ]
}
