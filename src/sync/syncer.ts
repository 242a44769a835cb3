import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { ContainerInstance, SyncEdit } from '../model/sync.ts'
import type { Closable } from '../util/scope.ts'
import type { BackSync } from './back.ts'
import { type BackFollower, type BackSource, followBack } from './back-follow.ts'
import { differing } from './differing.ts'
import { type HeldStream, holdStream } from './held-stream.ts'
import type { OpenAgent, SyncStream } from './stream.ts'
import { explainLost, explainRefusal, explainRestart, explainRun, noStream } from './sync-failure.ts'
import { type TransferFailure, transfer } from './transfer.ts'

export interface SyncerOptions {
  /** Starts a program in a container. */
  readonly open: (instance: ContainerInstance) => OpenAgent
  /** The process of a container ended soon after a restart, and the container waits for another one. */
  readonly onCrash: (instance: ContainerInstance, exitCode: number) => void
}

export interface SyncRequest {
  readonly instance: ContainerInstance
  /** The oldest first. */
  readonly edits: readonly SyncEdit[]
  /** The container may hold anything of these files: only those that differ are sent. */
  readonly isUnknown: boolean
  /** The process is started anew whatever the edits ask for. */
  readonly isRestartDue: boolean
  readonly signal: AbortSignal
  /** A line that a command in the container printed. */
  readonly onLine: (line: string) => void
}

export interface Synced {
  /** How many files were written or deleted. */
  readonly files: number
  readonly isRestarted: boolean
}

/** Gives running containers the files that changed. */
export interface Syncer extends Closable {
  /** Keeps a stream open to each of these containers, and to no others. */
  attach(instances: readonly ContainerInstance[]): void
  /** Brings what changes in these containers back to the host, as long as they are attached, and of no others. */
  follow(sources: readonly BackSource[]): void
  /** Containers may be reached again: what was lost is opened now, and not after a pause. */
  hasten(): void
  /**
   * Makes the files of one container what they are on the host, and then live: commands, restart. It may be repeated. A
   * failure says what the container did not take.
   */
  sync(request: SyncRequest): Promise<Result<Synced>>
}

/** How often a stream may break under one request. */
const maxAttempts = 3

export function createSyncer({ open, onCrash }: SyncerOptions): Syncer {
  const streams = new Map<string, HeldStream>()
  const followers = new Map<string, BackFollower>()
  const closing = new Set<Promise<void>>()

  const release = (id: string, stream: HeldStream): Promise<void> => {
    streams.delete(id)
    const closed = Promise.resolve(stream.close()).finally(() => closing.delete(closed))
    closing.add(closed)
    return closed
  }

  const hold = (instance: ContainerInstance): HeldStream => {
    const held = streams.get(instance.id)
    if (held) return held
    const opened = holdStream({
      open: open(instance),
      onCrash: exitCode => onCrash(instance, exitCode),
    })
    streams.set(instance.id, opened)
    return opened
  }

  return {
    attach(instances) {
      const ids = new Set(instances.map(({ id }) => id))
      for (const [id, stream] of streams) {
        if (!ids.has(id)) void release(id, stream)
      }
      for (const instance of instances) hold(instance)
    },
    follow(sources) {
      const byId = new Map(sources.map(source => [source.instance.id, source]))
      for (const [id, follower] of followers) {
        if (byId.get(id)?.rules === follower.source.rules) continue
        followers.delete(id)
        void follower.close()
      }
      for (const [id, source] of byId) {
        const held = streams.get(id)
        if (held && !followers.has(id)) followers.set(id, followBack(source, held))
      }
    },
    hasten() {
      for (const stream of streams.values()) stream.hasten()
    },
    async sync(request) {
      const held = hold(request.instance)
      let wanted = request.isUnknown ? undefined : request.edits
      let last: TransferFailure | undefined
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const stream = await held.get(request.signal)
        if (!stream.ok) return fail(noStream(request.instance, stream.failure))
        if (request.signal.aborted) break
        // A command that is no longer wanted ends with its stream.
        const abandon = () => stream.value.close()
        request.signal.addEventListener('abort', abandon, { once: true })
        const found = wanted ? ok(wanted) : await differing(stream.value, request.edits)
        // Found once: what the first attempt sent differs no more, and its commands may still have to be run.
        if (found.ok) wanted = found.value
        const done = found.ok
          ? await carryOut(stream.value, found.value, request, followers.get(request.instance.id))
          : found
        request.signal.removeEventListener('abort', abandon)
        if (done.ok) return done
        if ('code' in done.failure) return fail(done.failure)
        last = done.failure
        if (last.kind === 'refused') return fail(explainRefusal(request.instance, last))
      }
      return fail(explainLost(request.instance, last?.message ?? ''))
    },
    async close() {
      const ending = [...followers.values()].map(follower => follower.close())
      followers.clear()
      for (const [id, stream] of streams) void release(id, stream)
      await Promise.all([...closing, ...ending])
    },
  }
}

/** In the order in which it works: files, commands, restart. */
async function carryOut(
  stream: SyncStream,
  edits: readonly SyncEdit[],
  { instance, isRestartDue, onLine }: SyncRequest,
  follower: BackFollower | undefined,
): Promise<Result<Synced, TransferFailure | Failure>> {
  const given = await (follower?.back ?? oneWay).give(stream, edits)
  if (!given.ok) return given
  const { files, due } = given.value
  for (const command of commandsOf(due)) {
    onLine(`$ ${command}`)
    const ran = await stream.run(command, onLine)
    follower?.lookNow()
    if (!ran.ok) return ran
    if (ran.value.exitCode !== 0) return fail(explainRun(instance, command, ran.value))
  }
  const isRestarted = isRestartDue || due.some(({ after }) => after === 'restart')
  if (isRestarted) {
    const restarted = await stream.restart()
    if (!restarted.ok)
      return restarted.failure.kind === 'lost' ? restarted : fail(explainRestart(instance, restarted.failure))
  }
  return ok({ files, isRestarted })
}

/** For containers whose changes do not come back. */
const oneWay: Pick<BackSync, 'give'> = {
  async give(stream, edits) {
    const sent = await transfer(stream, edits)
    return sent.ok ? ok({ files: sent.value, due: edits }) : sent
  },
}

/** Each once: steps for certain files first, then what makes files live. */
function commandsOf(edits: readonly SyncEdit[]): ReadonlySet<string> {
  const steps = edits.flatMap(({ runs }) => runs)
  const last = edits.flatMap(({ after }) => (typeof after === 'object' ? [after.run] : []))
  return new Set([...steps, ...last])
}
