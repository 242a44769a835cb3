import { type Draft, isDraft, items, peek } from '../draft.ts'
import { type FieldError, forbidden, invalid, required } from '../field-error.ts'
import { serviceName, subdomainName } from './names.ts'
import { oneOf } from './pod.ts'

/** Of a CustomResourceDefinition. */
export function validateDefinition(object: Draft): FieldError[] {
  const spec = peek(object, 'spec')
  const names = peek(spec, 'names')
  const { name } = peek(object, 'metadata')
  const errors: FieldError[] = []
  if (name !== `${names.plural}.${spec.group}`) {
    errors.push(invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group'))
  }
  const versions = items(spec, 'versions')
  if (versions.filter(version => version.storage === true).length !== 1) {
    errors.push(
      invalid(
        'spec.versions',
        versions.map(one => one.name),
        'must have exactly one version marked as storage version',
      ),
    )
  }
  return [
    ...errors,
    ...groupErrors(object),
    ...nameErrors(names),
    ...oneOf(spec, 'scope', ['Cluster', 'Namespaced'], 'spec'),
    ...versions.flatMap((version, index) =>
      validateSchema(version, `spec.versions[${index}].schema.openAPIV3Schema`),
    ),
    ...validateConversion(peek(spec, 'conversion')),
  ]
}

const approval = 'api-approved.kubernetes.io'

/** Groups without a dot, and those of Kubernetes, are the built-in kinds' own. */
function groupErrors(object: Draft): FieldError[] {
  const group = String(peek(object, 'spec').group ?? '')
  const fault = subdomainName(group)
  if (group === '') return []
  if (fault) return [invalid('spec.group', group, fault)]
  if (!group.includes('.')) return [invalid('spec.group', group, 'should be a domain with at least one dot')]
  const isProtected = /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group)
  if (!isProtected || peek(peek(object, 'metadata'), 'annotations')[approval]) return []
  const words = `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`
  return [required(`metadata.annotations[${approval}]`, words)]
}

function nameErrors(names: Draft): FieldError[] {
  return ['plural', 'singular', 'kind', 'listKind'].flatMap(field => {
    const name = String(names[field] ?? '')
    const fault = name === '' ? undefined : serviceName(field.endsWith('ind') ? name.toLowerCase() : name)
    return fault ? [invalid(`spec.names.${field}`, name, fault)] : []
  })
}

function validateSchema(version: Draft, field: string): FieldError[] {
  const root = peek(version, 'schema').openAPIV3Schema
  if (!isDraft(root)) return [required(field, 'schemas are required')]
  if (root.type !== 'object') return [invalid(`${field}.type`, root.type ?? '', 'must be object at the root')]
  return typelessParts(root, field)
}

/** A structural schema says of each value of which type it is. */
function typelessParts(schema: Draft, field: string): FieldError[] {
  const errors: FieldError[] = []
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  if (!schema.type && !isFree)
    errors.push(required(`${field}.type`, 'must not be empty for specified object fields'))
  if (isDraft(schema.properties) && schema.additionalProperties !== undefined) {
    errors.push(
      forbidden(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'),
    )
  }
  for (const [name, inner] of Object.entries(peek(schema, 'properties'))) {
    if (isDraft(inner)) errors.push(...typelessParts(inner, `${field}.properties[${name}]`))
  }
  if (isDraft(schema.items)) errors.push(...typelessParts(schema.items, `${field}.items`))
  else if (schema.type === 'array') errors.push(required(`${field}.items`, 'must be specified'))
  return errors
}

/** The sandbox calls no webhooks, so a conversion by one is refused here rather than left out. */
function validateConversion(conversion: Draft): FieldError[] {
  return oneOf(conversion, 'strategy', ['None'], 'spec.conversion')
}
