import path from 'node:path'
import { compileSegment, hasWildcard } from './go-match.ts'
import { pathBelow } from './paths.ts'
import type { CopyStep } from './stage.ts'

/** Where a COPY or ADD puts one file. */
export type Placement =
  | { readonly kind: 'at'; readonly target: string }
  /** It may be copied, but where to cannot be said: `reason` is a clause that ends the sentence. */
  | { readonly kind: 'unsure'; readonly reason: string }

/**
 * Where a file lands; empty where the step does not copy it. Of a folder the contents are copied, not the folder
 * itself; a wildcard's matches are copied one by one (https://docs.docker.com/reference/dockerfile/#copy).
 *
 * @param file below the source's root, with `/`.
 */
export function place(step: CopyStep, file: string): readonly Placement[] {
  if (step.sources === undefined)
    return [unsure('what is copied needs a value that the Dockerfile does not give')]
  return step.sources.flatMap(source => placeFrom(step, source, file) ?? [])
}

/**
 * The other files that a step would put at the same target, as far as names can tell.
 *
 * @returns paths below the source's root that may or may not exist.
 */
export function rivals(step: CopyStep, file: string, target: string): readonly string[] {
  const { destination, sources } = step
  if (destination === undefined || sources === undefined) return []
  return sources.flatMap(source => {
    const below = pathBelow(destination, target)
    if (below === undefined) return []
    const folder = hasWildcard(source) ? path.posix.dirname(source) : source
    const candidates = [
      path.posix.join(folder, below),
      ...(step.intoFolder
        ? [path.posix.join(path.posix.dirname(source), path.posix.basename(target))]
        : [source]),
    ]
    return candidates.filter(
      candidate =>
        candidate !== file &&
        place(step, candidate).some(placement => placement.kind === 'at' && placement.target === target),
    )
  })
}

function placeFrom(step: CopyStep, source: string, file: string): Placement | undefined {
  if (hasWildcard(source)) return placeMatch(step, source, file)
  const below = pathBelow(source, file)
  if (below === undefined) return undefined
  return below === '' ? placeFile(step, file) : placeAt(step, below)
}

function placeMatch(step: CopyStep, source: string, file: string): Placement | undefined {
  const patterns = source.split('/')
  const segments = file.split('/')
  const matches =
    segments.length >= patterns.length &&
    patterns.every((pattern, index) => compileSegment(pattern)(segments[index] ?? ''))
  if (!matches) return undefined
  if (segments.length > patterns.length) return unsure(`${source} may match several folders`)
  if (patterns.slice(0, -1).some(hasWildcard))
    return unsure(`${source} may match several files of the same name`)
  if (step.intoFolder !== true) return unsure(`${source} may match several files`)
  return placeFile(step, file)
}

function placeFile(step: CopyStep, file: string): Placement {
  const name = path.posix.basename(file)
  if (step.isAdd && isArchive(name)) return unsure('ADD unpacks archives')
  if (step.destination !== undefined && step.intoFolder === undefined)
    return unsure(`only the base image knows whether ${step.destination} is a folder: end it in / if it is`)
  return placeAt(step, step.intoFolder ? name : '')
}

function placeAt(step: CopyStep, below: string): Placement {
  if (step.unknownFlag !== undefined) return unsure(`${step.unknownFlag} is not followed`)
  if (step.destination === undefined)
    return unsure('where to needs a WORKDIR or a value that the Dockerfile does not give')
  return { kind: 'at', target: path.posix.join(step.destination, below) }
}

function unsure(reason: string): Placement {
  return { kind: 'unsure', reason }
}

/** By its name, since Docker's own look into the file is not repeated here. */
export function isArchive(name: string): boolean {
  return /\.(?:tar|tgz|tbz2?|txz|tar\.\w+)$/i.test(name)
}
