import { type Draft, peek } from '../draft.ts'
import { type FieldError, invalid, required, tooLong } from '../field-error.ts'
import type { Kind } from '../kind.ts'
import {
  labelName,
  labelValue,
  type NameRule,
  pathSegment,
  qualifiedName,
  serviceName,
  subdomainName,
} from './names.ts'

const nameRules: Readonly<Record<string, NameRule>> = {
  namespaces: labelName,
  services: serviceName,
  'roles.rbac.authorization.k8s.io': pathSegment,
  'rolebindings.rbac.authorization.k8s.io': pathSegment,
  'clusterroles.rbac.authorization.k8s.io': pathSegment,
  'clusterrolebindings.rbac.authorization.k8s.io': pathSegment,
}

const maxAnnotationBytes = 256 * 1024

export function validateMetadata(kind: Kind, object: Draft): FieldError[] {
  const metadata = peek(object, 'metadata')
  const name = String(metadata.name ?? '')
  const fault = (nameRules[kind.resource] ?? subdomainName)(name)
  const errors: FieldError[] = []
  if (name === '') errors.push(required('metadata.name', 'name or generateName is required'))
  else if (fault) errors.push(invalid('metadata.name', name, fault))
  return [
    ...errors,
    ...validateLabels(peek(metadata, 'labels'), 'metadata.labels'),
    ...validateAnnotations(peek(metadata, 'annotations'), 'metadata.annotations'),
  ]
}

export function validateLabels(labels: Draft, field: string): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const keyFault = qualifiedName(key)
    const valueFault = labelValue(String(value))
    return [
      ...(keyFault ? [invalid(field, key, keyFault)] : []),
      ...(valueFault ? [invalid(field, value, valueFault)] : []),
    ]
  })
}

export function validateAnnotations(annotations: Draft, field: string): FieldError[] {
  const errors = Object.keys(annotations).flatMap(key => {
    const fault = qualifiedName(key.toLowerCase())
    return fault ? [invalid(field, key, fault)] : []
  })
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + key.length + String(value).length,
    0,
  )
  if (size > maxAnnotationBytes) errors.push(tooLong(field, maxAnnotationBytes))
  return errors
}
