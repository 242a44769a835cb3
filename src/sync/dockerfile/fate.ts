import { pathBelow } from '../../dockerfile/paths.ts'
import type { CopyStep, RunStep, Stage, Step } from '../../dockerfile/stage.ts'
import { isArchive, mayMatchFolders, type Placement, place, rivals } from './place.ts'
import { mayTouch } from './reads.ts'

/** What becomes of one file of the build context in a stage. */
export type Fate =
  /** Every place where it lies unchanged in the end, and the steps that brought it there. */
  | { readonly kind: 'copied'; readonly places: ReadonlyMap<string, readonly Trace[]> }
  /** More than copying becomes of it. */
  | { readonly kind: 'built'; readonly step: Trace; readonly reason: string }

/** A step that has to do with the file. */
export interface Trace {
  readonly line: number
  readonly text: string
}

/** One question about one file of the build context. */
export interface Question {
  /** Path in the build context, with `/`. */
  readonly file: string
  /** Whether the build context holds a file, given in the same way. */
  readonly exists: (file: string) => boolean
}

/** Follows a file through a stage, the stages that it is made from and those that it copies from. */
export function followFile(stage: Stage, question: Question, known = new Map<Stage, Fate>()): Fate {
  const earlier = known.get(stage)
  if (earlier) return earlier
  const fate = followThrough(stage, question, source => followFile(source, question, known))
  known.set(stage, fate)
  return fate
}

function followThrough(stage: Stage, question: Question, follow: (stage: Stage) => Fate): Fate {
  const places: Places = new Map()
  if (stage.base.kind === 'stage') {
    const base = follow(stage.base.stage)
    if (base.kind === 'built') return base
    for (const [target, traces] of base.places) places.set(target, traces)
  }
  for (const step of stage.steps) {
    const built = applyStep(step, question.file, places, follow)
    if (built) return built
  }
  return findRival(stage, question, places) ?? { kind: 'copied', places }
}

const unknownSource = 'which stage or image it reads from is not known'

type Built = Extract<Fate, { kind: 'built' }>
type Places = Map<string, readonly Trace[]>

/** Brings `places` up to date; returns why it cannot be said what the step does to the file. */
function applyStep(
  step: Step,
  file: string,
  places: Places,
  follow: (stage: Stage) => Fate,
): Built | undefined {
  switch (step.kind) {
    case 'copy':
      return applyCopy(step, file, places, follow)
    case 'run':
      return applyRun(step, file, places, follow)
    case 'unknown':
      return blame(step, step.reason)
  }
}

function applyCopy(
  step: CopyStep,
  file: string,
  places: Places,
  follow: (stage: Stage) => Fate,
): Built | undefined {
  const brought = new Map<string, readonly Trace[]>()
  const add = (placements: readonly Placement[], before: readonly Trace[]): Built | undefined => {
    for (const placement of placements) {
      if (placement.kind === 'unsure') return blame(step, placement.reason)
      brought.set(placement.target, [...before, traceOf(step)])
    }
    return undefined
  }
  if (step.from.kind === 'unknown') return blame(step, unknownSource)
  if (step.from.kind === 'context') {
    const built = add(place(step, file), [])
    if (built) return built
  } else if (step.from.kind === 'stage') {
    const fate = follow(step.from.stage)
    if (fate.kind === 'built') return fate
    for (const [target, before] of fate.places) {
      const built = add(place(step, target.slice(1)), before)
      if (built) return built
    }
  }
  for (const [target, traces] of brought) places.set(target, traces)
  for (const target of places.keys())
    if (mayReplace(step, target, brought.has(target)))
      return blame(step, `it may put another file at ${target}`)
  return undefined
}

/**
 * Whether a step may put a file at the target that nobody can name. Other files of the context are told apart one by
 * one, as rivals, unless they may be anything.
 */
function mayReplace(
  { from, isAdd, sources = [], destination }: CopyStep,
  target: string,
  isBrought: boolean,
): boolean {
  if (destination !== undefined && pathBelow(destination, target) === undefined) return false
  if (from.kind === 'context')
    return sources.some(source => mayMatchFolders(source) || (isAdd && isArchive(source.path)))
  return !isBrought || sources.length > 1
}

function applyRun(
  step: RunStep,
  file: string,
  places: Places,
  follow: (stage: Stage) => Fate,
): Built | undefined {
  for (const mount of step.mounts) {
    if (mount.from.kind === 'context' && pathBelow(mount.source, file) !== undefined)
      return blame(step, 'it reads the file through a mount')
    if (mount.from.kind === 'unknown') return blame(step, unknownSource)
    if (mount.from.kind !== 'stage') continue
    const fate = follow(mount.from.stage)
    if (fate.kind === 'built') return fate
    for (const target of fate.places.keys())
      if (pathBelow(mount.source, target.slice(1)) !== undefined)
        return blame(step, 'it reads the file through a mount')
  }
  for (const target of places.keys())
    if (mayTouch(step, target)) return blame(step, `it may read or change ${target}`)
  return undefined
}

/** Another file of the context at the same place: which one shows then depends on both, so neither can be synced. */
function findRival(stage: Stage, { file, exists }: Question, places: Places): Built | undefined {
  for (const step of chain(stage)) {
    if (step.kind !== 'copy' || step.from.kind !== 'context') continue
    for (const target of places.keys()) {
      const rival = rivals(step, file, target).find(exists)
      if (rival !== undefined) return blame(step, `it puts ${rival} at ${target} as well`)
    }
  }
  return undefined
}

function chain(stage: Stage): Stage['steps'] {
  return stage.base.kind === 'stage' ? [...chain(stage.base.stage), ...stage.steps] : stage.steps
}

function traceOf({ line, text }: Step): Trace {
  return { line, text }
}

function blame(step: Step, reason: string): Built {
  return { kind: 'built', step: traceOf(step), reason }
}
