import { familiarImageName, normalizeImageName, parseImageReference } from '../model/image.ts'
import type { ImageEngine, NamedImage } from '../model/image-engine.ts'
import { ok, type Result } from '../model/result.ts'
import { parseOwnTag } from './tags.ts'

export interface PruneOptions {
  /** The image's name without a tag. Tags that are not devloop's are never touched. */
  readonly ref: string
  /** The project's name: what another project has built under the same name is not touched, as far as its tags tell. */
  readonly project: string
  /** How many of the newest images stay, with all their tags. */
  readonly keep: number
  /** Full references that stay in any case: no container may have been made from them yet. */
  readonly current: readonly string[]
  readonly signal: AbortSignal
}

export interface Pruned {
  /** Full references, newest first. */
  readonly removed: readonly string[]
  /** Those that would have been removed, if no container of the engine were made from them. */
  readonly inUse: readonly string[]
}

/**
 * Removes the engine's old builds of one image. A build stays as long as there is a container that was made from it,
 * running or not; layers that other images hold stay with them. Pods whose node has images of its own are not seen, and
 * need nothing of the engine: their node, or a registry, has what they run.
 */
export async function pruneImage(engine: ImageEngine, options: PruneOptions): Promise<Result<Pruned>> {
  const { keep, current, signal } = options
  const found = await findBuilds(engine, options)
  if (!found.ok) return found
  const removed: string[] = []
  const inUse: string[] = []
  const own = found.value.filter(({ owner }) => owner !== 'others')
  for (const [index, { id, owner, names, inputsNames, pushedNames }] of own.entries()) {
    if (index < keep || names.some(name => current.includes(name))) continue
    const isShared = owner === 'shared'
    if (!isShared) {
      // Asked right before each removal: by the name in a container's row nobody could tell, since it is the name that
      // it was started by, often an id.
      const isUsed = await engine.isUsed(id, signal)
      if (!isUsed.ok) return isUsed
      if (isUsed.value) {
        inUse.push(...names)
        continue
      }
    }
    const ended = isShared ? inputsNames : [...names, ...inputsNames, ...pushedNames]
    const gone = await engine.remove(ended, signal)
    if (!gone.ok) return gone
    if (!isShared) removed.push(...names)
  }
  return ok({ removed, inUse })
}

interface Build {
  readonly id: string
  /**
   * Whose it is, as far as the tags of its inputs tell: of a shared one only this project's claim goes. Without such a tag
   * it is taken for this project's.
   */
  readonly owner: 'this' | 'others' | 'shared'
  /** Full references by which people and manifests know it. */
  readonly names: readonly string[]
  /** By its inputs in this project. */
  readonly inputsNames: readonly string[]
  /** Under which it went to a registry, by a push that was broken off: one that ends takes its name away again. */
  readonly pushedNames: readonly string[]
  /** Milliseconds since 1970. */
  readonly namedAt: number
}

/** All builds of an image, the newest first. */
async function findBuilds(
  engine: ImageEngine,
  { ref, project, signal }: PruneOptions,
): Promise<Result<readonly Build[]>> {
  const listed = await engine.list(ref, signal)
  if (!listed.ok) return listed
  const own = listed.value.filter(({ names }) =>
    names.some(name => {
      const { tag = '', name: repository } = parseImageReference(name)
      return parseOwnTag(tag) && normalizeImageName(repository) === normalizeImageName(ref)
    }),
  )
  const builds = own.map(image => readBuild(image, ref, project))
  return ok(builds.sort((one, other) => other.namedAt - one.namedAt))
}

/**
 * The time is that of the last tag and not that of the image: what comes from a cache is as old as its first build, and
 * buildpacks and jib date all that they make to one moment long ago.
 */
function readBuild({ id, names: references, namedAt }: NamedImage, ref: string, project: string): Build {
  const names: string[] = []
  const inputsNames: string[] = []
  const pushedNames: string[] = []
  let isOthers = false
  for (const { name, tag = '' } of references.map(parseImageReference)) {
    const own = parseOwnTag(tag)
    const isSameName = normalizeImageName(name) === normalizeImageName(ref)
    if (own?.kind === 'inputs') {
      if (isSameName && own.project === project) inputsNames.push(`${ref}:${tag}`)
      else if (isSameName) isOthers = true
    } else if (own && isSameName) names.push(`${ref}:${tag}`)
    else if (own?.kind === 'content' && isPushedName(name, ref)) pushedNames.push(`${name}:${tag}`)
  }
  const owner = !isOthers ? 'this' : inputsNames.length > 0 ? 'shared' : 'others'
  return { id, owner, names, inputsNames, pushedNames, namedAt }
}

/** Whether a name is the one that an image was pushed under: a registry's host in front of its own. */
function isPushedName(name: string, ref: string): boolean {
  const [host = ''] = name.split('/', 1)
  return /[.:]|^localhost$/.test(host) && name === `${host}/${familiarImageName(ref)}`
}
