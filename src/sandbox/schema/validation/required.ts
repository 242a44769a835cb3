import { isRecord } from '../../../util/is-record.ts'
import { type FieldError, required } from '../field-error.ts'
import type { ObjectSchema, Schema } from '../types.ts'

/** Fields that the schema calls required, and that the API server does without. */
const optional = new Set([
  'apps.v1.StatefulSetSpec.serviceName',
  'discovery.v1.EndpointSlice.endpoints',
  'scheduling.v1.PriorityClass.value',
  // A port of 0 is told in other words.
  'core.v1.ServicePort.port',
  'core.v1.HTTPHeader.value',
  'core.v1.Sysctl.value',
  'core.v1.LimitRangeSpec.limits',
  'core.v1.PodTemplateSpec.spec',
])

/** What of an object is missing; its status is not looked at, which programs write. */
export function missingFields(schema: ObjectSchema, object: Readonly<Record<string, unknown>>): FieldError[] {
  const { status: _, ...wanted } = object
  return missingWithin(schema, wanted, '')
}

function missingWithin(schema: Schema, value: unknown, path: string): FieldError[] {
  if (schema.kind === 'list' && Array.isArray(value)) {
    return value.flatMap((item, index) => missingWithin(schema.items, item, `${path}[${index}]`))
  }
  if (!isRecord(value)) return []
  if (schema.kind === 'dictionary') {
    return Object.entries(value).flatMap(([key, inner]) =>
      missingWithin(schema.values, inner, `${path}[${key}]`),
    )
  }
  if (schema.kind !== 'object') return []
  const errors: FieldError[] = []
  for (const [name, field] of schema.fields) {
    const place = path === '' ? name : `${path}.${name}`
    const inner = value[name]
    const isMissing = inner === undefined || inner === '' || (Array.isArray(inner) && inner.length === 0)
    if (field.isRequired && isMissing && !optional.has(`${schema.name}.${name}`)) errors.push(required(place))
    else if (inner !== undefined) errors.push(...missingWithin(field.schema, inner, place))
  }
  return errors
}
