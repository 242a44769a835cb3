import { type FileHandle, open } from 'node:fs/promises'

const chunkBytes = 64 * 1024
const newline = 10

/**
 * Where the last lines of a file begin.
 *
 * @returns the offset in bytes, and how many lines are missing since the file has fewer
 */
export async function tailOffset(
  file: FileHandle,
  lines: number,
): Promise<{ readonly offset: number; readonly missing: number }> {
  const { size } = await file.stat()
  if (lines === 0) return { offset: size, missing: 0 }
  const buffer = Buffer.alloc(chunkBytes)
  let found = 0
  for (let end = size; end > 0; ) {
    const length = Math.min(chunkBytes, end)
    const start = end - length
    await file.read(buffer, 0, length, start)
    for (let i = length - 1; i >= 0; i--) {
      // The end of the last line begins none.
      if (buffer[i] !== newline || start + i === size - 1) continue
      if (++found === lines) return { offset: start + i + 1, missing: 0 }
    }
    end = start
  }
  return { offset: 0, missing: size === 0 ? lines : lines - found - 1 }
}

/** The beginning of a file, whatever its size is; nothing of one that is not there. */
export async function firstBytes(path: string, bytes: number): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (!file) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The text of the last lines of a log, without what the log says of them; nothing of a log that is not there. */
export async function lastLines(path: string, lines: number): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (!file) return ''
  try {
    const { offset } = await tailOffset(file, lines)
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset)
    const written = buffer.toString().split('\n').slice(0, -1)
    return written.map(textOf).join('')
  } finally {
    await file.close()
  }
}

/** A line's own text; one that is cut into parts goes on in the next. */
function textOf(line: string): string {
  const [, , tag, ...words] = line.split(' ')
  return words.join(' ') + (tag === 'P' ? '' : '\n')
}
