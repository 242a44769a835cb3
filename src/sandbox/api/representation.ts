import { convert } from '../schema/conversion.ts'
import type { StoredObject } from '../store/object-store.ts'
import type { ApiRequest } from './request.ts'
import { tableOf } from './table/table.ts'
import type { Target } from './target.ts'

/** In which form a client wants objects: as they are, as rows for a terminal, or their metadata only. */
export type Form = 'full' | 'table' | 'metadata'

/** By the first form of the Accept header that there is. */
export function formOf({ accept }: Pick<ApiRequest, 'accept'>): Form {
  for (const media of accept.split(',')) {
    const as = /;as=([A-Za-z]+)/.exec(media)?.[1]
    if (as === 'Table') return 'table'
    if (as?.startsWith('PartialObjectMetadata')) return 'metadata'
    if (as === undefined && /^\s*(?:application\/json|\*\/\*)/.test(media)) return 'full'
  }
  return 'full'
}

/** What an object calls itself in a form. */
export function formNames({ kind, version }: Target, form: Form): { kind: string; apiVersion: string } {
  if (form === 'full') return { kind: kind.kind, apiVersion: version.apiVersion }
  return { kind: form === 'table' ? 'Table' : 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' }
}

export function representObject(
  target: Target,
  form: Form,
  object: StoredObject,
  request: ApiRequest,
): object {
  const { kind, version } = target
  if (form === 'table') return tableOf(kind, version, [object], {}, includedObject(request))
  const converted = convert(kind, version, object)
  return form === 'metadata' ? metadataOnly(converted) : converted
}

export function representList(
  target: Target,
  form: Form,
  objects: readonly StoredObject[],
  metadata: object,
  request: ApiRequest,
): object {
  const { kind, version } = target
  if (form === 'table') return tableOf(kind, version, objects, metadata, includedObject(request))
  const converted = objects.map(object => convert(kind, version, object))
  if (form === 'metadata') {
    const items = converted.map(metadataOnly)
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items }
  }
  // The items of a built-in list do not say what they are.
  const items = kind.isCustom
    ? converted
    : converted.map(({ kind: _, apiVersion: _version, ...rest }) => rest)
  return { kind: `${kind.kind}List`, apiVersion: version.apiVersion, metadata, items }
}

export type IncludedObject = 'None' | 'Metadata' | 'Object'

function includedObject({ query }: ApiRequest): IncludedObject {
  const wanted = query.get('includeObject')
  return wanted === 'None' || wanted === 'Object' ? wanted : 'Metadata'
}

export function metadataOnly({ metadata }: StoredObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
}
