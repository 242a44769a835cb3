import path from 'node:path'
import { escapeGlob } from '../util/glob.ts'
import { isWithin } from '../util/paths.ts'
import type { Fault, KeyPath } from './fault.ts'
import { absoluteGlob, reachOf } from './glob.ts'
import type { ImageInput } from './input.ts'
import { canSync, type SyncedInput } from './sync.ts'

/**
 * Faults of files that are synced or waited for but not watched, since the image is not made from them. Asked of an
 * image with its profile applied, which may change what it is made from.
 */
export function reachFaults(image: ImageInput, root: string): readonly Fault[] {
  if (!canSync(image)) return []
  const { sync, runs = [], rebuildOn = [] } = image
  const source = sourceOf(image, root)
  const rules = sync === undefined || sync === false ? [] : sync
  return [
    ...rules.flatMap(({ from }, index) =>
      unwatchedFaults({ glob: from, path: ['sync', index, 'from'] }, source, isInside),
    ),
    ...runs.flatMap(({ when }, index) =>
      placed(when, ['runs', index, 'when']).flatMap(one => unwatchedFaults(one, source, meets)),
    ),
    ...placed(rebuildOn, ['rebuildOn']).flatMap(one => unwatchedFaults(one, source, meets)),
  ]
}

/** What an image is made from. */
interface Source {
  /** As the Devfile writes it. */
  readonly paths: readonly string[]
  /** The folder that users are likely to have taken the paths to be relative to; relative to the Devfile. */
  readonly folder: string
  readonly root: string
}

function sourceOf(image: SyncedInput, root: string): Source {
  if (image.kind !== 'custom') {
    const { context = '.' } = image
    return { paths: [context], folder: context, root }
  }
  const { cwd = '.', inputs = [cwd] } = image
  return { paths: inputs, folder: cwd, root }
}

interface PlacedGlob {
  readonly glob: string
  readonly path: KeyPath
}

function placed(globs: string | readonly string[], place: KeyPath): readonly PlacedGlob[] {
  if (typeof globs === 'string') return [{ glob: globs, path: place }]
  return globs.map((glob, index) => ({ glob, path: [...place, index] }))
}

type Relation = (base: string, source: string) => boolean

// For what has a place in the container: of a folder around the source, only a part would be synced.
const isInside: Relation = (base, source) => isWithin(base, source)

// For what is only looked for: a glob such as `**/package.json` may begin around the source.
const meets: Relation = (base, source) => isWithin(base, source) || isWithin(source, base)

function unwatchedFaults(
  { glob, path: place }: PlacedGlob,
  source: Source,
  relation: Relation,
): readonly Fault[] {
  const { paths, folder, root } = source
  const isWatched = (written: string) =>
    paths.some(one => relation(reachOf(absoluteGlob(root, written)).base, path.resolve(root, one)))
  if (isWatched(glob)) return []
  const meant = path.isAbsolute(glob) ? glob : path.join(escapeGlob(folder), glob)
  return [
    {
      path: place,
      message: `'${glob}' is not within what the image is made from: ${paths.map(one => `'${one}'`).join(', ')}.`,
      cure: isWatched(meant)
        ? `Did you mean '${meant}'? All paths are relative to the Devfile.`
        : 'Name files that the image is made from: no others are watched.',
    },
  ]
}
