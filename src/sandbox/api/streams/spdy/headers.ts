import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib'
import { headerDictionary } from './dictionary.ts'

export type Headers = ReadonlyMap<string, string>

/** Each direction of a connection is one compressed stream, so blocks are read and written in their order. */
export class HeaderReader {
  readonly #inflate: Inflate = createInflate({ dictionary: headerDictionary })

  /** Rejects what was not written as the protocol says, and when it is closed meanwhile. */
  async read(block: Buffer): Promise<Headers> {
    await new Promise<void>((resolve, reject) => {
      this.#inflate.once('error', reject)
      this.#inflate.write(block, error => {
        this.#inflate.off('error', reject)
        if (error) reject(error)
        else resolve()
      })
    })
    return parseHeaders(readAll(this.#inflate))
  }

  close(): void {
    this.#inflate.destroy()
  }
}

export class HeaderWriter {
  readonly #deflate: Deflate = createDeflate({ dictionary: headerDictionary })

  write(headers: Headers): Promise<Buffer> {
    return new Promise(resolve => {
      this.#deflate.write(formatHeaders(headers))
      this.#deflate.flush(constants.Z_SYNC_FLUSH, () => resolve(readAll(this.#deflate)))
    })
  }

  close(): void {
    this.#deflate.destroy()
  }
}

function readAll(stream: Inflate | Deflate): Buffer {
  const chunks: Buffer[] = []
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function parseHeaders(bytes: Buffer): Headers {
  const headers = new Map<string, string>()
  let offset = 4
  const next = () => {
    const length = bytes.readUInt32BE(offset)
    const text = bytes.toString('latin1', offset + 4, offset + 4 + length)
    offset += 4 + length
    return text
  }
  const count = bytes.readUInt32BE(0)
  for (let index = 0; index < count; index++) headers.set(next().toLowerCase(), next())
  return headers
}

function formatHeaders(headers: Headers): Buffer {
  const parts = [uint32(headers.size)]
  for (const [name, value] of headers) {
    parts.push(
      uint32(name.length),
      Buffer.from(name, 'latin1'),
      uint32(value.length),
      Buffer.from(value, 'latin1'),
    )
  }
  return Buffer.concat(parts)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
