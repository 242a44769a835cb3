import type { Kind, KindVersion } from '../../schema/kind.ts'
import { builtInColumns } from './built-in-columns.ts'
import { ageColumn, type Column, customColumn, nameColumn } from './column.ts'

/** The columns of a kind: the usual ones of a built-in kind, or those that a CustomResourceDefinition names. */
export function columnsOf(kind: Kind, version: KindVersion): readonly Column[] {
  if (version.columns) return [nameColumn, ...version.columns.map(customColumn)]
  return builtInColumns[kind.resource] ?? [nameColumn, ageColumn]
}
