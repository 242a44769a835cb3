import { type FSWatcher, watch } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { rotatedFile } from '../runtime/output-log.ts'
import { tailOffset } from './log-tail.ts'
import { Wakeups } from './wakeups.ts'

export interface LogOptions {
  readonly hasTimestamps: boolean
  /** Lines before are left out. */
  readonly since?: Date
  readonly tailLines?: number
  readonly limitBytes?: number
  /** Goes on with what is written until `ended`. */
  readonly follow?: { readonly ended: Promise<void> }
  readonly signal: AbortSignal
}

const chunkBytes = 64 * 1024

/**
 * The text of a container's log, with what was rotated away.
 *
 * @param file as the runtime writes it: a time, a stream, whether the line ends there, and the text
 */
export async function* readLog(file: string, options: LogOptions): AsyncGenerator<Buffer> {
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY
  const format = formatter(options)
  for await (const lines of rawLines(file, options)) {
    const text = format(lines)
    if (text.length === 0) continue
    yield text.subarray(0, Math.min(text.length, left))
    left -= text.length
    if (left <= 0) return
  }
}

/**
 * Whole lines as they are in the files, many at a time. A log that is followed is held open: it may be renamed at any time, and
 * what is in it then is read to its end before the one that took its name.
 */
async function* rawLines(file: string, { tailLines, follow, signal }: LogOptions): AsyncGenerator<Buffer> {
  let log = await openFile(file)
  if (!log) return
  const watcher = follow && watchLog(file, follow.ended, signal)
  try {
    let position = yield* readStart(file, log, tailLines, signal)
    for (;;) {
      const change = watcher?.wakeups.next
      const isLast = watcher?.hasEnded ?? true
      const next: FileHandle | undefined = watcher && (await openSuccessor(file, log))
      for await (const lines of readLines(log, position, signal)) {
        position += lines.length
        yield lines
      }
      if (next) {
        await log.close()
        log = next
        position = 0
      } else if (isLast || signal.aborted) return
      else await change
    }
  } finally {
    watcher?.close()
    await log.close()
  }
}

/** What is wanted of the log before. @returns where to begin in this one, in bytes */
async function* readStart(
  file: string,
  log: FileHandle,
  tailLines: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Buffer, number> {
  const { offset, missing } =
    tailLines === undefined
      ? { offset: 0, missing: Number.POSITIVE_INFINITY }
      : await tailOffset(log, tailLines)
  if (missing <= 0) return offset
  const older = await openFile(rotatedFile(file))
  try {
    // Renamed since it was opened: then there is no older one any more.
    if (older && !(await isSameFile(older, log))) {
      const from = tailLines === undefined ? 0 : (await tailOffset(older, missing)).offset
      yield* readLines(older, from, signal)
    }
  } finally {
    await older?.close()
  }
  return offset
}

function openFile(file: string): Promise<FileHandle | undefined> {
  return open(file).catch(() => undefined)
}

/** The file that has the name of one that is open; undefined where it is that one still. */
async function openSuccessor(file: string, log: FileHandle): Promise<FileHandle | undefined> {
  const next = await openFile(file)
  if (!next || !(await isSameFile(next, log))) return next
  await next.close()
  return undefined
}

async function isSameFile(one: FileHandle, other: FileHandle): Promise<boolean> {
  return (await one.stat()).ino === (await other.stat()).ino
}

async function* readLines(log: FileHandle, from: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(chunkBytes)
  for (let position = from; !signal.aborted; ) {
    const { bytesRead } = await log.read(buffer, 0, chunkBytes, position)
    const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1
    if (end === 0) return
    yield Buffer.from(buffer.subarray(0, end))
    position += end
  }
}

/** Watches the folder, for the log's name passes on to other files. */
function watchLog(file: string, ended: Promise<void>, signal: AbortSignal) {
  const wakeups = new Wakeups()
  const state = {
    wakeups,
    hasEnded: false,
    close() {
      watcher?.close()
      signal.removeEventListener('abort', wake)
    },
  }
  const wake = () => wakeups.wake()
  signal.addEventListener('abort', wake)
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(path.dirname(file), wake)
    watcher.on('error', wake)
  } catch {
    // Its pod is gone together with its log.
    state.hasEnded = true
  }
  void ended.then(() => {
    state.hasEnded = true
    wake()
  })
  return state
}

/** Takes from lines what the log says of them, but for the time where that is wanted. */
function formatter({ hasTimestamps, since }: LogOptions): (lines: Buffer) => Buffer {
  let continues = false
  const sinceTime = since?.toISOString()
  return lines => {
    const parts: Buffer[] = []
    for (let start = 0; start < lines.length; ) {
      const end = lines.indexOf('\n', start)
      const timeEnd = lines.indexOf(' ', start)
      const streamEnd = lines.indexOf(' ', timeEnd + 1)
      const time = lines.toString('latin1', start, timeEnd)
      const isPartial = lines[streamEnd + 1] === 'P'.charCodeAt(0)
      if (sinceTime === undefined || time >= sinceTime.slice(0, -1)) {
        if (hasTimestamps && !continues) parts.push(Buffer.from(`${time} `))
        parts.push(lines.subarray(streamEnd + 3, isPartial ? end : end + 1))
      }
      continues = isPartial
      start = end + 1
    }
    return Buffer.concat(parts)
  }
}
