import path from 'node:path'
import { hasWildcard } from '../../dockerfile/go-match.ts'
import { pathBelow } from '../../dockerfile/paths.ts'
import type { CopyStep, Source } from '../../dockerfile/stage.ts'

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
  const below = pathBelow(destination, target)
  if (below === undefined) return []
  return sources.flatMap(({ path: source, segments }) => {
    const folder = path.posix.dirname(source)
    const candidates = [
      path.posix.join(segments ? folder : source, below),
      step.intoFolder ? path.posix.join(folder, path.posix.basename(target)) : source,
    ]
    return candidates.filter(candidate => candidate !== file && isPlacedAt(step, candidate, target))
  })
}

function isPlacedAt(step: CopyStep, file: string, target: string): boolean {
  return place(step, file).some(placement => placement.kind === 'at' && placement.target === target)
}

function placeFrom(step: CopyStep, source: Source, file: string): Placement | undefined {
  if (source.segments) return placeMatch(step, source.path, source.segments, file)
  const below = pathBelow(source.path, file)
  if (below === undefined) return undefined
  return below === '' ? placeFile(step, file) : placeAt(step, below)
}

function placeMatch(
  step: CopyStep,
  source: string,
  segments: NonNullable<Source['segments']>,
  file: string,
): Placement | undefined {
  const names = file.split('/')
  if (names.length < segments.length || !segments.every((matches, index) => matches(names[index] ?? '')))
    return undefined
  if (names.length > segments.length) return unsure(`${source} may match several folders`)
  if (hasWildcard(path.posix.dirname(source)))
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

/**
 * Whether a wildcard may find folders, whose contents then lie beside one another, or files of one name in several.
 * One that asks for an extension, such as `package*.json` and `yarn.lock*`, is taken to find files only.
 */
export function mayMatchFolders({ path: source, segments }: Source): boolean {
  const [folder, name] = [path.posix.dirname(source), path.posix.basename(source)]
  return segments !== undefined && (hasWildcard(folder) || !/[^.]\.[\w*?]+$/.test(name))
}

/** By its name, since Docker's own look into the file is not repeated here. */
export function isArchive(name: string): boolean {
  return /\.(?:tar|tgz|tbz2?|txz|tar\.\w+)$/i.test(name)
}
