import path from 'node:path'
import { ok, type Result } from '../model/result.ts'
import { type Algorithm, digest, readHostContent } from './host-content.ts'
import { deleteOnHost, type HostOutcome, type HostTarget, keepOnHost, replaceOnHost } from './host-write.ts'
import { type Content, isSame } from './reconcile.ts'
import type { StreamFailure, SyncStream } from './stream.ts'

/** A file that differs from what both sides last held. */
export interface ContainerChange {
  /** Absolute container path. */
  readonly target: string
  /** Absolute host path. */
  readonly path: string
  /** The rule's folder or file on the host. */
  readonly root: string
  readonly container: Content | undefined
}

/** What became of a file on the host, with its name for people. */
export type News =
  | { readonly kind: 'written' | 'deleted'; readonly name: string }
  | { readonly kind: 'kept'; readonly name: string; readonly copy: string }
  | { readonly kind: 'failed'; readonly name: string; readonly why: string }

/**
 * Makes the host's file what it is in the container. Nothing is done, and nothing told, where either side changed meanwhile.
 *
 * @param host what the host's file was when this was decided
 */
export async function fetchBack(
  stream: SyncStream,
  change: ContainerChange,
  host: Content | undefined,
  algorithm: Algorithm,
): Promise<Result<News | undefined, StreamFailure>> {
  const { path: file, root, container } = change
  const isStill = async () => isSame(await readHostContent(file, algorithm), host)
  const target: HostTarget = { path: file, root, isStill }
  if (!container)
    return ok(tell(change, await deleteOnHost(target), { kind: 'deleted', name: nameOf(change) }))
  return withContents(stream, change, algorithm, async bytes => {
    const outcome = await replaceOnHost(target, bytes, container.isExecutable)
    return tell(change, outcome, { kind: 'written', name: nameOf(change) })
  })
}

/** Keeps the container's version beside the host's. Nothing is done where the container's changed meanwhile. */
export function keepAside(
  stream: SyncStream,
  change: ContainerChange,
  algorithm: Algorithm,
): Promise<Result<News | undefined, StreamFailure>> {
  return withContents(stream, change, algorithm, async bytes => {
    const outcome = await keepOnHost(change, bytes)
    const copy = outcome.kind === 'done' ? path.basename(outcome.path) : ''
    return tell(change, outcome, { kind: 'kept', name: nameOf(change), copy })
  })
}

/** One sentence for all that came back, and one for each file that needs the user's attention. */
export function describeNews(news: readonly News[]): readonly string[] {
  const lines: string[] = []
  const written = news.filter(({ kind }) => kind === 'written')
  const deleted = news.filter(({ kind }) => kind === 'deleted')
  if (written.length > 0) lines.push(`${listNames(written)} came back from the container`)
  if (deleted.length > 0) lines.push(`${listNames(deleted)} deleted, as in the container`)
  for (const one of news) {
    if (one.kind === 'kept')
      lines.push(
        `${one.name} changed here and in the container: this one counts, the container's is kept as ${one.copy}`,
      )
    if (one.kind === 'failed') lines.push(`${one.name} did not come back from the container: ${one.why}`)
  }
  return lines
}

const maxNames = 3

function listNames(news: readonly News[]): string {
  const names = news.slice(0, maxNames).map(({ name }) => name)
  const others = news.length - names.length
  return others > 0 ? `${names.join(', ')} and ${others} more` : names.join(', ')
}

async function withContents(
  stream: SyncStream,
  change: ContainerChange,
  algorithm: Algorithm,
  use: (bytes: Uint8Array) => Promise<News | undefined>,
): Promise<Result<News | undefined, StreamFailure>> {
  const read = await stream.read(change.target)
  if (!read.ok) {
    if (read.failure.kind === 'lost') return read
    return ok({ kind: 'failed', name: nameOf(change), why: read.failure.message })
  }
  // It was written to since it was listed: half of a file is not to come back.
  const isListed = read.value && digest(read.value, algorithm) === change.container?.checksum
  return ok(read.value && isListed ? await use(read.value) : undefined)
}

function tell(change: ContainerChange, outcome: HostOutcome, done: News): News | undefined {
  switch (outcome.kind) {
    case 'done':
      return done
    case 'changed':
      return undefined
    case 'refused':
      return { kind: 'failed', name: nameOf(change), why: outcome.why }
    default:
      return outcome satisfies never
  }
}

function nameOf({ path: file, root }: ContainerChange): string {
  return path.relative(path.dirname(root), file)
}
