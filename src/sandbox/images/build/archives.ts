import { closeSync, openSync, readSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import { ok, type Result } from '../../../model/result.ts'
import { exec } from '../../../util/exec.ts'
import type { LayerEntry } from '../layer.ts'
import { layeredView } from '../layered-view.ts'
import { canChangeOwners } from '../rights.ts'
import { type CopyOptions, type CopySource, copyEntries } from './copy.ts'
import { failAt } from './refusal.ts'

/** `ADD` unpacks what is an archive by its content, and copies everything else. @returns `archives` as files of the host. */
export async function sortOut(
  paths: readonly string[],
  source: CopySource,
  signal: AbortSignal,
): Promise<{ readonly archives: readonly string[]; readonly plain: readonly string[] }> {
  const archives: string[] = []
  const plain: string[] = []
  for (const written of paths) {
    const entry = source.find(path.posix.resolve('/', written))
    if (entry?.stats.isFile() && (await isArchive(entry.file, signal))) archives.push(entry.file)
    else plain.push(written)
  }
  return { archives, plain }
}

/**
 * What archives hold, as entries of a layer, with those of `before`. Each is unpacked into a folder of its own: through a link
 * that an earlier one has left there, the next one would write anywhere on the host.
 *
 * @param scratch absolute; what is unpacked stays in it
 */
export async function unpack(
  archives: readonly string[],
  scratch: string,
  options: Omit<CopyOptions, 'source' | 'paths'>,
  signal: AbortSignal,
): Promise<Result<readonly LayerEntry[]>> {
  const { spot } = options
  const destination = options.destination.replace(/\/*$/, '/')
  let before = options.before ?? []
  for (const archive of archives) {
    const folder = await mkdtemp(path.join(scratch, 'archive-'))
    const owners = canChangeOwners() ? [] : ['--no-same-owner']
    const args = ['-xpf', archive, '-C', folder, ...owners]
    const outcome = await exec({ command: 'tar', args, signal })
    if (outcome.status !== 'succeeded') {
      const why = 'output' in outcome ? outcome.output.at(-1) : undefined
      return failAt(spot, why ?? `tar: ${outcome.status}`, 'See whether `tar -tf` can read the archive.')
    }
    const view = layeredView([{ folder, opaque: new Set() }])
    const source: CopySource = { ...view, description: 'the archive' }
    const entries = await copyEntries({ ...options, texts: [], source, paths: ['/'], destination, before })
    if (!entries.ok) return entries
    before = entries.value
  }
  return ok(before)
}

/** Of gzip, bzip2, xz and Zstandard. */
const compressionMarks = ['1f8b', '425a68', 'fd377a585a00', '28b52ffd']

async function isArchive(file: string, signal: AbortSignal): Promise<boolean> {
  const start = Buffer.alloc(262)
  const opened = openSync(file, 'r')
  try {
    readSync(opened, start, 0, start.length, 0)
  } finally {
    closeSync(opened)
  }
  if (start.toString('latin1', 257, 262) === 'ustar') return true
  if (!compressionMarks.some(mark => start.toString('hex').startsWith(mark))) return false
  const outcome = await exec({ command: 'tar', args: ['-tf', file], signal })
  // Of a few bytes that are none, `tar` says that they are an empty archive.
  return outcome.status === 'succeeded' && outcome.stdout.length > 0
}
