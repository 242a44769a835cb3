/** How commands are written for the agent: a line of words, then the command's paths and contents. */

/** How contents are sent: `bytes` as they are, where the container has a `head` that can be trusted with them. */
export type ContentsForm = 'bytes' | 'text'

/** Up to here, in escaped bytes, the agent's builtin `printf` is quicker than starting a process. Measured. */
const maxTextBytes = 1_536
/** A shell keeps a whole line in memory, and reads it byte by byte. */
const pieceBytes = 4_096

/**
 * @param mode permission bits; absent: those of the file that is there now, else 0644
 */
export function writeFrame(
  path: string,
  bytes: Uint8Array,
  mode: number | undefined,
  form: ContentsForm,
  token: string,
): Buffer {
  const permissions = mode === undefined ? 'keep' : octal(mode & 0o777).padStart(3, '0')
  // Its owner may write to it as long as it is being made: not every agent is root.
  const mask = octal(0o066 & ~(mode ?? 0o644))
  const head = `write ${lineCount(path)} ${permissions} ${mask}`
  const text = form === 'text' || bytes.length <= maxTextBytes ? escapedPieces(bytes) : []
  const fitsText = text.length === 1 && (text[0]?.length ?? 0) <= maxTextBytes
  if (form === 'text' || bytes.length === 0 || fitsText) {
    return Buffer.from(`${head} text ${text.length}\n${path}\n${text.map(piece => `${piece}\n`).join('')}`)
  }
  const tail = Buffer.from(`\n${token}\n`)
  return Buffer.concat([Buffer.from(`${head} bytes ${bytes.length}\n${path}\n`), bytes, tail])
}

export function linkFrame(path: string, destination: string): Buffer {
  return Buffer.from(`link ${lineCount(path)} ${lineCount(destination)}\n${destination}\n${path}\n`)
}

export function deleteFrame(path: string): Buffer {
  return Buffer.from(`delete ${lineCount(path)}\n${path}\n`)
}

export function folderFrame(path: string): Buffer {
  return Buffer.from(`folder ${lineCount(path)}\n${path}\n`)
}

export function runFrame(command: string): Buffer {
  return Buffer.from(`run ${lineCount(command)}\n${command}\n`)
}

export function listFrame(path: string): Buffer {
  return Buffer.from(`list ${lineCount(path)}\n${path}\n`)
}

export function fetchFrame(path: string): Buffer {
  return Buffer.from(`fetch ${lineCount(path)}\n${path}\n`)
}

export function stampFrame(path: string): Buffer {
  return Buffer.from(`stamp ${lineCount(path)}\n${path}\n`)
}

/** @param paths only one if it holds a newline; none is empty */
export function checkFrame(paths: readonly string[], form: ContentsForm): Buffer {
  const text = paths.join('\n')
  const amount = paths.length === 1 ? 'one' : 'many'
  if (form === 'text') return Buffer.from(`check text ${lineCount(text)} ${amount}\n${text}\n`)
  return Buffer.from(`check bytes ${Buffer.byteLength(text)} ${amount}\n${text}`)
}

/**
 * @param folders all that the archive puts files into, without a slash at the end
 * @param archive holds each file in the staging folder of its folder, relative to the root
 */
export function bulkFrame(folders: readonly string[], archive: Buffer, token: string): Buffer {
  const places = folders.map(folder => `${lineCount(folder)}\n${folder}\n`)
  const head = Buffer.from(`bulk ${folders.length} ${archive.length}\n${places.join('')}`)
  return Buffer.concat([head, archive, Buffer.from(`\n${token}\n`)])
}

export const pingFrame = Buffer.from('ping\n')

/** @throws for what is no absolute, normalized path of a file: callers have resolved their paths long before. */
export function assertContainerPath(path: string): void {
  const isNormal =
    path.startsWith('/') &&
    path.length > 1 &&
    !path.slice(1).split('/').some(isUnsafeSegment) &&
    !path.includes('\0')
  if (!isNormal) throw new Error(`not an absolute, normalized container path: ${JSON.stringify(path)}`)
}

function isUnsafeSegment(segment: string): boolean {
  return segment === '' || segment === '.' || segment === '..'
}

function octal(bits: number): string {
  return bits.toString(8).padStart(3, '0')
}

function lineCount(text: string): number {
  return text.split('\n').length
}

/** The lines that `printf '%b'` turns into the bytes, in order; none for no bytes. */
function escapedPieces(bytes: Uint8Array): readonly string[] {
  const pieces: string[] = []
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    pieces.push(Array.from(bytes.subarray(start, start + pieceBytes), escapeByte).join(''))
  }
  return pieces
}

function escapeByte(byte: number): string {
  if (byte === 0x0a) return '\\n'
  if (byte === 0x5c) return '\\\\'
  const isPlain = byte === 0x09 || (byte >= 0x20 && byte < 0x7f)
  // Always three digits, so that a digit that follows is not taken for a part of it.
  return isPlain ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, '0')}`
}
