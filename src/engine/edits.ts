import type { Failure } from '../model/failure.ts'
import type { FileEdit, SyncDecision, SyncEdit } from '../model/sync.ts'
import { withChangedSources, withCompiled } from './compile.ts'
import type { FilesChanged, TaskResult } from './events.ts'
import { type Cause, type ImageEdits, type ImageState, isBuildPending, type State } from './state.ts'
import type { CompileTask } from './task.ts'
import { openChange, touchImage, touchService, updateImage } from './touch.ts'

export const noEdits: ImageEdits = { version: 0, base: 0, byPath: new Map() }

/**
 * Takes in changed files. Those of an image are given to its running containers where every one of them allows that;
 * else the image is made anew.
 */
export function changeFiles(state: State, { changes, decisions }: FilesChanged, at: number): State {
  const byInput = new Map<string, FileCause[]>()
  for (const { path, kind, inputs } of changes) {
    for (const input of inputs) {
      const causes = byInput.get(input) ?? []
      causes.push({ kind: 'file', path, change: kind })
      byInput.set(input, causes)
    }
  }
  let next = state
  for (const [input, causes] of byInput) {
    if (input.startsWith('service:')) next = touchService(next, input.slice('service:'.length), causes, at)
    if (!input.startsWith('image:')) continue
    const ref = input.slice('image:'.length)
    next = changeImageFiles(next, ref, causes, decisions.get(ref) ?? new Map(), at)
  }
  return next
}

/** What running containers hold besides the newest image is settled by a build. @param wasRefused by one of them */
export function editsAfterBuild(
  image: Pick<ImageState, 'built' | 'edits'>,
  reference: string,
  wasRefused: boolean,
): ImageEdits {
  const { version, byPath } = image.edits
  const isSame = image.built?.reference === reference
  if (!isSame || byPath.size === 0 || wasRefused) return { version, base: version, byPath: new Map() }
  // The same image again: no new container comes, and those that run still hold what they were given.
  const renewed = version + 1
  const entries = [...byPath].map(([path, edit]) => [path, { ...edit, version: renewed }] as const)
  return { version: renewed, base: image.edits.base, byPath: new Map(entries) }
}

/**
 * Whether the containers of a new build will refuse files for the same reason. What a command complained of is mended by
 * the next edit, and a connection that broke says nothing of the image.
 */
export function staysAfterBuild({ code }: Failure): boolean {
  return code !== 'sync/command' && code !== 'sync/lost'
}

/** Running containers are to be given what the compiler changed. */
export function finishCompile(
  state: State,
  { image, version }: CompileTask,
  { edits }: Extract<TaskResult, { kind: 'compile' }>,
): State {
  const next = updateImage(state, image, current => ({
    ...current,
    compilation: withCompiled(current.compilation, version),
  }))
  return edits.length === 0 ? next : addEdits(next, image, edits)
}

/** What running containers are to be given of a file; nothing where they are not. */
export function editOf(path: string, decision: SyncDecision): FileEdit | undefined {
  if (decision.kind !== 'sync') return undefined
  const { target, after, runs } = decision
  return { path, target, runs, ...(after !== undefined && { after }) }
}

/** The image's running containers are to be given files, which its newest build does not hold. */
function addEdits(state: State, ref: string, edits: readonly FileEdit[]): State {
  return updateImage(state, ref, image => {
    const version = image.edits.version + 1
    const byPath = new Map<string, SyncEdit>(image.edits.byPath)
    for (const edit of edits) {
      // The newest is the last, so that files are written in the order in which they changed.
      byPath.delete(edit.path)
      byPath.set(edit.path, { ...edit, version })
    }
    return { ...image, edits: { ...image.edits, version, byPath } }
  })
}

type FileCause = Extract<Cause, { kind: 'file' }>
type Decided = { readonly cause: FileCause; readonly decision: SyncDecision }

function changeImageFiles(
  state: State,
  ref: string,
  causes: readonly FileCause[],
  decisions: ReadonlyMap<string, SyncDecision>,
  at: number,
): State {
  const image = state.images.get(ref)
  if (!image) return state
  const decided = causes
    .map((cause): Decided => ({ cause, decision: decisions.get(cause.path) ?? undecided }))
    .filter(({ decision }) => decision.kind !== 'ignored')
  if (decided.length === 0) return state
  const isAllowed = decided.every(({ decision }) => decision.kind !== 'rebuild')
  if (isAllowed && canSync(state, image)) return changeInPlace(state, ref, decided, at)
  const reasons = decided.map(({ cause, decision }) =>
    decision.kind === 'rebuild' && decision !== undecided ? { ...cause, reason: decision.reason } : cause,
  )
  const next = touchImage(state, ref, reasons, at)
  // What made its containers refuse files may be mended by what changed now.
  return isAllowed ? next : updateImage(next, ref, ({ unsyncable: _, ...rest }) => rest)
}

const undecided: SyncDecision = { kind: 'rebuild', reason: '' }

/** Its containers run, or are about to, and hold nothing but its newest build and what they were given since. */
function canSync(state: State, image: ImageState): boolean {
  if (!image.built || image.unsyncable || isBuildPending(image)) return false
  if (image.failed?.revision === image.revision) return false
  const isBase = [...state.images.values()].some(other => other.inspected?.bases.includes(image.ref))
  const users = [...state.services.values()].filter(({ read }) => read?.images.includes(image.ref))
  // A container that does not run cannot be given anything: only another image can mend it.
  return !isBase && users.length > 0 && !users.some(({ rollout }) => rollout?.failure)
}

function changeInPlace(state: State, ref: string, decided: readonly Decided[], at: number): State {
  const edits = decided.flatMap(({ cause, decision }) => editOf(cause.path, decision) ?? [])
  let next = edits.length === 0 ? state : addEdits(state, ref, edits)
  const sources = decided.flatMap(({ cause, decision }) => (decision.kind === 'compile' ? [cause] : []))
  if (sources.length > 0) {
    next = updateImage(next, ref, image => ({
      ...image,
      compilation: withChangedSources(image.compilation, sources),
    }))
  }
  const causes = decided.map(({ cause }) => cause)
  for (const { name, read } of next.services.values()) {
    if (read?.images.includes(ref)) next = openChange(next, name, causes, at)
  }
  return next
}
