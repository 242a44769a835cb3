import { setTimeout as pause } from 'node:timers/promises'
import { fail, type Result } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import type { AgentIdentity } from './agent-succession.ts'
import { type OpenAgent, type OpenFailure, openSyncStream, type SyncStream } from './stream.ts'

export interface HeldStreamOptions {
  readonly open: OpenAgent
  /** The container's process ended after a restart. */
  readonly onCrash: (exitCode: number) => void
}

/** The stream to one container, opened as soon as the container is known, and again whenever it is lost. */
export interface HeldStream extends Closable {
  /** The open stream; waits for it for a while, and then says why there is none. */
  get(signal: AbortSignal): Promise<Result<SyncStream, OpenFailure>>
  /** The container may be reached again: tries now, if it is not open, and as often as at first. */
  hasten(): void
}

/** Milliseconds between two attempts to open it; doubled from one to the next. */
const firstPauseMs = 200
const longestPauseMs = 10_000
/** How many attempts in a row may fail before those who wait are told. */
const patience = 4

export function holdStream({ open, onCrash }: HeldStreamOptions): HeldStream {
  const closing = new AbortController()
  const { signal } = closing
  let current: Result<SyncStream, OpenFailure> | undefined
  let failures = 0
  let pausing: AbortController | undefined
  let waiting: ((result: Result<SyncStream, OpenFailure>) => void)[] = []

  const settle = (result: Result<SyncStream, OpenFailure>) => {
    current = result
    for (const tell of waiting.splice(0)) tell(result)
  }

  async function keepOpen() {
    let predecessor: AgentIdentity | undefined
    while (!signal.aborted) {
      const opened = await openSyncStream(open, signal, { onCrash, predecessor })
      if (opened.ok) {
        // It was closed in the moment in which it was open already, and nobody knew.
        if (signal.aborted) return opened.value.close()
        predecessor = opened.value.agent
        failures = 0
        settle(opened)
        await opened.value.lost
        current = undefined
        continue
      }
      failures++
      if (opened.failure.isMissingProgram) return settle(opened)
      if (failures >= patience) settle(opened)
      if (signal.aborted) return
      const pauseMs = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs)
      pausing = new AbortController()
      await pause(pauseMs, undefined, { signal: pausing.signal }).catch(() => undefined)
    }
  }

  const kept = keepOpen()
  return {
    async get(asking) {
      if (current) return current
      const { promise, resolve } = Promise.withResolvers<Result<SyncStream, OpenFailure>>()
      const giveUp = () => resolve(fail({ message: 'cancelled' }))
      waiting.push(resolve)
      asking.addEventListener('abort', giveUp, { once: true })
      if (asking.aborted || signal.aborted) giveUp()
      const result = await promise
      asking.removeEventListener('abort', giveUp)
      waiting = waiting.filter(one => one !== resolve)
      return result
    },
    hasten() {
      failures = 0
      if (current && !current.ok && !current.failure.isMissingProgram) current = undefined
      pausing?.abort()
    },
    async close() {
      closing.abort()
      pausing?.abort()
      if (current?.ok) current.value.close()
      settle(fail({ message: 'the container has ended' }))
      await kept
    },
  }
}
