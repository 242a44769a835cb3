import { normalizeImageName } from '../model/image.ts'
import { ok, type Result } from '../model/result.ts'
import type { DockerCommand } from './docker-command.ts'

export interface PruneOptions {
  /** The image's name without a tag. Tags that are not devloop's are never touched. */
  readonly ref: string
  /** How many of the newest images stay, with all their tags. */
  readonly keep: number
  /**
   * Full references that stay in any case: a build that BuildKit gave from its cache is as old as its first one, and no
   * container may have been made from it yet.
   */
  readonly current: readonly string[]
  readonly signal: AbortSignal
}

export interface Pruned {
  /** Full references, newest first. */
  readonly removed: readonly string[]
  /** Those that would have been removed, if no container of the engine were made from them. */
  readonly inUse: readonly string[]
}

interface BuiltTag {
  readonly id: string
  readonly reference: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/**
 * Removes the engine's old builds of one image. A tag stays as long as there is a container that was made from its
 * image, running or not; layers that other images hold stay with them.
 */
export async function pruneImage(
  docker: DockerCommand,
  { ref, keep, current, signal }: PruneOptions,
): Promise<Result<Pruned>> {
  const tags = await builtTags(docker, ref, signal)
  if (!tags.ok) return tags
  const removed: string[] = []
  const inUse: string[] = []
  // By id, since an image may have two tags: a command of the user's leaves it under a name of its own.
  const newest = [...new Set(tags.value.map(({ id }) => id))].slice(0, keep)
  const named = tags.value.filter(({ reference }) => current.includes(reference)).map(({ id }) => id)
  const kept = new Set([...newest, ...named])
  for (const { id, reference } of tags.value) {
    if (kept.has(id)) continue
    // Asked right before each removal: by the name in a container's row nobody could tell, since it is the name that it
    // was started by, often an id.
    const containers = await docker.run(['ps', '--all', '--quiet', `--filter=ancestor=${id}`], signal)
    if (!containers.ok) return containers
    if (containers.value.length > 0) {
      inUse.push(reference)
      continue
    }
    const gone = await docker.run(['image', 'rm', reference], signal)
    if (!gone.ok) return gone
    removed.push(reference)
  }
  return ok({ removed, inUse })
}

/** All tags of an image that devloop has made, newest first. */
async function builtTags(
  docker: DockerCommand,
  ref: string,
  signal: AbortSignal,
): Promise<Result<readonly BuiltTag[]>> {
  const listed = await docker.run(
    [
      'image',
      'ls',
      '--no-trunc',
      `--filter=reference=${familiarName(ref)}:devloop*`,
      '--format={{.ID}}\t{{.Tag}}\t{{.CreatedAt}}',
    ],
    signal,
  )
  if (!listed.ok) return listed
  const tags = listed.value.flatMap(line => readTag(ref, line) ?? [])
  return ok(tags.sort((one, other) => other.createdAt - one.createdAt))
}

function readTag(ref: string, line: string): BuiltTag | undefined {
  const [id, tag, created] = line.split('\t')
  // `devloop` alone is the name under which a command of the user's leaves its image.
  if (!id || !tag || !/^devloop(-[0-9a-f]{16})?$/.test(tag)) return undefined
  // As Go prints it: `2026-01-31 13:00:00 +0100 CET`. Not every name of a zone is known here, and the offset says it all.
  const createdAt = Date.parse(created?.split(' ').slice(0, 3).join(' ') ?? '')
  return { id, reference: `${ref}:${tag}`, createdAt: Number.isNaN(createdAt) ? 0 : createdAt }
}

/** The engine's filter compares with the short spelling: `redis`, not `docker.io/library/redis`. */
function familiarName(ref: string): string {
  return normalizeImageName(ref).replace(/^docker\.io\/(library\/)?/, '')
}
