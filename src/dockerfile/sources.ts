import { hasWildcard } from './go-match.ts'
import { pathBelow } from './paths.ts'
import type { CopyStep, RunStep, Source, Stage } from './stage.ts'
import { findStage, readStages } from './stages.ts'

export interface TargetRequest {
  /** The text of the Dockerfile. */
  readonly text: string
  /** What the build is given with `--build-arg`. */
  readonly args: Readonly<Record<string, string>>
  /** The stage that is built; absent: the last one. */
  readonly target?: string
}

/** Which files of the build context an image is made from. */
export interface ContextSources {
  /**
   * Whether a path counts.
   *
   * @param relative below the context, with `/`. A folder counts, too, where something below it may.
   */
  covers(relative: string, isFolder: boolean): boolean
}

/**
 * What the target's own stages, and those that they take from, read of the build context: by COPY and ADD, and by
 * `RUN --mount`. Files that are not there yet count as those that are.
 *
 * @returns undefined where it may be any file: a variable that is not known, an `ONBUILD` of a base image.
 */
export function readSources({ text, args, target }: TargetRequest): ContextSources | undefined {
  const stages = readStages(text, args)
  const last = target === undefined ? stages.at(-1) : findStage(stages, target)
  const sources = last && sourcesOf(last)
  // Who copies nothing has a base image that does so ONBUILD, or a context in which hardly anything is edited.
  if (!sources?.length || sources.some(({ path }) => path === '')) return undefined
  return {
    covers: (relative, isFolder) => sources.some(source => covers(source, relative, isFolder)),
  }
}

function covers({ path, segments }: Source, relative: string, isFolder: boolean): boolean {
  if (pathBelow(path, relative) !== undefined) return true
  if (!segments) return isFolder && pathBelow(relative, path) !== undefined
  const names = relative.split('/')
  if (!isFolder && names.length < segments.length) return false
  return names.every((name, index) => segments[index]?.(name) ?? true)
}

function sourcesOf(target: Stage): readonly Source[] | undefined {
  const found: Source[] = []
  for (const stage of stagesOf(target)) {
    if (stage.base.kind === 'image' && isOnBuild(stage.base.name)) return undefined
    for (const step of stage.steps) {
      if (step.kind === 'unknown') return undefined
      const read = step.kind === 'copy' ? readByCopy(step) : readByRun(step)
      if (!read) return undefined
      found.push(...read)
    }
  }
  return found
}

/** The stage, and all from which it takes files. */
function stagesOf(target: Stage): ReadonlySet<Stage> {
  const needed = new Set([target])
  const add = (from: Stage['base'] | CopyStep['from']) => {
    if (from.kind === 'stage') needed.add(from.stage)
  }
  // What is added on the way is looked at, too.
  for (const { base, steps } of needed) {
    add(base)
    for (const step of steps) {
      if (step.kind === 'copy') add(step.from)
      if (step.kind === 'run') for (const { from } of step.mounts) add(from)
    }
  }
  return needed
}

/** Undefined where it may be any file. */
function readByCopy({ from, sources, unknownFlag }: CopyStep): readonly Source[] | undefined {
  if (from.kind === 'unknown') return undefined
  if (from.kind !== 'context') return []
  // `--parents` gives `**` a meaning of its own.
  return unknownFlag === undefined ? sources : sources?.map(folderAboveWildcards)
}

function readByRun({ mounts }: RunStep): readonly Source[] | undefined {
  if (mounts.some(({ from }) => from.kind === 'unknown')) return undefined
  return mounts.filter(({ from }) => from.kind === 'context').map(({ source }) => ({ path: source }))
}

function folderAboveWildcards({ path }: Source): Source {
  const names = path.split('/')
  const first = names.findIndex(hasWildcard)
  return first < 0 ? { path } : { path: names.slice(0, first).join('/') }
}

/** Images whose `ONBUILD` copies the context are called so. */
function isOnBuild(image: string | undefined): boolean {
  return image === undefined || image.includes('onbuild')
}
