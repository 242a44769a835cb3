import type { CustomColumn } from '../../schema/kind.ts'
import type { StoredObject } from '../../store/object-store.ts'
import { valueAt } from '../value-at.ts'
import { ageSince } from './duration.ts'
import { valueAtJsonPath } from './json-path.ts'

export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'boolean' | 'number' | 'date'
  readonly format?: string
  /** Shown only where much is asked for: `kubectl get -o wide`. */
  readonly isWide?: boolean
  readonly cell: (object: StoredObject, now: Date) => unknown
}

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  cell: ({ metadata }) => metadata.name,
}

export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  cell: ({ metadata }, now) => ageSince(metadata.creationTimestamp, now),
}

/** A column that a CustomResourceDefinition names. */
export function customColumn({ name, type, format, jsonPath, priority }: CustomColumn): Column {
  return {
    name,
    type,
    ...(format && { format }),
    isWide: priority > 0,
    cell: (object, now) => {
      const value = valueAtJsonPath(object, jsonPath)
      if (value === undefined || value === null) return null
      if (type === 'date') return ageSince(String(value), now)
      if (type !== 'string') return value
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
    },
  }
}

export function at(object: StoredObject, path: string): unknown {
  return valueAt(object, path.split('.'))
}

export function orNone(path: string) {
  return (object: StoredObject) => at(object, path) ?? '<none>'
}

export function text(name: string, cell: Column['cell']): Column {
  return { name, type: 'string', cell }
}

export function number(name: string, path: string): Column {
  return { name, type: 'integer', cell: object => at(object, path) ?? 0 }
}

export function wide(column: Column): Column {
  return { ...column, isWide: true }
}
