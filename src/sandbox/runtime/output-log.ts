import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

/** Bytes after which a line is cut into parts, as container engines do. */
const maxLineBytes = 16_384
const newline = 10
/** Bytes from which on a log is put aside and begun anew: the kubelet's own. */
const maxBytes = 10 * 1024 * 1024

/** What was put aside of a log; what was aside before is gone then. */
export function rotatedFile(file: string): string {
  return `${file}.1`
}

/**
 * A file of a container's output in the form that Kubernetes reads: time, stream, whether the line ends here, text. However
 * much and however fast a container says, the last one or two times 10 MB are kept.
 */
export class OutputLog {
  readonly #file: string
  readonly #rests = new Map<OutputStream, Buffer>()
  #descriptor: number
  #size: number

  /** @throws the file system's error where it cannot be opened */
  constructor(file: string) {
    this.#file = file
    this.#descriptor = openLog(file)
    this.#size = fstatSync(this.#descriptor).size
  }

  write(stream: OutputStream, chunk: Buffer): void {
    const rest = this.#rests.get(stream)
    const bytes = rest && rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    const time = timeNow()
    const full = Buffer.from(`${time} ${stream} F `)
    const parts: Buffer[] = []
    let start = 0
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      start = this.#cut(parts, bytes, start, end, time, stream)
      parts.push(full, bytes.subarray(start, end + 1))
      start = end + 1
    }
    start = this.#cut(parts, bytes, start, bytes.length, time, stream)
    // A copy, since the chunk's memory is far larger.
    this.#rests.set(stream, Buffer.from(bytes.subarray(start)))
    this.#append(parts)
  }

  /** Writes what was no line yet: as a part of one. */
  close(): void {
    const time = timeNow()
    for (const [stream, rest] of this.#rests)
      if (rest.length > 0) this.#append([Buffer.from(`${time} ${stream} P `), rest, Buffer.from('\n')])
    closeSync(this.#descriptor)
  }

  /** Writes all parts of a line but the last one. @returns where that begins */
  #cut(
    parts: Buffer[],
    bytes: Buffer,
    start: number,
    end: number,
    time: string,
    stream: OutputStream,
  ): number {
    let at = start
    for (; end - at > maxLineBytes; at += maxLineBytes)
      parts.push(
        Buffer.from(`${time} ${stream} P `),
        bytes.subarray(at, at + maxLineBytes),
        Buffer.from('\n'),
      )
    return at
  }

  /** Without waiting: it goes into the system's memory, and a log must not fall behind the end of its container. */
  #append(parts: readonly Buffer[]): void {
    if (parts.length === 0) return
    const bytes = Buffer.concat(parts)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at)
      this.#size += bytes.length
      if (this.#size >= maxBytes) this.#rotate()
    } catch {
      // A full disk costs these lines; the container runs on, as on any node.
    }
  }

  /** Whoever reads the old file has it open, and finds the new one by its name. */
  #rotate(): void {
    renameSync(this.#file, rotatedFile(this.#file))
    const next = openLog(this.#file)
    closeSync(this.#descriptor)
    this.#descriptor = next
    this.#size = 0
  }
}

function openLog(file: string): number {
  return openSync(file, 'a', 0o640)
}

export type OutputStream = 'stdout' | 'stderr'

/** RFC 3339 with nine digits: the clock's microseconds. */
function timeNow(): string {
  const now = performance.timeOrigin + performance.now()
  const microseconds = Math.floor((now % 1) * 1000)
  return new Date(now).toISOString().replace('Z', `${String(microseconds).padStart(3, '0')}000Z`)
}
