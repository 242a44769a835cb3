import { fail, ok, type Result } from '../../../model/result.ts'
import type { NewObject, StatusError } from '../../store/object-store.ts'
import type { Target } from '../target.ts'
import { compare } from './compare.ts'
import {
  difference,
  emptySet,
  type FieldSet,
  fieldSetOf,
  intersection,
  isEmpty,
  memberOnly,
  pathsOf,
  union,
} from './field-set.ts'
import { merge, prune } from './merge.ts'
import {
  entry,
  isSame,
  type Owner,
  type Ownership,
  ownable,
  ownershipOfBefore,
  readOwnership,
  takeOver,
  withoutManagedFields,
  writeOwnership,
} from './ownership.ts'

export interface Apply {
  readonly manager: string
  /** Takes fields from others that have them with other values. */
  readonly isForced: boolean
}

/**
 * Makes of an object what its newest version and what somebody wants of it come to: server-side apply.
 *
 * @param live undefined: there is none yet
 * @param wanted only the fields that the applier has an opinion of
 */
export function applyTo(
  target: Pick<Target, 'version' | 'subresource'>,
  live: NewObject | undefined,
  wanted: NewObject,
  { manager, isForced }: Apply,
): Result<NewObject, StatusError> {
  const { version, subresource } = target
  const { schema, apiVersion } = version
  const owner: Owner = { manager, operation: 'Apply', apiVersion, ...(subresource && { subresource }) }
  const recorded = readOwnership(live)
  const known = live && recorded.length === 0 ? [ownershipOfBefore(target, live)] : recorded
  const others = known.filter(one => !isSame(one, owner))
  const last = known.find(one => isSame(one, owner))?.fields ?? emptySet
  const fields = ownable(fieldSetOf(schema, wanted))
  const before = live && withoutManagedFields(live)
  const merged = before ? (merge(schema, before, wanted) as NewObject) : wanted
  const kept = others.reduce((all, one) => union(all, one.fields), union(fields, metadataItself))
  const next = prune(schema, merged, difference(last, fields), kept) as NewObject
  const changes = compare(schema, before, next)
  const conflicts = isForced ? [] : conflictsOf(others, changes.written)
  if (conflicts.length > 0) return fail(conflictError(conflicts))
  const taken = takeOver(known, owner, changes.written, changes.removed)
  return ok(writeOwnership(next, [...entry(owner, fields, known), ...taken]))
}

/** An object never loses its metadata, whoever had all of its labels. */
const metadataItself: FieldSet = { isMember: false, children: new Map([['f:metadata', memberOnly]]) }

interface Conflict {
  readonly owner: Ownership
  readonly path: string
}

function conflictsOf(others: readonly Ownership[], written: FieldSet): Conflict[] {
  return others.flatMap(owner => {
    const common = intersection(owner.fields, written)
    return isEmpty(common) ? [] : pathsOf(common).map(path => ({ owner, path }))
  })
}

function conflictError(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describe(owner)}`,
    field: path,
  }))
  return { code: 409, reason: 'Conflict', message: conflictMessage(conflicts), details: { causes } }
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts
  if (conflicts.length === 1 && first) {
    return `Apply failed with 1 conflict: conflict with ${describe(first.owner)}: ${first.path}`
  }
  const paths = new Map<string, string[]>()
  for (const { owner, path } of conflicts) {
    const name = describe(owner)
    paths.set(name, [...(paths.get(name) ?? []), `- ${path}`])
  }
  const texts = [...paths].sort(([a], [b]) => (a < b ? -1 : 1))
  const lines = texts.flatMap(([name, list]) => [`conflicts with ${name}:`, ...list])
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}

function describe({ manager, operation, apiVersion, subresource, time }: Ownership): string {
  const name = `"${manager}"${subresource ? ` with subresource "${subresource}"` : ''}`
  if (operation === 'Apply') return name
  return `${name} using ${apiVersion}${time === '' ? '' : ` at ${time}`}`
}
