import { convert } from '../../schema/conversion.ts'
import type { Kind, KindVersion } from '../../schema/kind.ts'
import type { StoredObject } from '../../store/object-store.ts'
import { type IncludedObject, metadataOnly } from '../representation.ts'
import { columnsOf } from './columns.ts'

/** Objects as rows for a terminal, which is how `kubectl get` shows them. */
export function tableOf(
  kind: Kind,
  version: KindVersion,
  objects: readonly StoredObject[],
  metadata: object,
  included: IncludedObject,
): object {
  const columns = columnsOf(kind, version)
  const now = new Date()
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, format = '', isWide = false }) => ({
      name,
      type,
      format,
      description: '',
      priority: isWide ? 1 : 0,
    })),
    rows: objects.map(stored => {
      const object = convert(kind, version, stored)
      return {
        // Columns know objects as they are stored.
        cells: columns.map(column => column.cell(stored, now)),
        ...(included !== 'None' && {
          object: included === 'Object' ? object : { ...metadataOnly(object), apiVersion: 'meta.k8s.io/v1' },
        }),
      }
    }),
  }
}
