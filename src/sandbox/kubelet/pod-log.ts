import { type FSWatcher, watch } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { rotatedFile } from './log-files.ts'
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

/** Whole lines as they are in the files, many at a time. */
async function* rawLines(file: string, { tailLines, follow, signal }: LogOptions): AsyncGenerator<Buffer> {
  const start = await startOf(file, tailLines)
  if (start.rotated !== undefined) yield* readLines(rotatedFile(file), start.rotated, signal)
  let position = start.current
  const watcher = follow && watchFile(file, follow.ended, signal)
  try {
    for (;;) {
      const change = watcher?.wakeups.next
      const isLast = watcher?.hasEnded ?? true
      const { size } = await stat(file).catch(() => ({ size: 0 }))
      if (size < position) {
        // It was rotated in between: what was not read yet is in the other file.
        yield* readLines(rotatedFile(file), position, signal)
        position = 0
      }
      for await (const lines of readLines(file, position, signal)) {
        position += lines.length
        yield lines
      }
      if (isLast || signal.aborted) return
      await change
    }
  } finally {
    watcher?.close()
  }
}

/** Where to begin; `rotated` is undefined where nothing is wanted of what was rotated away. */
async function startOf(
  file: string,
  tailLines: number | undefined,
): Promise<{ readonly current: number; readonly rotated: number | undefined }> {
  if (tailLines === undefined) return { current: 0, rotated: 0 }
  const current = await open(file).catch(() => undefined)
  const { offset, missing } = current
    ? await tailOffset(current, tailLines)
    : { offset: 0, missing: tailLines }
  await current?.close()
  if (missing <= 0) return { current: offset, rotated: undefined }
  const older = await open(rotatedFile(file)).catch(() => undefined)
  const rotated = older && (await tailOffset(older, missing)).offset
  await older?.close()
  return { current: offset, rotated }
}

async function* readLines(path: string, from: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const file = await open(path).catch(() => undefined)
  if (!file) return
  try {
    const buffer = Buffer.alloc(chunkBytes)
    for (let position = from; !signal.aborted; ) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, position)
      const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1
      if (end === 0) return
      yield Buffer.from(buffer.subarray(0, end))
      position += end
    }
  } finally {
    await file.close()
  }
}

function watchFile(file: string, ended: Promise<void>, signal: AbortSignal) {
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
    watcher = watch(file, wake)
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
