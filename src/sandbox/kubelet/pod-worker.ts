import { rm } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { timestamp } from '../kinds/conditions.ts'
import type { EventRecorder } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import type { ContainerStatus, Pod } from '../kinds/pod.ts'
import type { PodNamespaces } from '../runtime/container-runtime.ts'
import { withAccountToken } from './account-token.ts'
import { logFile } from './log-files.ts'
import { ManagedContainer } from './managed-container.ts'
import { pause } from './pause.ts'
import type { KubeletOptions, PodContext } from './pod-context.ts'
import { createNamespaces, followVolumes, type PodSetup, prepareVolumes } from './pod-setup.ts'
import { statusOf } from './pod-status.ts'
import { whyUnsupported } from './unsupported.ts'
import { PodVolumes } from './volumes.ts'
import { Wakeups } from './wakeups.ts'

/** At the latest then a sidecar that starts is looked at again. */
const longestWaitMs = 60_000
/** What a container has to end where its pod was removed by force: the kubelet's own. */
const forcedGraceMs = 2_000

/**
 * One pod on the node, from its first sight until nothing is left of it: volumes, then addresses, then init containers one after
 * another, then all others at once.
 */
export class PodWorker {
  readonly #store: KindStore
  readonly #options: KubeletOptions
  readonly #events: EventRecorder
  readonly #folder: string
  readonly #volumes: PodVolumes
  readonly #wakeups = new Wakeups()
  readonly #progress = new Wakeups()
  /** The pod is to end. */
  readonly #stopping = new AbortController()
  /** Its main containers have ended: now the sidecars may. */
  readonly #stoppingSidecars = new AbortController()
  readonly #stopped = Promise.withResolvers<void>()
  readonly #deleted = Promise.withResolvers<void>()
  readonly #startTime = timestamp()
  #pod: Pod
  #graceMs: number | undefined
  #namespaces: PodNamespaces | undefined
  #containers: readonly ManagedContainer[] = []
  #following = Promise.resolve()
  #refusal: { readonly reason: string; readonly message: string } | undefined
  #end: { readonly reason: string; readonly message: string } | undefined
  /** Settles when nothing is left of the pod on the node. */
  readonly ended: Promise<void>

  constructor(store: KindStore, options: KubeletOptions, events: EventRecorder, pod: Pod) {
    this.#store = store
    this.#options = options
    this.#events = events
    this.#pod = withAccountToken(store, pod)
    this.#folder = path.join(options.folder, 'pods', pod.metadata.uid)
    this.#volumes = new PodVolumes(store, path.join(this.#folder, 'volumes'), options.issueToken)
    this.ended = this.#live()
  }

  /** The pod has changed in the API. */
  update(pod: Pod): void {
    const { deletionTimestamp, deletionGracePeriodSeconds, labels, annotations } = pod.metadata
    const before = this.#pod.metadata
    this.#pod = withAccountToken(this.#store, pod)
    const { initContainers = [], containers } = this.#pod.spec
    for (const definition of [...initContainers, ...containers])
      this.find(definition.name)?.update(definition)
    if (deletionTimestamp !== undefined) this.remove((deletionGracePeriodSeconds ?? 0) * 1000)
    else if (!isDeepStrictEqual([labels, annotations], [before.labels, before.annotations])) this.wake()
  }

  /** Something that it refers to may have changed. */
  wake(): void {
    this.#wakeups.wake()
  }

  /**
   * The pod is to go. Asked again with less time it ends sooner.
   *
   * @param graceMs what its containers have to end; of a pod that was removed by force little
   */
  remove(graceMs = forcedGraceMs): void {
    this.#deleted.resolve()
    this.#stop(Math.min(graceMs, this.#graceMs ?? graceMs))
  }

  get pod(): Pod {
    return this.#pod
  }

  get namespaces(): PodNamespaces | undefined {
    return this.#namespaces
  }

  find(container: string): ManagedContainer | undefined {
    return this.#containers.find(({ definition }) => definition.name === container)
  }

