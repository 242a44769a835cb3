/** A command that the container did not carry out. */
export interface Refusal {
  readonly kind: 'refused'
  /** The container's own words, without the tool that said them. */
  readonly message: string
  /** What the user can do about it, where it is known. */
  readonly cure?: string
}

/** @param lines what the tools in the container said, oldest first */
export function readRefusal(lines: readonly string[]): Refusal {
  const words = lines.filter(isReason).at(-1) ?? 'no reason was given'
  const reason = words.slice(words.lastIndexOf(': ') < 0 ? 0 : words.lastIndexOf(': ') + 2).trim()
  const cure = cures.find(([pattern]) => pattern.test(words))?.[1]
  return { kind: 'refused', message: reason, ...(cure !== undefined && { cure }) }
}

/** `dd` ends with its statistics, whatever happened. */
function isReason(line: string): boolean {
  return line.trim() !== '' && !/^\d+(?:\+\d+ records| bytes)/.test(line)
}

/** In the words of both C libraries, glibc's and musl's, which differ only here and there. */
const cures: readonly (readonly [RegExp, string])[] = [
  [/no space left on device|disk quota exceeded/i, 'make room on the disk of the node, or of the volume'],
  [
    /read-only file ?system/i,
    'take readOnlyRootFilesystem out of the container, or mount an emptyDir volume over the folder',
  ],
  [
    /permission denied|operation not permitted/i,
    "give the folder to the container's user in the Dockerfile: COPY --chown=<user>",
  ],
  [
    /resource busy|text file busy/i,
    'a file that is mounted by itself cannot be replaced: mount its folder instead',
  ],
]
