import { Readable } from 'node:stream'
import type { Failure } from '../../model/failure.ts'
import { fail, ok } from '../../model/result.ts'
import type { ContainerReference, PodProcess, PodReference, PodStreams } from '../api/pod-streams.ts'
import type { Container, ContainerProcess } from '../runtime/container-runtime.ts'
import type { StatusError, StoreResult } from '../store/object-store.ts'
import { readLog } from './pod-log.ts'
import type { PodWorker } from './pod-worker.ts'

/** @param find the worker of a pod that is on the node */
export function podStreams(find: (pod: PodReference) => PodWorker | undefined): PodStreams {
  function running({ container, ...pod }: ContainerReference): StoreResult<Container> {
    const found = find(pod)?.find(container)?.running
    if (found) return ok(found)
    return fail(internalError(`unable to upgrade connection: container not found ("${container}")`))
  }

  return {
    async log(request, signal) {
      const { container, isPrevious, isFollowed, hasTimestamps, since, tailLines, limitBytes } = request
      const instance = chooseInstance(request, find(request))
      if (!instance.ok) return instance
      const { worker, number, ended } = instance.value
      const text = readLog(worker.logFile(container, number), {
        hasTimestamps,
        ...(since && { since }),
        ...(tailLines !== undefined && { tailLines }),
        ...(limitBytes !== undefined && { limitBytes }),
        ...(isFollowed && !isPrevious && { follow: { ended } }),
        signal,
      })
      return ok(Readable.from(text, { objectMode: false }))
    },

    async exec(request, signal) {
      const container = running(request)
      if (!container.ok) return container
      const { command, hasStdin, hasTty } = request
      // It ends with its container at the latest: a client that goes takes no process along.
      const never = new AbortController().signal
      const process = await container.value.exec({ command, hasStdin, hasTty, signal: never })
      if (!process.ok) return fail(internalError(textOf(process.failure)))
      return ok(leaveRunning(process.value, signal))
    },

    async attach(request, signal) {
      const container = running(request)
      if (!container.ok) return container
      const process = container.value.attach()
      signal.addEventListener('abort', () => void process.close(), { once: true })
      return ok(process)
    },

    async connect({ port, ...pod }, signal) {
      const namespaces = find(pod)?.namespaces
      if (!namespaces) return fail(internalError(`pod "${pod.pod}" does not run yet`))
      const connected = await namespaces.connect(port, signal)
      if (!connected.ok) return fail(internalError(textOf(connected.failure)))
      const connection = connected.value
      const destroy = () => void connection.destroy()
      signal.addEventListener('abort', destroy, { once: true })
      connection.once('close', () => signal.removeEventListener('abort', destroy))
      return ok(connection)
    },
  }
}

/**
 * A process that sees the end of its input when its client goes, as on a node: what it does then is its own affair. What it still
 * says is read, so that it is not held up.
 */
function leaveRunning(process: ContainerProcess, signal: AbortSignal): PodProcess {
  const letGo = () => {
    process.stdin?.end()
    process.stdout.resume()
    process.stderr?.resume()
  }
  signal.addEventListener('abort', letGo, { once: true })
  if (signal.aborted) letGo()
  void process.exited.then(() => signal.removeEventListener('abort', letGo))
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    exited: process.exited,
    resize: (columns, rows) => process.resize(columns, rows),
    close: letGo,
  }
}

interface ChosenInstance {
  readonly worker: PodWorker
  /** How many came before it. */
  readonly number: number
  readonly ended: Promise<void>
}

/** Which start of a container is asked for, if there was one. */
function chooseInstance(
  { pod, container, isPrevious }: ContainerReference & { readonly isPrevious: boolean },
  worker: PodWorker | undefined,
): StoreResult<ChosenInstance> {
  const managed = worker?.find(container)
  const { state = {}, lastState = {}, restartCount = 0 } = managed?.status ?? {}
  const subject = `container "${container}" in pod "${pod}"`
  if (isPrevious && !lastState.terminated) return fail(badRequest(`previous terminated ${subject} not found`))
  if (!worker || !managed || (state.waiting && !lastState.terminated)) {
    const { reason = 'ContainerCreating', message } = state.waiting ?? {}
    const isRefused = message !== undefined && /Image|Config/.test(reason)
    return fail(badRequest(`${subject} is waiting to start: ${isRefused ? message : reason}`))
  }
  // While it waits for its next start, the newest instance is the previous one, too.
  const number = isPrevious && !state.waiting ? restartCount - 1 : restartCount
  return ok({ worker, number, ended: managed.ended })
}

function textOf({ message, why }: Failure): string {
  return why === undefined ? message : `${message}: ${why}`
}

function badRequest(message: string): StatusError {
  return { code: 400, reason: 'BadRequest', message }
}

function internalError(message: string): StatusError {
  return { code: 500, reason: 'InternalError', message }
}