  /** Of the instance that was started after so many others. */
  logFile(container: string, restartCount: number): string {
    return logFile(this.#folder, container, restartCount)
  }

  #stop(graceMs: number): void {
    const isSooner = this.#graceMs !== undefined && graceMs < this.#graceMs
    this.#graceMs = graceMs
    this.#stopping.abort()
    this.#stopped.resolve()
    if (isSooner) for (const container of this.#containers) void container.stop(graceMs)
  }

  async #live(): Promise<void> {
    const work = this.#work(this.#stopping.signal)
    await Promise.race([work, this.#stopped.promise])
    await this.#stopContainers()
    await work
    await this.#namespaces?.remove()
    this.#report()
    // What has ended by itself stays to be read, until it is deleted.
    await this.#deleted.promise
    await this.#following
    await this.#volumes.remove()
    await rm(this.#folder, { recursive: true, force: true })
    const { name, namespace, uid } = this.#pod.metadata
    this.#store.delete('pods', name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } })
  }

  /** Settles when all its containers have ended by themselves, or when it is to end. */
  async #work(signal: AbortSignal): Promise<void> {
    const unsupported = whyUnsupported(this.#pod)
    if (unsupported !== undefined) {
      this.#events.warning(this.#pod, 'Failed', `Error: ${unsupported}`)
      this.#refuse('CreateContainerConfigError', unsupported)
      return
    }
    this.#report()
    const deadline = this.#pod.spec.activeDeadlineSeconds
    if (deadline !== undefined) void this.#endAt(deadline * 1000, signal)
    const setup: PodSetup = {
      options: this.#options,
      events: this.#events,
      volumes: this.#volumes,
      wakeups: this.#wakeups,
      pod: () => this.#pod,
      signal,
    }
    if (!(await prepareVolumes(setup))) return
    const namespaces = await createNamespaces(setup)
    if (!namespaces) return
    this.#namespaces = namespaces
    this.#following = followVolumes(setup)
    await this.#runContainers(namespaces, signal)
  }

  async #runContainers(namespaces: PodNamespaces, signal: AbortSignal): Promise<void> {
    const context = this.#contextOf(namespaces)
    const inits = (this.#pod.spec.initContainers ?? []).map(
      definition =>
        new ManagedContainer(context, definition, definition.restartPolicy === 'Always' ? 'sidecar' : 'init'),
    )
    const mains = this.#pod.spec.containers.map(
      definition => new ManagedContainer(context, definition, 'main'),
    )
    this.#containers = [...inits, ...mains]
    for (const init of inits) {
      init.beginCreating()
      this.#report()
      if (init.role === 'sidecar') {
        void init.run(this.#stoppingSidecars.signal)
        while (!init.status.started && !signal.aborted)
          await pause(longestWaitMs, signal, this.#progress.next)
      } else await init.run(signal)
      if (signal.aborted || (init.role === 'init' && init.status.state.terminated?.exitCode !== 0)) return
    }
    for (const main of mains) main.beginCreating()
    this.#report()
    await Promise.all(mains.map(main => main.run(signal)))
  }

  /** First those that the pod is for, then the sidecars in the opposite order of their start. */
  async #stopContainers(): Promise<void> {
    const allMs = this.#graceMs ?? (this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
    const until = Date.now() + allMs
    const others = this.#containers.filter(({ role }) => role !== 'sidecar')
    await Promise.all(others.map(container => container.stop(allMs)))
    this.#stoppingSidecars.abort()
    const graceMs = () => Math.max(until - Date.now(), forcedGraceMs)
    for (const sidecar of this.#containers.filter(({ role }) => role === 'sidecar').toReversed())
      await sidecar.stop(graceMs())
  }

  async #endAt(milliseconds: number, signal: AbortSignal): Promise<void> {
    await pause(milliseconds, signal)
    if (signal.aborted) return
    const message = 'Pod was active on the node longer than the specified deadline'
    this.#end = { reason: 'DeadlineExceeded', message }
    this.#events.normal(this.#pod, 'DeadlineExceeded', message)
    this.#stop((this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000)
  }

  #refuse(reason: string, message: string): void {
    this.#refusal = { reason, message }
    this.#report()
  }

  #contextOf(namespaces: PodNamespaces): PodContext {
    return {
      store: this.#store,
      options: this.#options,
      events: this.#events,
      namespaces,
      addresses: { podIp: namespaces.ip, hostIp: this.#options.hostIp },
      volumes: this.#volumes,
      folder: this.#folder,
      wakeups: this.#wakeups,
      pod: () => this.#pod,
      changed: () => {
        this.#report()
        this.#progress.wake()
      },
    }
  }

  #report(): void {
    const { name, namespace, uid } = this.#pod.metadata
    this.#store.update(
      'pods',
      name,
      namespace,
      current => {
        if (current.metadata.uid !== uid) return undefined
        const status = statusOf(current, {
          startTime: this.#startTime,
          hostIp: this.#options.hostIp,
          podIp: this.#namespaces?.ip,
          initContainers: this.#statuses('initContainers'),
          containers: this.#statuses('containers'),
          sidecars: new Set(
            (current.spec.initContainers ?? [])
              .filter(({ restartPolicy }) => restartPolicy === 'Always')
              .map(container => container.name),
          ),
          ...(this.#end && { ended: this.#end }),
        })
        return { ...current, status }
      },
      'status',
    )
  }

  #statuses(list: 'containers' | 'initContainers'): readonly ContainerStatus[] {
    const reason =
      list === 'containers' && this.#pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating'
    return (this.#pod.spec[list] ?? []).map(
      ({ name, image }) =>
        this.find(name)?.status ?? {
          name,
          image,
          imageID: '',
          state: { waiting: this.#refusal ?? { reason } },
          lastState: {},
          ready: false,
          restartCount: 0,
          started: false,
        },
    )
  }
}
