import { type LogLevel, type LogLine, type LogSource, logLevels } from '../model/log.ts'

/**
 * Lines one behind the other, as bytes:
 *
 *     length of all (4) · source (2) · level (1) · has raw (1) · length of the text (4) · time (30) · text · raw
 *
 * Objects would cost more than twice as much, and as they all live for a while and then die, the garbage collector would let
 * the heap grow to many times of what is in use.
 */
export class RingBlock {
  readonly #bytes: Buffer
  readonly #sources: LogSource[] = []
  #used = 0
  #count = 0

  constructor(size: number) {
    // Not from the pool, which is shared.
    this.#bytes = Buffer.allocUnsafeSlow(size)
  }

  get size(): number {
    return this.#bytes.length
  }

  get count(): number {
    return this.#count
  }

  /** Forgets its lines, and takes others. */
  clear(): void {
    this.#sources.length = 0
    this.#used = 0
    this.#count = 0
  }

  /** @returns false where there is no room for it */
  add(line: LogLine): boolean {
    const bytes = this.#bytes
    const begin = this.#used
    // Measured only where it is close: this is done for every line that any pod prints.
    const most = begin + fixedBytes + 3 * (line.text.length + (line.raw?.length ?? 0))
    if (most > bytes.length && begin + sizeOf(line) > bytes.length) return false
    const textBegin = begin + fixedBytes
    // Before the text, so that it can never lie on it.
    bytes.write(line.time, begin + headerBytes, timeBytes, 'latin1')
    const textEnd = textBegin + bytes.write(line.text, textBegin)
    const end = line.raw === undefined ? textEnd : textEnd + bytes.write(line.raw, textEnd)
    bytes.writeUInt32LE(end - begin, begin)
    bytes.writeUInt16LE(this.#indexOf(line.source), begin + 4)
    bytes[begin + 6] = line.level === undefined ? noLevel : logLevels.indexOf(line.level)
    bytes[begin + 7] = line.raw === undefined ? 0 : 1
    bytes.writeUInt32LE(textEnd - textBegin, begin + 8)
    this.#used = end
    this.#count++
    return true
  }

  /** Lines from the one of an index on. */
  *read(index: number): Generator<LogLine> {
    for (const begin of this.#begins(index)) yield this.#lineAt(begin)
  }

  /** Whose the lines are, from the one of an index on. */
  *readSources(index: number): Generator<LogSource> {
    for (const begin of this.#begins(index)) yield this.#sourceAt(begin)
  }

  *#begins(index: number): Generator<number> {
    let begin = 0
    for (let passed = 0; begin < this.#used; passed++) {
      if (passed >= index) yield begin
      begin += this.#bytes.readUInt32LE(begin)
    }
  }

  #sourceAt(begin: number): LogSource {
    const source = this.#sources[this.#bytes.readUInt16LE(begin + 4)]
    if (!source) throw new Error('a line without its source')
    return source
  }

  #lineAt(begin: number): LogLine {
    const bytes = this.#bytes.subarray(begin, begin + this.#bytes.readUInt32LE(begin))
    const level: LogLevel | undefined = logLevels[bytes.readUInt8(6)]
    const textBegin = headerBytes + timeBytes
    const textEnd = textBegin + bytes.readUInt32LE(8)
    return {
      time: bytes.toString('latin1', headerBytes, textBegin),
      source: this.#sourceAt(begin),
      text: bytes.toString('utf8', textBegin, textEnd),
      ...(bytes.readUInt8(7) === 1 && { raw: bytes.toString('utf8', textEnd) }),
      ...(level && { level }),
    }
  }

  #indexOf(source: LogSource): number {
    const known = this.#sources.indexOf(source)
    return known === -1 ? this.#sources.push(source) - 1 : known
  }
}

const headerBytes = 12
/** `2026-11-21T14:35:01.868924363Z` */
const timeBytes = 30
const fixedBytes = headerBytes + timeBytes
const noLevel = 0xff

/** What a line takes up in a block, in bytes. */
export function sizeOf({ text, raw }: LogLine): number {
  const rawBytes = raw === undefined ? 0 : Buffer.byteLength(raw)
  return fixedBytes + Buffer.byteLength(text) + rawBytes
}
