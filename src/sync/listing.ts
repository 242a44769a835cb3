import { fail, ok, type Result } from '../model/result.ts'
import type { Refusal } from './refusal.ts'

/** More are no source code that someone edits, but a wrong path such as `/usr`. */
export const maxListedFiles = 100_000
const maxListingBytes = 16 * 1_024 * 1_024

/** What a container holds, to be compared with the host. */
export interface Listing {
  /** Which checksum the container could make. Absent where there are no files. */
  readonly algorithm?: 'sha256' | 'md5' | 'cksum'
  /** By absolute path. */
  readonly files: ReadonlyMap<string, ListedFile>
  /** Symbolic links by absolute path, with their destinations as they hold them. Only of a check. */
  readonly links: ReadonlyMap<string, string>
}

export interface ListedFile {
  /** In hexadecimal digits; of `cksum`, the decimal CRC and the size in bytes, with a space between. */
  readonly checksum: string
  /** Whether the owner may execute it. */
  readonly isExecutable: boolean
}

/**
 * Reads what `sha256sum`, `md5sum` or `cksum` print, then a list of the paths that can be executed, then links with their
 * destinations. Between these come answers of the agent.
 */
export class ListingReader {
  readonly #checksums: string[] = []
  readonly #executables: string[] = []
  readonly #links: { readonly path: string[]; readonly destination: string[] }[] = []
  #section = this.#checksums
  #bytes = 0
  #algorithm: Listing['algorithm']

  takeLine(line: string): void {
    this.#bytes += line.length + 1
    if (this.#bytes <= maxListingBytes) this.#section.push(line)
  }

  /** Gives the outcome with the last answer. */
  takeAnswer([status, tool = '']: readonly string[]): Result<Listing, Refusal> | undefined {
    switch (status) {
      case 'executable':
        this.#algorithm = tool === 'cksum' ? 'cksum' : tool === 'md5sum' ? 'md5' : 'sha256'
        this.#section = this.#executables
        return undefined
      case 'link':
        this.#links.push({ path: [], destination: [] })
        this.#section = this.#links.at(-1)?.path ?? []
        return undefined
      case 'destination':
        this.#section = this.#links.at(-1)?.destination ?? []
        return undefined
      case 'ok':
        return this.#bytes > maxListingBytes ? fail(tooLarge) : ok(this.#finish())
      default:
        return fail(status === 'many' ? tooLarge : unlistable)
    }
  }

  #finish(): Listing {
    const executables = new Set(readPaths(this.#executables))
    const files = new Map<string, ListedFile>()
    for (const { checksum, path } of readChecksums(this.#checksums)) {
      files.set(path, { checksum, isExecutable: executables.has(path) })
    }
    const links = new Map(
      this.#links.map(({ path, destination }) => [path.join('\n'), destination.join('\n')]),
    )
    return { ...(files.size > 0 && this.#algorithm && { algorithm: this.#algorithm }), files, links }
  }
}

/** One listing of the files of all. */
export function mergeListings(listings: readonly Listing[]): Listing {
  const algorithm = listings.find(listing => listing.algorithm)?.algorithm
  return {
    ...(algorithm && { algorithm }),
    files: new Map(listings.flatMap(({ files }) => [...files])),
    links: new Map(listings.flatMap(({ links }) => [...links])),
  }
}

const unlistable: Refusal = { kind: 'refused', message: 'the files could not all be read' }
const tooLarge: Refusal = {
  kind: 'refused',
  // Written out: `toLocaleString` makes V8 load its tables of languages, 12 ms at each start.
  message: `there are more than ${maxListedFiles / 1000},000 files, or their names take more than 16 MiB`,
  cure: 'sync a folder that holds less',
}

/** A name with a newline takes several lines, or is escaped by GNU, which begins the line with a backslash then. */
function readChecksums(lines: readonly string[]): readonly { checksum: string; path: string }[] {
  const found: { checksum: string; path: string }[] = []
  for (const line of lines) {
    const [, escaped, checksum, path] = checksumLine.exec(line) ?? []
    const last = found.at(-1)
    if (checksum !== undefined && path !== undefined)
      found.push({ checksum, path: escaped ? unescapeName(path) : path })
    else if (last) last.path += `\n${line}`
  }
  return found
}

function readPaths(lines: readonly string[]): readonly string[] {
  const found: string[] = []
  for (const line of lines) {
    if (line.startsWith('/') || found.length === 0) found.push(line)
    else found.push(`${found.pop()}\n${line}`)
  }
  return found
}

const checksumLine = /^(\\?)([0-9a-f]{32}(?:[0-9a-f]{32})?(?= [ *])|\d+ \d+)(?: [ *]| )(\/.*)$/

function unescapeName(path: string): string {
  return path.replace(/\\([\\nr])/g, (_, letter: string) => ({ n: '\n', r: '\r' })[letter] ?? '\\')
}
