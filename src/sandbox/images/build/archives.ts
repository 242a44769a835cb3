import { closeSync, openSync, readSync } from 'node:fs'
import path from 'node:path'
import type { Result } from '../../../model/result.ts'
import { exec } from '../../../util/exec.ts'
import type { LayerEntry } from '../layer.ts'
import { layeredView } from '../layered-view.ts'
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

/** What archives hold, as entries of a layer. @param folder absolute; made here. */
export async function unpack(
  archives: readonly string[],
  folder: string,
  options: Omit<CopyOptions, 'source' | 'paths'>,
  signal: AbortSignal,
): Promise<Result<readonly LayerEntry[]>> {
  const { spot } = options
  for (const archive of archives) {
    const args = ['-c', 'mkdir -p "$2" && exec tar -xpf "$1" -C "$2"', 'sh', archive, folder]
    const outcome = await exec({ command: 'sh', args, signal })
    if (outcome.status !== 'succeeded') {
      const why = 'output' in outcome ? outcome.output.at(-1) : undefined
      return failAt(spot, why ?? `tar: ${outcome.status}`, 'See whether `tar -tf` can read the archive.')
    }
  }
  const view = layeredView([{ folder, opaque: new Set() }])
  const source: CopySource = { ...view, description: 'the archive' }
  const destination = options.destination.replace(/\/*$/, '/')
  return copyEntries({ ...options, texts: [], source, paths: ['/'], destination })
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
