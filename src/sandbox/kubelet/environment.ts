import { fail, ok, type Result } from '../../model/result.ts'
import type { ConfigMap, Secret } from '../kinds/cluster.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import type { ContainerDefinition, EnvSource, EnvVar, KeyReference, Pod } from '../kinds/pod.ts'
import { expand } from './expansion.ts'
import { type PodAddresses, readField, readResource } from './fields.ts'
import { serviceVariables } from './service-variables.ts'

/**
 * The variables of a container: of services first, then `envFrom`, then `env`; later ones win, and may name earlier ones.
 *
 * @returns otherwise what is missing, in the kubelet's words
 */
export function environmentOf(
  store: KindStore,
  pod: Pod,
  container: ContainerDefinition,
  addresses: PodAddresses,
): Result<ReadonlyMap<string, string>, string> {
  const variables = new Map(serviceVariables(store, pod))
  for (const source of container.envFrom ?? []) {
    const read = readAll(store, pod, source)
    if (!read.ok) return read
    for (const [key, value] of Object.entries(read.value))
      variables.set(`${source.prefix ?? ''}${key}`, value)
  }
  for (const variable of container.env ?? []) {
    const read = readVariable(store, pod, container, addresses, variable, variables)
    if (!read.ok) return read
    if (read.value !== undefined) variables.set(variable.name, read.value)
  }
  return ok(variables)
}

/** The content of a Secret or the binary part of a ConfigMap as text. */
function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString()
}

function readAll(
  store: KindStore,
  { metadata }: Pod,
  { configMapRef, secretRef }: EnvSource,
): Result<Readonly<Record<string, string>>, string> {
  if (configMapRef) {
    const found = store.get('configmaps', configMapRef.name, metadata.namespace)
    if (!found && !configMapRef.optional) return fail(`configmap "${configMapRef.name}" not found`)
    return ok(found?.data ?? {})
  }
  if (secretRef) {
    const found = store.get('secrets', secretRef.name, metadata.namespace)
    if (!found && !secretRef.optional) return fail(`secret "${secretRef.name}" not found`)
    return ok(
      Object.fromEntries(Object.entries(found?.data ?? {}).map(([key, value]) => [key, decode(value)])),
    )
  }
  return ok({})
}

function readVariable(
  store: KindStore,
  pod: Pod,
  container: ContainerDefinition,
  addresses: PodAddresses,
  { name, value, valueFrom }: EnvVar,
  variables: ReadonlyMap<string, string>,
): Result<string | undefined, string> {
  if (!valueFrom) return ok(expand(value ?? '', variables))
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom
  const { namespace } = pod.metadata
  if (configMapKeyRef) {
    const found = store.get('configmaps', configMapKeyRef.name, namespace)
    return readKey('ConfigMap', found, found?.data?.[configMapKeyRef.key], configMapKeyRef, namespace)
  }
  if (secretKeyRef) {
    const found = store.get('secrets', secretKeyRef.name, namespace)
    const encoded = found?.data?.[secretKeyRef.key]
    const text = encoded === undefined ? undefined : decode(encoded)
    return readKey('Secret', found, text, secretKeyRef, namespace)
  }
  if (fieldRef) {
    const field = readField(fieldRef, pod, addresses)
    return field === undefined ? fail(`unsupported fieldPath: ${fieldRef.fieldPath}`) : ok(field)
  }
  if (resourceFieldRef) {
    const of = resourceFieldRef.containerName ?? container.name
    const named = pod.spec.containers.find(each => each.name === of) ?? container
    return ok(readResource(resourceFieldRef, named))
  }
  return fail(
    `the sandbox does not know where the value of ${name} comes from: use value or one of its references`,
  )
}

function readKey(
  kind: 'ConfigMap' | 'Secret',
  found: ConfigMap | Secret | undefined,
  value: string | undefined,
  { name, key, optional }: KeyReference,
  namespace: string | undefined,
): Result<string | undefined, string> {
  if (value !== undefined || optional) return ok(value)
  if (!found) return fail(`${kind.toLowerCase()} "${name}" not found`)
  return fail(`couldn't find key ${key} in ${kind} ${namespace}/${name}`)
}
