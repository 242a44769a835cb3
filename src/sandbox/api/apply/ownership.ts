import { isRecord } from '../../../util/is-record.ts'
import { defaulted } from '../../schema/admit.ts'
import { timestamp } from '../../store/deletion.ts'
import type { NewObject } from '../../store/object-store.ts'
import type { Target } from '../target.ts'
import { compare } from './compare.ts'
import {
  difference,
  emptySet,
  type FieldSet,
  fieldSetOf,
  fromFieldsV1,
  isEmpty,
  memberOnly,
  toFieldsV1,
  union,
} from './field-set.ts'

/** Who has which fields: an entry of `metadata.managedFields`. */
export interface Ownership {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource?: string
  /** ISO 8601, in seconds. */
  readonly time: string
  readonly fields: FieldSet
}

/** Entries of one kind of writer are one. */
export type Owner = Pick<Ownership, 'manager' | 'operation' | 'apiVersion' | 'subresource'>

/**
 * What a client makes of an object, with what it has written put down as its own: what is filled in for it, too.
 *
 * @param before in the version of the request; undefined: it is new
 */
export function recordWrite(
  { version, subresource }: Pick<Target, 'version' | 'subresource'>,
  before: NewObject | undefined,
  after: NewObject,
  manager: string,
): NewObject {
  const owner: Owner = {
    manager,
    operation: 'Update',
    apiVersion: version.apiVersion,
    ...(subresource && { subresource }),
  }
  // A client that sends none keeps what there is; an empty list forgets all.
  const known = readOwnership(after.metadata.managedFields === undefined ? before : after)
  // Of an object that nobody is known to have written, nobody is put down: who applies to it sees that.
  if (before && known.length === 0) return writeOwnership(after, [])
  const written = defaulted(version, withoutManagedFields(after))
  if (!before && version.hasStatus) delete written.status
  const changes = compare(version.schema, before && withoutManagedFields(before), written)
  const taken = takeOver(known, owner, changes.written, changes.removed)
  const mine = known.find(one => isSame(one, owner))?.fields ?? emptySet
  const fields = ownable(union(difference(mine, changes.removed), changes.written))
  return writeOwnership(after, [...taken, ...entry(owner, fields, known)])
}

/** Of the others, without what has been written over or is no more. */
export function takeOver(
  known: readonly Ownership[],
  owner: Owner,
  written: FieldSet,
  removed: FieldSet,
): Ownership[] {
  return known
    .filter(one => !isSame(one, owner))
    .map(one => ({ ...one, fields: difference(difference(one.fields, written), removed) }))
    .filter(({ fields }) => !isEmpty(fields))
}

/** The entry of a writer; its time is that of its last change. */
export function entry(owner: Owner, fields: FieldSet, known: readonly Ownership[]): Ownership[] {
  if (isEmpty(fields)) return []
  const before = known.find(one => isSame(one, owner))
  const isUnchanged = before && isEqual(before.fields, fields)
  return [{ ...owner, time: isUnchanged ? before.time : timestamp(new Date()), fields }]
}

export function isSame(a: Owner, b: Owner): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  )
}

export function readOwnership(object: NewObject | undefined): Ownership[] {
  const entries = object?.metadata.managedFields
  if (!Array.isArray(entries)) return []
  const known = entries
    .filter(isRecord)
    .filter(one => one.manager !== undefined || one.fieldsV1 !== undefined)
  return known.map(one => ({
    manager: String(one.manager ?? ''),
    operation: one.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: String(one.apiVersion ?? ''),
    ...(typeof one.subresource === 'string' && { subresource: one.subresource }),
    time: String(one.time ?? ''),
    fields: fromFieldsV1(one.fieldsV1),
  }))
}

export function writeOwnership(object: NewObject, ownership: readonly Ownership[]): NewObject {
  const { managedFields: _, ...metadata } = object.metadata
  const managedFields = ownership.map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    ...(subresource && { subresource }),
  }))
  return { ...object, metadata: { ...metadata, ...(managedFields.length > 0 && { managedFields }) } }
}

export function withoutManagedFields(object: NewObject): NewObject {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** Without what nobody owns: what the object is and where, and what only the store writes. */
export function ownable(set: FieldSet): FieldSet {
  return difference(set, ownedByNobody)
}

/** Who owns an object that was written before anybody's ownership was put down. */
export function ownershipOfBefore({ version }: Pick<Target, 'version'>, object: NewObject): Ownership {
  return {
    manager: 'before-first-apply',
    operation: 'Update',
    apiVersion: version.apiVersion,
    time: timestamp(new Date()),
    fields: ownable(fieldSetOf(version.schema, withoutManagedFields(object))),
  }
}

const ownedByNobody: FieldSet = {
  isMember: true,
  children: new Map([
    ['f:apiVersion', memberOnly],
    ['f:kind', memberOnly],
    [
      'f:metadata',
      {
        isMember: true,
        children: new Map(
          [
            'name',
            'namespace',
            'creationTimestamp',
            'deletionTimestamp',
            'deletionGracePeriodSeconds',
            'selfLink',
            'uid',
            'generation',
            'managedFields',
            'resourceVersion',
          ].map(name => [`f:${name}`, memberOnly]),
        ),
      },
    ],
  ]),
}

function isEqual(a: FieldSet, b: FieldSet): boolean {
  return isEmpty(difference(a, b)) && isEmpty(difference(b, a))
}
