import type { Listener } from '../engine/port.ts'
import type { Closable } from '../util/scope.ts'

/** What is to be done some time, and hinders nobody: while nothing else happens, one piece after the other. */
export interface IdleWork extends Closable {
  /** Sees whether anything happens. */
  readonly listener: Listener
  /**
   * Takes the place of earlier work of the same key that has not begun.
   *
   * @param work never rejects for what the engine or the user can make fail.
   */
  add(key: string, work: Work, when: When): void
}

export type Work = (signal: AbortSignal) => Promise<void>

/** Whether what has not begun when devloop ends is done then, or not at all. */
export type When = 'idle-or-at-end' | 'idle'

/** Milliseconds without an event after which nothing is going on: pods start, edits come one after another. */
const quietMs = 2_000
/** Milliseconds that the end of devloop may wait for it. */
const endMs = 1_000

export function createIdleWork(): IdleWork {
  const waiting = new Map<string, Piece>()
  let running:
    | { readonly piece: Piece; readonly controller: AbortController; ended: Promise<void> }
    | undefined
  let timer: NodeJS.Timeout | undefined
  let isBusy = false
  let isClosed = false

  const waitForQuiet = () => {
    clearTimeout(timer)
    if (!isBusy && !running && !isClosed && waiting.size > 0) timer = setTimeout(startNext, quietMs)
  }
  const startNext = () => {
    const [next] = waiting
    if (!next || running || isClosed) return
    const [key, piece] = next
    waiting.delete(key)
    const controller = new AbortController()
    const ended = piece.work(controller.signal).then(() => {
      running = undefined
      if (!isBusy) startNext()
    })
    running = { piece, controller, ended }
  }

  return {
    listener(_event, { state }) {
      isBusy = state.tasks.size > 0
      waitForQuiet()
    },
    add(key, work, when) {
      waiting.set(key, { work, when })
      waitForQuiet()
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      const controller = new AbortController()
      const limit = setTimeout(() => controller.abort(), endMs)
      if (running?.piece.when === 'idle') running.controller.abort()
      else controller.signal.addEventListener('abort', () => running?.controller.abort())
      const last = [...waiting.values()].filter(({ when }) => when === 'idle-or-at-end')
      await Promise.all([running?.ended, ...last.map(({ work }) => work(controller.signal))])
      clearTimeout(limit)
    },
  }
}

interface Piece {
  readonly work: Work
  readonly when: When
}
