/** What a container holds, to be compared with the host. */
export interface Listing {
  /** Which checksum the container could make. Absent where there are no files. */
  readonly algorithm?: 'sha256' | 'md5' | 'cksum'
  /** By absolute path. */
  readonly files: ReadonlyMap<string, ListedFile>
}

export interface ListedFile {
  /** In hexadecimal digits; of `cksum`, the decimal CRC and the size in bytes, with a space between. */
  readonly checksum: string
  /** Whether the owner may execute it. */
  readonly isExecutable: boolean
}

/** Reads what `sha256sum`, `md5sum` or `cksum` print, and then a list of the paths that can be executed. */
export class ListingReader {
  readonly #lines: string[] = []
  #executablesFrom: number | undefined
  #algorithm: Listing['algorithm']

  takeLine(line: string): void {
    this.#lines.push(line)
  }

  beginExecutables(tool: string): undefined {
    this.#executablesFrom = this.#lines.length
    this.#algorithm = tool === 'cksum' ? 'cksum' : tool === 'md5sum' ? 'md5' : 'sha256'
  }

  finish(): Listing {
    const executables = new Set(this.#paths(this.#executablesFrom ?? 0))
    const files = new Map<string, ListedFile>()
    for (const { checksum, path } of this.#checksums()) {
      files.set(path, { checksum, isExecutable: executables.has(path) })
    }
    return { ...(files.size > 0 && this.#algorithm && { algorithm: this.#algorithm }), files }
  }

  /** A name with a newline takes several lines, or is escaped by GNU, which begins the line with a backslash then. */
  #checksums(): { checksum: string; path: string }[] {
    const found: { checksum: string; path: string }[] = []
    for (const line of this.#lines.slice(0, this.#executablesFrom)) {
      const [, escaped, checksum, path] = checksumLine.exec(line) ?? []
      const last = found.at(-1)
      if (checksum !== undefined && path !== undefined)
        found.push({ checksum, path: escaped ? unescapeName(path) : path })
      else if (last) last.path += `\n${line}`
    }
    return found
  }

  #paths(from: number): string[] {
    const found: string[] = []
    for (const line of this.#lines.slice(from)) {
      if (line.startsWith('/') || found.length === 0) found.push(line)
      else found.push(`${found.pop()}\n${line}`)
    }
    return found
  }
}

const checksumLine = /^(\\?)([0-9a-f]{32}(?:[0-9a-f]{32})?(?= [ *])|\d+ \d+)(?: [ *]| )(\/.*)$/

function unescapeName(path: string): string {
  return path.replace(/\\([\\nr])/g, (_, letter: string) => ({ n: '\n', r: '\r' })[letter] ?? '\\')
}
