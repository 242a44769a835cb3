import path from 'node:path'
import { fail, ok, type Result } from '../model/result.ts'
import type { SyncEdit } from '../model/sync.ts'
import { lookAt } from './host-file.ts'
import type { StreamFailure } from './stream.ts'
import type { FileWriter } from './transfer.ts'

/** From this many files on, deleting them by one process takes less time. */
const fewFiles = 8
/** Of one command line, in bytes: it becomes a single argument of a process, which may have 128 KiB. */
const maxLineBytes = 65_536

/** Why a file is still in the container. */
type RemovalFailure = StreamFailure & { readonly path?: string }

/**
 * Deletes from a container what is not on the host any more, and the folders that the host has lost with it, where
 * nothing is left in them: what a container made there by itself is its own.
 */
export async function removeGone(
  stream: FileWriter,
  gone: readonly Pick<SyncEdit, 'path' | 'target'>[],
): Promise<Result<void, RemovalFailure>> {
  // A link goes before what was behind it: what is deleted through a link is deleted where it leads to.
  const targets = gone.map(({ target }) => target).sort((a, b) => depth(a) - depth(b))
  const deleted =
    targets.length < fewFiles ? await deleteEach(stream, targets) : await deleteAll(stream, targets)
  if (!deleted.ok) return deleted
  const folders = new Set((await Promise.all(gone.map(goneFolders))).flat())
  // What is in a folder goes before the folder. One that is not empty stays, and so does one that is mounted.
  const deepestFirst = [...folders].sort((a, b) => depth(b) - depth(a))
  for (const line of commandLines('rmdir', deepestFirst)) {
    const ran = await stream.run(`${line} 2>/dev/null`)
    if (!ran.ok) return ran
  }
  return ok(undefined)
}

/**
 * Deletes the files and links of a container that are folders on the host now. A link may lead to a folder, which would be
 * taken for the one that is wanted.
 *
 * @param targets those that are folders in the container as well stay as they are
 */
export async function removeReplaced(
  stream: FileWriter,
  targets: readonly string[],
): Promise<Result<void, StreamFailure>> {
  for (const line of commandLines('rm -f', targets)) {
    const ran = await stream.run(`${line} 2>/dev/null`)
    if (!ran.ok) return ran
  }
  return ok(undefined)
}

async function deleteAll(
  stream: FileWriter,
  targets: readonly string[],
): Promise<Result<void, RemovalFailure>> {
  for (const line of commandLines('rm -f', targets)) {
    const ran = await stream.run(line)
    if (!ran.ok) return ran
    // A folder may be among them, or one is refused: each by itself says which.
    if (ran.value.exitCode !== 0) return deleteEach(stream, targets)
  }
  return ok(undefined)
}

async function deleteEach(
  stream: FileWriter,
  targets: readonly string[],
): Promise<Result<void, RemovalFailure>> {
  const results = await Promise.all(
    targets.map(async target => {
      const deleted = await stream.delete(target)
      return deleted.ok ? deleted : fail({ ...deleted.failure, path: target })
    }),
  )
  return results.find(result => !result.ok) ?? ok(undefined)
}

/**
 * The container's folders that the host has not any more, as long as both sides have the same names, and never one at
 * the container's root.
 */
async function goneFolders({
  path: file,
  target,
}: Pick<SyncEdit, 'path' | 'target'>): Promise<readonly string[]> {
  const folder = path.dirname(file)
  const targetFolder = path.posix.dirname(target)
  const isAlike = path.basename(folder) === path.posix.basename(targetFolder)
  if (!isAlike || depth(targetFolder) < 2 || (await lookAt(folder)).kind !== 'gone') return []
  return [targetFolder, ...(await goneFolders({ path: folder, target: targetFolder }))]
}

/** How many names a path has. */
function depth(target: string): number {
  return target.split('/').length - 1
}

/** As few command lines as the names allow. */
function* commandLines(command: string, targets: readonly string[]): Generator<string> {
  let line = ''
  for (const target of targets) {
    const word = ` ${quote(target)}`
    if (line !== '' && Buffer.byteLength(line) + Buffer.byteLength(word) > maxLineBytes) {
      yield `${command}${line}`
      line = ''
    }
    line += word
  }
  if (line !== '') yield `${command}${line}`
}

/** As one word of a shell, whatever is in it. */
function quote(target: string): string {
  return `'${target.replaceAll("'", "'\\''")}'`
}
