import type { Closable } from '../../util/scope.ts'
import { timerMs } from '../../util/timer.ts'

/**
 * When to look at a key again though nothing has changed: at a time, after a pause that grows because something was refused,
 * or not at all.
 */
export type NextLook = Date | 'after-pause' | undefined

/** The first pause after something was refused, which doubles each time. */
const firstPauseMs = 500
const longestPauseMs = 60_000

/**
 * Works on keys, each once a turn of the event loop, however often it was added in the turn before. A key's work says when it
 * has to be done again; that is the only thing that timers are for.
 */
export class WorkQueue implements Closable {
  readonly #work: (key: string) => NextLook
  readonly #due = new Set<string>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #refusals = new Map<string, number>()
  #turn: NodeJS.Immediate | undefined

  constructor(work: (key: string) => NextLook) {
    this.#work = work
  }

  add(key: string): void {
    this.#due.add(key)
    this.#turn ??= setImmediate(() => this.#run())
  }

  close(): void {
    clearImmediate(this.#turn)
    // Whatever is added from now on waits for a turn that never comes.
    this.#turn = setImmediate(() => {})
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  #run(): void {
    this.#turn = undefined
    const keys = [...this.#due]
    this.#due.clear()
    for (const key of keys) {
      clearTimeout(this.#timers.get(key))
      this.#timers.delete(key)
      const next = this.#work(key)
      if (next !== 'after-pause') this.#refusals.delete(key)
      const waitMs = next === 'after-pause' ? this.#pause(key) : next && next.getTime() - Date.now()
      if (waitMs !== undefined) this.#addLater(key, waitMs)
    }
  }

  #pause(key: string): number {
    const refusals = this.#refusals.get(key) ?? 0
    this.#refusals.set(key, refusals + 1)
    return Math.min(firstPauseMs * 2 ** refusals, longestPauseMs)
  }

  #addLater(key: string, waitMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(key)
      this.add(key)
    }, timerMs(waitMs))
    this.#timers.set(key, timer)
  }
}

/** The earlier of two times. */
export function sooner(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
