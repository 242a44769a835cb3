import type { Duplex } from 'node:stream'
import { fail, ok, type Result } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'
import { recordEvents } from '../kinds/events.ts'
import { kindStore } from '../kinds/kind-store.ts'
import type { Pod } from '../kinds/pod.ts'
import type { ContainerProcess, ExecOptions } from '../runtime/container-runtime.ts'
import type { ObjectStore, StatusError, StoredObject, StoreResult } from '../store/object-store.ts'
import { registerNode } from './node.ts'
import type { KubeletOptions } from './pod-context.ts'
import { type LogOptions, readLog } from './pod-log.ts'
import { PodWorker } from './pod-worker.ts'

/** Runs the pods that the node is given, and is how the API reaches into them. */
export interface Kubelet extends Closable {
  /**
   * The log of a container.
   *
   * @param container undefined: the pod's first one
   */
  readLog(
    pod: PodName,
    container: string | undefined,
    options: Omit<LogOptions, 'follow'> & { readonly isFollowing: boolean; readonly isPrevious: boolean },
  ): StoreResult<AsyncIterable<Buffer>>
  /** Another process in a container. */
  exec(
    pod: PodName,
    container: string | undefined,
    options: ExecOptions,
  ): Promise<StoreResult<ContainerProcess>>
  /** The streams of a container's own process. */
  attach(pod: PodName, container: string | undefined): StoreResult<ContainerProcess>
  /** A new connection to a port of a pod. */
  connect(pod: PodName, port: number, signal: AbortSignal): Promise<Result<Duplex, StatusError>>
}

export interface PodName {
  readonly name: string
  readonly namespace: string
}

/** How often logs are looked at for being too long. */
const rotationMs = 10_000

/** Registers the node, and takes over what is bound to it. */
export function startKubelet(objects: ObjectStore, options: KubeletOptions): Kubelet {
  const store = kindStore(objects)
  const events = recordEvents(store, 'kubelet', options.nodeName)
  const workers = new Map<string, PodWorker>()
  registerNode(store, options)

  const see = (pod: Pod) => {
    if (pod.spec.nodeName !== options.nodeName) return
    const { uid } = pod.metadata
    const worker = workers.get(uid)
    if (worker) {
      worker.update(pod)
      return
    }
    const begun = new PodWorker(store, options, events, pod)
    workers.set(uid, begun)
    void begun.ended.then(() => workers.delete(uid))
    if (pod.metadata.deletionTimestamp !== undefined) begun.update(pod)
  }
  const wakeNamespace = ({ object }: { readonly object: StoredObject }) => {
    for (const worker of workers.values())
      if (worker.pod.metadata.namespace === object.metadata.namespace) worker.wake()
  }
  const watches = [
    store.watch('pods', ({ type, object }) => {
      if (type === 'DELETED') workers.get(object.metadata.uid)?.remove()
      else see(object)
    }),
    ...(['configmaps', 'secrets', 'persistentvolumeclaims'] as const).map(resource =>
      store.watch(resource, wakeNamespace),
    ),
  ]
  for (const pod of store.list('pods')) see(pod)
  const rotation = setInterval(() => {
    for (const worker of workers.values()) worker.rotateLogs()
  }, rotationMs)

  const find = ({ name, namespace }: PodName) => {
    const pod = store.get('pods', name, namespace)
    return pod && workers.get(pod.metadata.uid)
  }

  return {
    readLog(pod, container, { isFollowing, isPrevious, ...rest }) {
      const worker = find(pod)
      const chosen = chooseContainer(store.get('pods', pod.name, pod.namespace), container)
      if (!chosen.ok) return chosen
      const managed = worker?.find(chosen.value)
      const { state, lastState, restartCount } = managed?.status ?? {}
      const subject = `container "${chosen.value}" in pod "${pod.name}"`
      if (isPrevious && !lastState?.terminated)
        return fail(badRequest(`previous terminated ${subject} not found`))
      if (!worker || !managed || (state?.waiting && !lastState?.terminated)) {
        const reason = state?.waiting?.reason ?? 'ContainerCreating'
        const isRefused = /Image|Config/.test(reason)
        const why = isRefused
          ? `is waiting to start: ${state?.waiting?.message ?? reason}`
          : `is waiting to start: ${reason}`
        return fail(badRequest(`${subject} ${why}`))
      }
      // While it waits for its next start, the newest instance is the previous one, too.
      const number = isPrevious && !state?.waiting ? (restartCount ?? 0) - 1 : (restartCount ?? 0)
      const follow = isFollowing && !isPrevious ? { follow: { ended: managed.ended } } : {}
      return ok(readLog(worker.logFile(chosen.value, number), { ...rest, ...follow }))
    },
    async exec(pod, container, execOptions) {
      const running = findRunning(pod, container)
      if (!running.ok) return running
      const process = await running.value.exec(execOptions)
      if (process.ok) return process
      const { message, why } = process.failure
      return fail(internalError(why === undefined ? message : `${message}: ${why}`))
    },
    attach(pod, container) {
      const running = findRunning(pod, container)
      return running.ok ? ok(running.value.attach()) : running
    },
    async connect(pod, port, signal) {
      const namespaces = find(pod)?.namespaces
      if (!namespaces) return fail(internalError(`pod "${pod.name}" is not running`))
      const connected = await namespaces.connect(port, signal)
      return connected.ok ? connected : fail(internalError(connected.failure.message))
    },
    async close() {
      for (const watch of watches) watch.close()
      clearInterval(rotation)
      const ending = [...workers.values()].map(worker => {
        worker.remove(0)
        return worker.ended
      })
      await Promise.all(ending)
    },
  }

  function findRunning(pod: PodName, container: string | undefined) {
    const chosen = chooseContainer(store.get('pods', pod.name, pod.namespace), container)
    if (!chosen.ok) return chosen
    const running = find(pod)?.running(chosen.value)
    return running
      ? ok(running)
      : fail(internalError(`unable to upgrade connection: container not found ("${chosen.value}")`))
  }
}

/** By its name, by the annotation for that, or the first one. */
function chooseContainer(pod: Pod | undefined, container: string | undefined): StoreResult<string> {
  if (!pod) return fail({ code: 404, reason: 'NotFound', message: 'pod not found' })
  const { containers, initContainers = [] } = pod.spec
  const usual = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']
  const name = container ?? usual ?? containers[0]?.name ?? ''
  return [...containers, ...initContainers].some(each => each.name === name)
    ? ok(name)
    : fail(badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`))
}

function badRequest(message: string): StatusError {
  return { code: 400, reason: 'BadRequest', message }
}

function internalError(message: string): StatusError {
  return { code: 500, reason: 'InternalError', message }
}
