/** Paths that something happened to, told as one when it is quiet again. */
export interface Coalescer {
  add(path: string): void
  close(): void
}

export interface CoalescerOptions {
  /** Asked before each flush: whether more is certain to come, such as while git works. Must be fast. */
  readonly isHeld: () => boolean
  /**
   * `paths` is `everything` where there were too many of them to keep. `at` is when the first event came, in
   * milliseconds since 1970.
   */
  readonly onFlush: (paths: ReadonlySet<string> | 'everything', at: number) => void
}

/** Milliseconds without an event after which the paths are flushed: an editor's save is over by then. */
const quietMs = 15
/** Milliseconds after the first event, or after the end of a hold, at which they are flushed at the latest. */
const longestMs = 300
/** Milliseconds for which a hold is believed: a git that was killed leaves its lock behind. */
const longestHoldMs = 30_000
/**
 * Paths that are kept. A burst this large may also be more than the kernel's queue holds (on Linux 16,384 events,
 * several for each file), and Node does not tell when that has lost some: only a look at everything finds them.
 */
const maxPaths = 4_000

export function createCoalescer({ isHeld, onFlush }: CoalescerOptions): Coalescer {
  let paths = new Set<string>()
  let isFull = false
  let firstAt = 0
  let lastAt = 0
  /** From when `longestMs` counts. */
  let countedFrom = 0
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined
  let isClosed = false

  const wait = (milliseconds: number) => {
    timer = setTimeout(onTimer, milliseconds)
  }

  function onTimer() {
    const now = Date.now()
    const due = Math.min(lastAt + quietMs, countedFrom + longestMs)
    if (now < due) return wait(due - now)
    if (now < firstAt + longestHoldMs && isHeld()) {
      countedFrom = now
      return wait(quietMs)
    }
    // A timer of a busy process runs before the events that wait in the kernel are read: only after those have been,
    // quiet is known to be quiet.
    const seenAt = lastAt
    immediate = setImmediate(() => {
      if (lastAt > seenAt && Date.now() < countedFrom + longestMs) wait(quietMs)
      else flush()
    })
  }

  function flush() {
    const flushed = isFull ? 'everything' : paths
    const at = firstAt
    paths = new Set()
    isFull = false
    timer = undefined
    onFlush(flushed, at)
  }

  return {
    add(path) {
      if (isClosed) return
      lastAt = Date.now()
      if (timer === undefined) {
        firstAt = lastAt
        countedFrom = lastAt
        wait(quietMs)
      }
      if (paths.size < maxPaths) paths.add(path)
      else isFull = true
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      clearImmediate(immediate)
    },
  }
}
