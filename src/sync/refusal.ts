export type StreamFailure = Refusal | Lost

/** A command that the container did not carry out. */
export interface Refusal {
  readonly kind: 'refused'
  /** The container's own words, without the tool that said them. */
  readonly message: string
  /** What is in the way. The command can be carried out once it is deleted. */
  readonly obstacle?: Obstacle
  /** What the user can do about it, where it is known. */
  readonly cure?: string
}

export interface Obstacle {
  /** `file` stands for all that is no folder, a link that leads to none too. */
  readonly kind: 'folder' | 'file'
  /** Absolute: the command's own path, or one of the folders that were to lead to it. */
  readonly path: string
}

/** The stream ended before the answer: whether the command was carried out is not known, so it is to be sent again. */
export interface Lost {
  readonly kind: 'lost'
  readonly message: string
}

/** @param lines what the tools in the container said, oldest first */
export function readRefusal(lines: readonly string[], obstacle?: Obstacle): Refusal {
  const words = lines.filter(isReason).at(-1) ?? 'no reason was given'
  const reason = words.slice(words.lastIndexOf(': ') < 0 ? 0 : words.lastIndexOf(': ') + 2).trim()
  const cure = cures.find(([pattern]) => pattern.test(words))?.[1]
  return {
    kind: 'refused',
    message: reason,
    ...(obstacle && { obstacle }),
    ...(cure !== undefined && { cure }),
  }
}

/**
 * @param kind as the agent gives it, if it found an obstacle
 * @param levels how many folders above the command's path it is
 */
export function readObstacle(
  path: string,
  kind: string | undefined,
  levels: string | undefined,
): Obstacle | undefined {
  if (kind !== 'folder' && kind !== 'file') return undefined
  const names = path.split('/')
  return { kind, path: names.slice(0, names.length - Number(levels)).join('/') }
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
