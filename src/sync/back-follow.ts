import type { ContainerInstance, SyncRules } from '../model/sync.ts'
import type { Closable } from '../util/scope.ts'
import { BackSync } from './back.ts'
import type { HeldStream } from './held-stream.ts'

/** A container whose changes come back. */
export interface BackSource {
  readonly instance: ContainerInstance
  /** Those with `back` count. */
  readonly rules: SyncRules
  /** It was started while devloop ran, so that files which the host has not are news. */
  readonly isFresh: boolean
  /** A sentence about a file that came back, or could not. */
  readonly onLine: (line: string) => void
}

/** Looks at a container again and again, as long as it is open. */
export interface BackFollower extends Closable {
  readonly source: BackSource
  readonly back: BackSync
  /** A command ran in the container: what it wrote is brought back without a wait. */
  lookNow(): void
}

/** Milliseconds between two looks: so many times as long as a look takes, which bounds what they cost. */
const shortestPauseMs = 1_000
const longestPauseMs = 10_000
const pausePerLook = 200
/** How much longer than the last one a look may count: a machine that is busy for a moment makes no look costly. */
const costGrowth = 1.25

export function followBack(source: BackSource, held: HeldStream): BackFollower {
  const closing = new AbortController()
  const { signal } = closing
  const back = new BackSync(source)
  const told = new Set<string>()
  let isAsked = false
  let wake = () => {}

  async function keepLooking() {
    let refused = 0
    let cost = shortestPauseMs / pausePerLook
    while (!signal.aborted) {
      isAsked = false
      const stream = await held.get(signal)
      const looked = stream.ok ? await back.look(stream.value) : undefined
      let pauseMs = shortestPauseMs
      if (looked?.ok) {
        refused = 0
        cost = Math.min(looked.value, cost * costGrowth)
        pauseMs = Math.max(shortestPauseMs, cost * pausePerLook)
      } else if (looked?.failure.kind === 'refused') {
        // Once may be a file that vanished while it was read.
        if (++refused > 1) tellOnce(looked.failure.message)
        if (refused > 1) pauseMs = longestPauseMs
      }
      await rest(Math.min(pauseMs, longestPauseMs))
    }
  }

  function tellOnce(message: string) {
    if (told.has(message)) return
    told.add(message)
    source.onLine(`files of container ${source.instance.container} do not come back: ${message}`)
  }

  function rest(pauseMs: number): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(end, pauseMs)
      wake = end
      if (signal.aborted || isAsked) end()
    })
  }

  const kept = keepLooking()
  return {
    source,
    back,
    lookNow() {
      back.expectChanges()
      isAsked = true
      wake()
    },
    async close() {
      closing.abort()
      wake()
      await kept
    },
  }
}
