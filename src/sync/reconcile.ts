/** What a file is, as far as both sides can tell it; `undefined` stands for a file that is not there. */
export interface Content {
  readonly checksum: string
  /** Whether the owner may execute it. */
  readonly isExecutable: boolean
}

export type Verdict =
  /** Both sides hold the same. */
  | 'agreed'
  /** The container's version is to come to the host. */
  | 'to-host'
  /** The host's version is to go to the container. */
  | 'to-container'
  /** Both sides changed it, each in its own way. */
  | 'conflict'

/**
 * Whose turn it is with one file. Who did not change it since both were the same takes what the other one made of it.
 * Where both did, a change outlives a deletion.
 *
 * @param base what both sides held when they last were the same
 */
export function reconcile(
  base: Content | undefined,
  host: Content | undefined,
  container: Content | undefined,
): Verdict {
  if (isSame(host, container)) return 'agreed'
  if (isSame(container, base)) return 'to-container'
  if (isSame(host, base)) return 'to-host'
  if (host === undefined) return 'to-host'
  return container === undefined ? 'to-container' : 'conflict'
}

export function isSame(one: Content | undefined, other: Content | undefined): boolean {
  return one?.checksum === other?.checksum && one?.isExecutable === other?.isExecutable
}
