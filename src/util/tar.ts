/** Writes tar archives in the form of POSIX.1-1988 ("ustar"), which every `tar` can read. */

export interface TarEntry {
  readonly name: TarName
  readonly bytes: Uint8Array
  /** Permission bits. */
  readonly mode: number
}

/** A name as a header holds it: both parts with a slash between, the first of which may be empty. */
export interface TarName {
  readonly prefix: Buffer
  readonly name: Buffer
}

const blockBytes = 512
const maxNameBytes = 100
const maxPrefixBytes = 155
/** Two empty blocks end an archive. */
const endBytes = 2 * blockBytes

/** @returns nothing where the name would need an extension, which not every `tar` knows. @param folder relative */
export function tarName(folder: string, base: string): TarName | undefined {
  const prefix = Buffer.from(folder)
  const name = Buffer.from(base)
  return prefix.length <= maxPrefixBytes && name.length <= maxNameBytes ? { prefix, name } : undefined
}

/** What an entry takes up in an archive, in bytes. */
export function tarEntryBytes(contents: number): number {
  return blockBytes + Math.ceil(contents / blockBytes) * blockBytes
}

/** An archive of regular files, without padding to a full record: it is meant for a pipe. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const size = entries.reduce((sum, { bytes }) => sum + tarEntryBytes(bytes.length), endBytes)
  const archive = Buffer.alloc(size)
  let offset = 0
  for (const { name, bytes, mode } of entries) {
    writeHeader(archive.subarray(offset, offset + blockBytes), name, mode, bytes.length)
    archive.set(bytes, offset + blockBytes)
    offset += tarEntryBytes(bytes.length)
  }
  return archive
}

/** Owner, group and time stay zero: they are the reader's to choose. */
function writeHeader(header: Buffer, { prefix, name }: TarName, mode: number, size: number): void {
  header.set(name, 0)
  header.write(octal(mode & 0o777, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(size, 11), 124)
  header.write(octal(0, 11), 136)
  // The checksum counts its own field as spaces.
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.set(prefix, 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148)
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
