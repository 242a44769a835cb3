/** Which users, or groups, a user namespace has: the lines of `/proc/PID/uid_map`. */
export interface IdMap {
  has(id: number): boolean
  /** Whether there is no other than 0. */
  readonly isSingle: boolean
}

export function readIdMap(text: string): IdMap {
  const ranges = text
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
    .flatMap(([first, , count]) => (first === undefined || count === undefined ? [] : [{ first, count }]))
  return {
    has: id => ranges.some(({ first, count }) => id >= first && id < first + count),
    isSingle: ranges.reduce((sum, { count }) => sum + count, 0) <= 1,
  }
}
