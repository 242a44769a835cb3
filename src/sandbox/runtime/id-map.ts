/** Which users, or groups, a user namespace has: the lines of `/proc/PID/uid_map`. */
export interface IdMap {
  has(id: number): boolean
  /** What one is outside of the namespace; undefined where there is none. */
  outside(id: number): number | undefined
  /** Whether there is no other than 0. */
  readonly isSingle: boolean
}

export function readIdMap(text: string): IdMap {
  const ranges = text
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
    .flatMap(([first = Number.NaN, outside = 0, count = 0]) => (count > 0 ? [{ first, outside, count }] : []))
  const rangeOf = (id: number) => ranges.find(({ first, count }) => id >= first && id < first + count)
  return {
    has: id => rangeOf(id) !== undefined,
    outside(id) {
      const range = rangeOf(id)
      return range && range.outside + id - range.first
    },
    isSingle: ranges.reduce((sum, { count }) => sum + count, 0) <= 1,
  }
}
