const lineFeed = 0x0a
const carriageReturn = 0x0d
const maxUsualDigits = 6
/** The value of a digit, by its character's code. */
const hexadecimal = Int8Array.from({ length: 256 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code)),
)
const headEnd = '\r\n\r\n'
/** Node refuses longer heads; what is behind such a one is passed on as it is. */
const maxHeadBytes = 65_536
const maxSizeLine = 1_024

/**
 * Makes of an HTTP/1.1 answer whose body comes in many small chunks (RFC 9112, 7.1) one that says the same in few large
 * ones. A pod's log has a chunk for each line, and a parser's events for each chunk cost many times of what the line costs.
 * Answers of other kinds, and what is no HTTP, pass unchanged. For one answer of a connection.
 */
export class ChunkMerger {
  #state: 'head' | 'size' | 'content' | 'content-end' | 'unchanged' = 'head'
  #head: Buffer = Buffer.alloc(0)
  /** What has come of the line that says a chunk's size. */
  #line = ''
  /** Bytes of the chunk's content that have not come yet. */
  #left = 0

  /** The next bytes of the answer, merged: a copy. Overwrites those that it is given. */
  merge(bytes: Buffer): Buffer {
    if (this.#state !== 'head') return this.#mergeBody(bytes)
    this.#head = Buffer.concat([this.#head, bytes])
    const end = this.#head.indexOf(headEnd)
    if (end === -1 && this.#head.length <= maxHeadBytes) return Buffer.alloc(0)
    const length = end === -1 ? this.#head.length : end + headEnd.length
    const head = this.#head.subarray(0, length)
    this.#state = /\r\ntransfer-encoding:\s*chunked\r\n/i.test(head.toString('latin1')) ? 'size' : 'unchanged'
    return Buffer.concat([head, this.#mergeBody(this.#head.subarray(length))])
  }

  #mergeBody(bytes: Buffer): Buffer {
    let content = 0
    let read = 0
    while (read < bytes.length && this.#state !== 'unchanged') {
      if (this.#state !== 'content') {
        const behind = this.#skipUsual(bytes, read)
        if (behind > read) read = behind
        else this.#takeBetween(bytes[read++] ?? 0)
        continue
      }
      const length = Math.min(this.#left, bytes.length - read)
      bytes.copyWithin(content, read, read + length)
      content += length
      read += length
      this.#left -= length
      if (this.#left === 0) this.#state = 'content-end'
    }
    const chunk =
      content === 0
        ? []
        : [Buffer.from(`${content.toString(16)}\r\n`), bytes.subarray(0, content), Buffer.from('\r\n')]
    return Buffer.concat([...chunk, this.#takeUnread(), bytes.subarray(read)])
  }

  /**
   * What stands between the contents of two chunks as it usually does, and all at once: `\r\n<up to six digits>\r\n`.
   *
   * @returns where the next content begins; as given where it is written, or cut, in another way
   */
  #skipUsual(bytes: Buffer, begin: number): number {
    if (this.#state !== 'content-end' || bytes[begin] !== carriageReturn) return begin
    let read = begin + 2
    let size = 0
    for (const end = read + maxUsualDigits; read < end; read++) {
      const digit = hexadecimal[bytes[read] ?? 0] ?? -1
      if (digit < 0) break
      size = size * 16 + digit
    }
    const isWhole = bytes[read] === carriageReturn && bytes[read + 1] === lineFeed
    if (size === 0 || !isWhole || bytes[begin + 1] !== lineFeed) return begin
    this.#left = size
    this.#state = 'content'
    return read + 2
  }

  /** One byte of what stands between the contents of two chunks: `\r\n<size>[;extension]\r\n`. */
  #takeBetween(byte: number): void {
    if (this.#state === 'content-end') {
      if (byte === lineFeed) this.#state = 'size'
      return
    }
    this.#line += String.fromCharCode(byte)
    if (byte !== lineFeed && this.#line.length < maxSizeLine) return
    const size = /^([0-9a-f]+)[ \t]*(?:;.*)?\r\n$/i.exec(this.#line)?.[1]
    this.#left = Number.parseInt(size ?? '0', 16)
    // The last chunk is the one without content. What follows is for whoever reads HTTP, and so is what is no chunk.
    if (this.#left === 0) this.#state = 'unchanged'
    else {
      this.#line = ''
      this.#state = 'content'
    }
  }

  /** The line behind which nothing is changed any more. */
  #takeUnread(): Buffer {
    if (this.#state !== 'unchanged') return Buffer.alloc(0)
    const line = Buffer.from(this.#line, 'latin1')
    this.#line = ''
    return line
  }
}
