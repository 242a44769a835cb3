import path from 'node:path'

/** One entry of an archive, as it comes by. */
export interface ArchivedEntry {
  /** Without `./` in front and without a slash at its end. */
  readonly name: string
  readonly kind: 'file' | 'link' | 'other'
  /** Of a link: the name that it leads to, from the root of the archive. */
  readonly target?: string
  /** Of the contents, in bytes. */
  readonly size: number
  /** The blocks in front of the contents as they stand in the archive. */
  readonly header: Buffer
  /** The contents as they stand in the archive, filled up to whole blocks. To be read before the next entry, if at all. */
  readonly blocks: () => AsyncGenerator<Buffer>
}

/** What is read is no archive, or ends before the archive does. */
export class ArchiveError extends Error {}

const blockBytes = 512
/** Of the extensions in front of an entry: names and times. */
const maxExtensionBytes = 1024 * 1024

/**
 * Reads a tar archive as it comes, without keeping it: POSIX.1-1988 ("ustar") with the extensions of POSIX.1-2001 ("pax")
 * and of GNU tar for long names and large files. Throws an `ArchiveError`.
 */
export async function* readArchive(source: AsyncIterable<Buffer>): AsyncGenerator<ArchivedEntry> {
  const bytes = new ByteReader(source)
  let extensions: Extensions = {}
  let before: Buffer[] = []
  for (;;) {
    const header = await bytes.exactly(blockBytes)
    if (header.every(byte => byte === 0)) return bytes.discardAll()
    checkSum(header)
    const size = extensions.size ?? numberAt(header, 124, 12)
    const padded = Math.ceil(size / blockBytes) * blockBytes
    const type = String.fromCharCode(header.readUInt8(156))
    before.push(header)
    if (type === 'x' || type === 'L' || type === 'K' || type === 'g') {
      if (padded > maxExtensionBytes) throw new ArchiveError('a header of the archive is too long')
      const contents = await bytes.exactly(padded)
      before.push(contents)
      extensions = { ...extensions, ...readExtension(type, contents.subarray(0, size)) }
      continue
    }
    const name = clean(extensions.path ?? nameOf(header))
    const target = extensions.linkpath ?? textAt(header, 157, 100)
    yield {
      name,
      kind: kindOf(type),
      // A hard link names its target from the root, a symbolic one from its own folder.
      ...(type === '1' && { target: clean(target) }),
      ...(type === '2' && { target: clean(path.posix.join(path.posix.dirname(name), target)) }),
      size,
      header: Buffer.concat(before),
      blocks: () => bytes.chunks(padded),
    }
    await bytes.finish(padded)
    extensions = {}
    before = []
  }
}

/** The contents of an entry that is small, as text. */
export async function readText(entry: ArchivedEntry, maxBytes: number): Promise<string> {
  if (entry.size > maxBytes) throw new ArchiveError(`${entry.name} is larger than ${maxBytes} bytes`)
  const pieces: Buffer[] = []
  for await (const piece of entry.blocks()) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8', 0, entry.size)
}

interface Extensions {
  readonly path?: string
  readonly linkpath?: string
  readonly size?: number
}

function readExtension(type: string, contents: Buffer): Extensions {
  const text = contents.toString('utf8')
  if (type === 'L') return { path: text.replace(/\0.*$/s, '') }
  if (type === 'K') return { linkpath: text.replace(/\0.*$/s, '') }
  // What holds for all entries is no name and no size.
  return type === 'x' ? paxRecords(contents) : {}
}

/** Records of the form `length key=value\n`, whose length in bytes counts itself. */
function paxRecords(contents: Buffer): Extensions {
  let found: Extensions = {}
  for (let start = 0; start < contents.length; ) {
    const length = Number.parseInt(contents.toString('latin1', start, start + 20), 10)
    if (!(length > 0)) throw new ArchiveError('a header of the archive cannot be read')
    const record = contents.toString('utf8', start, start + length)
    const [, key, value = ''] = /^\d+ ([^=]+)=(.*)\n$/s.exec(record) ?? []
    if (key === 'path' || key === 'linkpath') found = { ...found, [key]: value }
    if (key === 'size') found = { ...found, size: Number(value) }
    start += length
  }
  return found
}

function kindOf(type: string): ArchivedEntry['kind'] {
  if (type === '0' || type === '\0') return 'file'
  return type === '1' || type === '2' ? 'link' : 'other'
}

function nameOf(header: Buffer): string {
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = isPosix ? textAt(header, 345, 155) : ''
  const name = textAt(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

function clean(name: string): string {
  return path.posix.normalize(name).replace(/\/$/, '')
}

function textAt(header: Buffer, offset: number, length: number): string {
  return header.toString('utf8', offset, offset + length).replace(/\0.*$/s, '')
}

/** Octal digits, or from the highest bit on a binary number, which GNU tar and Go write for what is too large. */
function numberAt(header: Buffer, offset: number, length: number): number {
  if ((header.readUInt8(offset) & 0x80) !== 0) return header.readUIntBE(offset + length - 6, 6)
  return Number.parseInt(textAt(header, offset, length).trim() || '0', 8)
}

/** The checksum counts its own field as spaces. */
function checkSum(header: Buffer): void {
  const own = header.subarray(148, 156).reduce((sum, byte) => sum + byte, 0)
  const sum = header.reduce((total, byte) => total + byte, 0) - own + 8 * 0x20
  if (sum !== numberAt(header, 148, 8)) throw new ArchiveError('what was read is no tar archive')
}

/** Cuts a stream into pieces of known lengths. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)
  /** Bytes handed out by `chunks` since the last `finish`. */
  #taken = 0

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async exactly(length: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    for await (const piece of this.chunks(length)) pieces.push(piece)
    this.#taken = 0
    return Buffer.concat(pieces)
  }

  async *chunks(length: number): AsyncGenerator<Buffer> {
    while (this.#taken < length) {
      if (this.#rest.length === 0) this.#rest = await this.#next()
      const piece = this.#rest.subarray(0, length - this.#taken)
      this.#rest = this.#rest.subarray(piece.length)
      this.#taken += piece.length
      yield piece
    }
  }

  /** Skips what `chunks` of the same length has left. */
  async finish(length: number): Promise<void> {
    for await (const _ of this.chunks(length));
    this.#taken = 0
  }

  /** Whoever writes the archive may pad it, and must not be stopped by that. */
  async discardAll(): Promise<void> {
    while (!(await this.#source.next()).done);
  }

  async #next(): Promise<Buffer> {
    const { value, done } = await this.#source.next()
    if (done) throw new ArchiveError('the archive ends too early')
    return value
  }
}
