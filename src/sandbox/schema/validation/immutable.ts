import { isDeepStrictEqual } from 'node:util'
import { type Draft, items, peek } from '../draft.ts'
import { type FieldError, forbidden, invalid } from '../field-error.ts'
import type { Kind } from '../kind.ts'
import type { JsonObject } from '../types.ts'

/** What of an object may not change once it is there. */
export function validateImmutable(kind: Kind, object: Draft, previous: JsonObject): FieldError[] {
  return [
    ...finalizers(object, previous as Draft),
    ...(rules[kind.resource]?.(object, previous as Draft) ?? []),
  ]
}

/** What goes is held by nothing new. */
function finalizers(object: Draft, previous: Draft): FieldError[] {
  const before = peek(previous, 'metadata')
  const { finalizers: wanted } = peek(object, 'metadata')
  if (before.deletionTimestamp === undefined || !Array.isArray(wanted)) return []
  const known: unknown[] = Array.isArray(before.finalizers) ? before.finalizers : []
  const added = wanted.filter(one => !known.includes(one))
  if (added.length === 0) return []
  const names = added.map(one => JSON.stringify(one)).join(', ')
  const words = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`
  return [forbidden('metadata.finalizers', words)]
}

type Rule = (object: Draft, previous: Draft) => FieldError[]

const rules: Readonly<Record<string, Rule>> = {
  'deployments.apps': unchanged('selector'),
  'replicasets.apps': unchanged('selector'),
  'daemonsets.apps': unchanged('selector'),
  'statefulsets.apps': onlyThese(
    [
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
    ],
    ['revisionHistoryLimit'],
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ),
  'jobs.batch': job,
  pods: pod,
  services: service,
  persistentvolumeclaims: onlyThese(
    ['resources', 'volumeAttributesClassName'],
    ['volumeName', 'storageClassName'],
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
  ),
  configmaps: data,
  secrets: (object, previous) => [
    ...(object.type === previous.type ? [] : [invalid('type', object.type, 'field is immutable')]),
    ...data(object, previous),
  ],
  'rolebindings.rbac.authorization.k8s.io': roleRef,
  'clusterrolebindings.rbac.authorization.k8s.io': roleRef,
  'storageclasses.storage.k8s.io': storageClass,
  'customresourcedefinitions.apiextensions.k8s.io': (object, previous) => [
    ...unchanged('scope')(object, previous),
    ...unchanged('group')(object, previous),
  ],
}

function unchanged(...names: string[]): Rule {
  return (object, previous) =>
    names.flatMap(name => {
      const value = peek(object, 'spec')[name]
      const isSame = isDeepStrictEqual(value, peek(previous, 'spec')[name])
      return isSame ? [] : [invalid(`spec.${name}`, value, 'field is immutable')]
    })
}

/**
 * @param changeable fields of the spec
 * @param silent those that may change, too, and that the words do not name
 */
function onlyThese(changeable: readonly string[], silent: readonly string[], words: string): Rule {
  const rest = (object: Draft) => {
    const entries = Object.entries(peek(object, 'spec'))
    return Object.fromEntries(
      entries.filter(([name]) => !changeable.includes(name) && !silent.includes(name)),
    )
  }
  return (object, previous) =>
    isDeepStrictEqual(rest(object), rest(previous)) ? [] : [forbidden('spec', words)]
}

/** While a job is suspended and has not begun, its pods may still be scheduled elsewhere; what they run stays. */
function job(object: Draft, previous: Draft): FieldError[] {
  return unchanged('selector', 'template', 'completions', 'completionMode')(object, previous)
}

const changeablePodFields = [
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'schedulingGates',
  'ephemeralContainers',
]
const podWords =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

function pod(object: Draft, previous: Draft): FieldError[] {
  const fixed = (one: Draft) => {
    const spec = { ...peek(one, 'spec') }
    for (const name of changeablePodFields) delete spec[name]
    // The scheduler binds a pod to its node, once.
    if (!peek(previous, 'spec').nodeName) delete spec.nodeName
    for (const list of ['containers', 'initContainers']) {
      if (spec[list]) spec[list] = items(spec, list).map(({ image: _, ...rest }) => rest)
    }
    return spec
  }
  return isDeepStrictEqual(fixed(object), fixed(previous)) ? [] : [forbidden('spec', podWords)]
}

function service(object: Draft, previous: Draft): FieldError[] {
  const spec = peek(object, 'spec')
  const before = peek(previous, 'spec')
  const isExternal = spec.type === 'ExternalName' || before.type === 'ExternalName'
  if (isExternal || !before.clusterIP || spec.clusterIP === before.clusterIP) return []
  return [invalid('spec.clusterIPs[0]', spec.clusterIPs ?? [spec.clusterIP], 'may not change once set')]
}

function data(object: Draft, previous: Draft): FieldError[] {
  if (previous.immutable !== true) return []
  const words = 'field is immutable when `immutable` is set'
  return ['immutable', 'data', 'binaryData'].flatMap(field =>
    isDeepStrictEqual(object[field], previous[field]) ? [] : [forbidden(field, words)],
  )
}

function roleRef(object: Draft, previous: Draft): FieldError[] {
  if (isDeepStrictEqual(object.roleRef, previous.roleRef)) return []
  return [invalid('roleRef', object.roleRef, 'cannot change roleRef')]
}

function storageClass(object: Draft, previous: Draft): FieldError[] {
  return ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'].flatMap(field =>
    isDeepStrictEqual(object[field], previous[field])
      ? []
      : [forbidden(field, `updates to ${field} are forbidden.`)],
  )
}
