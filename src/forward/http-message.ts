/** How the body of a message is delimited (RFC 9112, 6.3). */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  /** An interim response (1xx): another head follows. */
  | { readonly kind: 'interim' }
  /** Its end is not to be known from its bytes. */
  | { readonly kind: 'unknown' }

/** The start line and the fields of a message, names in lower case; a repeated field has its values joined by commas. */
export interface Head {
  readonly startLine: string
  readonly fields: ReadonlyMap<string, string>
}

const maxHeadBytes = 64 * 1024

/** Follows one HTTP/1 message as its bytes go by, to know where it ends. It keeps nothing of the body. */
export class HttpMessage {
  readonly #bodyOf: (head: Head) => Body
  #part: 'head' | 'data' | 'chunk-size' | 'trailers' | 'complete' | 'unknown' = 'head'
  #lines: string[] = []
  #line = ''
  #headBytes = 0
  #isChunked = false
  #left = 0

  constructor(bodyOf: (head: Head) => Body) {
    this.#bodyOf = bodyOf
  }

  get isComplete(): boolean {
    return this.#part === 'complete'
  }

  /** It is no HTTP/1 message, or one whose end cannot be known. */
  get isUnknown(): boolean {
    return this.#part === 'unknown'
  }

  /** Takes in the next bytes; returns those that lie behind the end of the message. */
  read(bytes: Buffer): Buffer {
    let rest = bytes
    while (rest.length > 0 && this.#part !== 'complete' && this.#part !== 'unknown') {
      rest = this.#part === 'data' ? this.#readData(rest) : this.#readLine(rest)
    }
    return rest
  }

  #readData(bytes: Buffer): Buffer {
    const taken = Math.min(bytes.length, this.#left)
    this.#left -= taken
    if (this.#left === 0) this.#part = this.#isChunked ? 'chunk-size' : 'complete'
    return bytes.subarray(taken)
  }

  #readLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf('\n')
    const taken = end < 0 ? bytes.length : end + 1
    this.#headBytes += taken
    if (this.#headBytes > maxHeadBytes) {
      this.#part = 'unknown'
      return bytes
    }
    this.#line += bytes.toString('latin1', 0, taken)
    if (end >= 0) {
      const line = this.#line.replace(/\r?\n$/, '')
      this.#line = ''
      this.#takeLine(line)
    }
    return bytes.subarray(taken)
  }

  #takeLine(line: string) {
    if (this.#part === 'trailers') {
      if (line === '') this.#part = 'complete'
    } else if (this.#part === 'chunk-size') {
      this.#headBytes = 0
      const size = /^[0-9a-f]{1,12}(?=\s*(;|$))/i.exec(line)?.[0]
      if (size === undefined) this.#part = 'unknown'
      else this.#expectChunk(Number.parseInt(size, 16))
    } else if (line !== '') {
      this.#lines.push(line)
    } else if (this.#lines.length > 0) {
      // Empty lines before a head do not count (RFC 9112, 2.2).
      this.#expectBody(this.#bodyOf(parseHead(this.#lines)))
    }
  }

  #expectChunk(size: number) {
    this.#part = size === 0 ? 'trailers' : 'data'
    this.#left = size + '\r\n'.length
  }

  #expectBody(body: Body) {
    this.#lines = []
    this.#headBytes = 0
    switch (body.kind) {
      case 'none':
        this.#part = 'complete'
        return
      case 'length':
        this.#part = body.bytes === 0 ? 'complete' : 'data'
        this.#left = body.bytes
        return
      case 'chunked':
        this.#isChunked = true
        this.#part = 'chunk-size'
        return
      case 'interim':
        return
      case 'unknown':
        this.#part = 'unknown'
        return
      default:
        body satisfies never
    }
  }
}

/** The body that a head's fields announce; `undefined` where they announce none. */
export function announcedBody(head: Head): Body | undefined {
  const coding = head.fields.get('transfer-encoding')
  if (coding !== undefined)
    return /(^|,)\s*chunked\s*$/i.test(coding) ? { kind: 'chunked' } : { kind: 'unknown' }
  const length = head.fields.get('content-length')
  if (length === undefined) return undefined
  return /^\d{1,15}$/.test(length) ? { kind: 'length', bytes: Number(length) } : { kind: 'unknown' }
}

/** Whether the `Connection` field names the option: `close`, `keep-alive`. */
export function hasConnectionOption(head: Head, option: string): boolean {
  const options = head.fields.get('connection')?.toLowerCase().split(',') ?? []
  return options.some(one => one.trim() === option)
}

function parseHead([startLine = '', ...lines]: readonly string[]): Head {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = fields.get(name)
    fields.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return { startLine, fields }
}
