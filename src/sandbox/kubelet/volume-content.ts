import { fail, ok, type Result } from '../../model/result.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import type { DownwardFile, Pod, ProjectedKeys, Volume, VolumeProjection } from '../kinds/pod.ts'
import { readField, readResource } from './fields.ts'
import type { ProjectedFile } from './projected-files.ts'

/** Makes a token by which the API knows a service account. */
export type IssueToken = (request: {
  readonly namespace: string
  readonly serviceAccount: string
  readonly audience?: string
  readonly expirationSeconds: number
  readonly pod: { readonly name: string; readonly uid: string }
}) => string

const defaultMode = 0o644
const defaultTokenSeconds = 3607

/**
 * The files of a volume whose content the API has.
 *
 * @returns undefined for a volume of another kind; otherwise what is missing, in the kubelet's words
 */
export function contentOf(
  store: KindStore,
  pod: Pod,
  { configMap, secret, downwardAPI, projected }: Volume,
  issueToken: IssueToken,
): Result<readonly ProjectedFile[], string> | undefined {
  if (configMap) return configMapFiles(store, pod, configMap, configMap.defaultMode)
  if (secret) return secretFiles(store, pod, { ...secret, name: secret.secretName }, secret.defaultMode)
  if (downwardAPI) return downwardFiles(pod, downwardAPI.items, downwardAPI.defaultMode)
  if (!projected) return undefined
  const all: ProjectedFile[] = []
  for (const source of projected.sources ?? []) {
    const files = projectionFiles(store, pod, source, projected.defaultMode, issueToken)
    if (!files.ok) return files
    all.push(...files.value)
  }
  return ok(all)
}

function projectionFiles(
  store: KindStore,
  pod: Pod,
  { configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection,
  mode: number | undefined,
  issueToken: IssueToken,
): Result<readonly ProjectedFile[], string> {
  if (configMap) return configMapFiles(store, pod, configMap, mode)
  if (secret) return secretFiles(store, pod, secret, mode)
  if (downwardAPI) return downwardFiles(pod, downwardAPI.items, mode)
  if (!serviceAccountToken) return fail('the sandbox does not know a source of a projected volume')
  const { path, audience, expirationSeconds = defaultTokenSeconds } = serviceAccountToken
  const { namespace = 'default', name, uid } = pod.metadata
  const token = issueToken({
    namespace,
    serviceAccount: pod.spec.serviceAccountName ?? 'default',
    ...(audience !== undefined && { audience }),
    expirationSeconds,
    pod: { name, uid },
  })
  return ok([{ path, content: Buffer.from(token), mode: mode ?? defaultMode }])
}

type NamedKeys = { readonly name: string } & ProjectedKeys

function configMapFiles(store: KindStore, pod: Pod, source: NamedKeys, mode: number | undefined) {
  const { namespace } = pod.metadata
  const found = store.get('configmaps', source.name, namespace)
  const texts = Object.entries(found?.data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const)
  const binaries = Object.entries(found?.binaryData ?? {}).map(([key, value]) => [key, bytes(value)] as const)
  const content = found && new Map([...texts, ...binaries])
  return chooseKeys('configmap', namespace, content, source, mode)
}

function secretFiles(store: KindStore, pod: Pod, source: NamedKeys, mode: number | undefined) {
  const { namespace } = pod.metadata
  const found = store.get('secrets', source.name, namespace)
  const content =
    found && new Map(Object.entries(found.data ?? {}).map(([key, value]) => [key, bytes(value)] as const))
  return chooseKeys('secret', namespace, content, source, mode)
}

function chooseKeys(
  kind: 'configmap' | 'secret',
  namespace: string | undefined,
  content: ReadonlyMap<string, Buffer> | undefined,
  { name, items, optional }: NamedKeys,
  mode = defaultMode,
): Result<readonly ProjectedFile[], string> {
  if (!content) return optional ? ok([]) : fail(`${kind} "${name}" not found`)
  if (!items) return ok([...content].map(([key, bytes]) => ({ path: key, content: bytes, mode })))
  const files: ProjectedFile[] = []
  for (const item of items) {
    const found = content.get(item.key)
    if (found) files.push({ path: item.path, content: found, mode: item.mode ?? mode })
    else if (!optional)
      return fail(
        `references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${item.key} (${namespace}/${name})`,
      )
  }
  return ok(files)
}

function downwardFiles(
  pod: Pod,
  items: readonly DownwardFile[] = [],
  mode = defaultMode,
): Result<readonly ProjectedFile[], string> {
  const files: ProjectedFile[] = []
  for (const { path, mode: own, fieldRef, resourceFieldRef } of items) {
    const container = pod.spec.containers.find(({ name }) => name === resourceFieldRef?.containerName)
    const text = fieldRef
      ? readField(fieldRef, pod)
      : resourceFieldRef && container && readResource(resourceFieldRef, container)
    if (text === undefined) return fail(`unsupported downward API item: ${path}`)
    files.push({ path, content: Buffer.from(text), mode: own ?? mode })
  }
  return ok(files)
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}
