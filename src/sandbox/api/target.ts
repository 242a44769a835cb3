import { apiVersionOf, type Kind, type Kinds, type KindVersion, resourceName } from '../schema/kind.ts'

/** What a path of the API names: the objects of a kind, or one of them, or a part of one. */
export interface Target {
  readonly kind: Kind
  readonly version: KindVersion
  readonly namespace?: string
  readonly name?: string
  /** `status`, `scale`, `log`… */
  readonly subresource?: string
}

/** Reads `/apis/apps/v1/namespaces/default/deployments/web/scale`; undefined: there is nothing of that name. */
export function targetOf(kinds: Kinds, path: string): Target | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent)
  const [root, ...rest] = parts
  const group = root === 'apis' ? rest.shift() : ''
  if ((root !== 'api' && root !== 'apis') || group === undefined) return undefined
  const versionName = rest.shift() ?? ''
  // `namespaces/x` is an object, `namespaces/x/pods` is where objects are, and `namespaces/x/status` a part of one.
  const isScoped = rest[0] === 'namespaces' && rest.length > 2 && !namespaceParts.has(rest[2] ?? '')
  const namespace = isScoped ? rest.splice(0, 2)[1] : undefined
  const [plural = '', name, subresource, ...more] = rest
  const kind = kinds.get(resourceName(plural, group))
  const version = kind?.versions.find(one => one.apiVersion === apiVersionOf(group, versionName))
  if (!kind || !version || more.length > 0 || (isScoped && !kind.isNamespaced)) return undefined
  if (kind.isNamespaced && !isScoped && name !== undefined) return undefined
  return {
    kind,
    version,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  }
}

const namespaceParts = new Set(['status', 'finalize'])
