import type { Listener, ScreenPort, Snapshot } from '../engine/port.ts'
import { LogRing } from '../logs/ring.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { AttachedLine, AttachRequest, UpDescription } from './attach.ts'
import type { ControlClient } from './client.ts'
import { parseValue, patched } from './patch.ts'
import type { RecordedStep } from './recording.ts'

/** A running `up`, seen and asked from another process as if it ran in this one. */
export interface AttachedUp extends ScreenPort {
  readonly up: UpDescription
  /**
   * Tells what happens, beginning with the past where that was asked for, to those who have subscribed before.
   *
   * @returns how it ended
   */
  follow(): Promise<AttachmentEnd>
}

export type AttachmentEnd =
  /** `up` has ended. */
  | 'ended'
  /** `up` runs on. It has cut this reader off, which was too slow. */
  | 'cut-off'
  /** By the signal. */
  | 'left'

export type AttachOptions = AttachRequest & { readonly signal: AbortSignal }

/** Bytes of lines that are kept here: as many as `up` keeps. */
const maxLogBytes = 10_000_000

/** Begins to follow a running `up`. */
export async function attachTo(
  client: ControlClient,
  { signal, ...request }: AttachOptions,
): Promise<Result<AttachedUp>> {
  const attached = await client.attach(request, signal)
  if (!attached.ok) return attached
  const steps = linesOf(attached.value)
  const { value: first } = await steps.next()
  if (first === undefined)
    return fail({ code: 'control/not-running', message: 'The devloop up of this Devfile has just ended.' })
  const { up, snapshot: base } = parseValue(first) as AttachedLine
  const listeners = new Set<Listener>()
  const logs = new LogRing(maxLogBytes)
  let snapshot: Snapshot = base

  async function follow(): Promise<AttachmentEnd> {
    const wanted = { services: [], follow: true, ...(!request.past && { sinceMs: 0 }) }
    const reader = {
      onLines: logs.add.bind(logs),
      onMissed: logs.skip.bind(logs),
    }
    const left = new AbortController()
    void client.logs(wanted, reader, AbortSignal.any([signal, left.signal]))
    for await (const line of steps) {
      const { event, change } = parseValue(line) as RecordedStep
      const before = snapshot
      snapshot = patched(before, change) as Snapshot
      for (const listener of listeners) listener(event, snapshot, before)
    }
    left.abort()
    if (signal.aborted) return 'left'
    return !snapshot.state.stopping && (await client.status()).ok ? 'cut-off' : 'ended'
  }

  // What comes of a request is seen in the snapshots; that `up` has ended, by the end of them.
  return ok({
    up,
    logs,
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return { close: () => void listeners.delete(listener) }
    },
    trigger: service => void client.trigger([service]),
    pause: () => void client.pause(),
    resume: () => void client.resume(),
    disable: service => void client.disable([service]),
    enable: service => void client.enable([service]),
    async restart(service) {
      const restarted = await client.restart(service)
      return restarted.ok ? restarted.value : restarted.failure.message
    },
    async openShell(service, size) {
      const opened = await client.openShell(service, size)
      return opened.ok ? opened : fail(opened.failure.message)
    },
    follow,
  })
}

async function* linesOf(batches: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const batch of batches) yield* batch
}
