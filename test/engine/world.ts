import type { Event, FilesChanged, TaskOutcome } from '../../src/engine/events.ts'
import { unknownVersion } from '../../src/engine/instances.ts'
import { type Plan, plan } from '../../src/engine/plan.ts'
import { initialState, reduce } from '../../src/engine/reduce.ts'
import { type ImageState, isBuildPending, type State } from '../../src/engine/state.ts'
import { statusOf } from '../../src/engine/status.ts'
import { type SyncTask, subjectOf, type Task } from '../../src/engine/task.ts'
import type { Failure } from '../../src/model/failure.ts'
import type { Project } from '../../src/model/project.ts'
import type { Pod, Rollout } from '../../src/model/rollout.ts'
import { readyPod } from '../fakes/pod.ts'

const failure: Failure = { code: 'build/failed', message: 'no good' }
const refusal: Failure = { code: 'sync/refused', message: 'read-only' }

/** What nothing comes of when it is seen so often, one after another, nothing will come of. */
const maxIdleRounds = 3

interface FakePod {
  readonly uid: string
  readonly reference: string
  runningId: string
  /** What it holds of its image's files. */
  content: number
  /** What it holds of what the compiler makes of its image's sources. */
  compiled: number
}

function describePod(service: string, { uid, reference, runningId }: FakePod): Pod {
  const containers = [{ name: 'main', image: reference, runningId, ports: [] }]
  return readyPod(uid, { workload: `Deployment/${service}`, containers })
}

/** Two services on three images, one of which is made from another; `web` depends on `api`. */
export const shop: Project = {
  name: 'shop',
  root: '/shop',
  contexts: [],
  namespace: 'default',
  images: ['base', 'web', 'api'].map(ref => ({
    ref,
    builder: { kind: 'custom', command: 'make', cwd: '/shop', inputs: [], ignore: [], sync: { kind: 'off' } },
  })),
  services: [
    { name: 'web', manifests: [], ports: [], dependsOn: ['api'] },
    { name: 'api', manifests: [], ports: [], dependsOn: [] },
  ],
}

const bases: Readonly<Record<string, readonly string[]>> = { web: ['base'] }
const used: Readonly<Record<string, readonly string[]>> = { web: ['web'], api: ['api'] }

/**
 * The engine's pure functions in a world without processes: it carries out each plan at once, and its tasks end when
 * the test says so. It checks after each step what must hold at any time.
 */
export class World {
  state: State = initialState(shop, 0)
  /** What is on disk: how often each image or service was edited. */
  readonly disk = new Map<string, number>()
  /** What each running task saw of the disk when it started. */
  readonly seen = new Map<string, number>()
  /** What the compiler made of each image's sources last. */
  readonly #outputs = new Map<string, number>()
  /** What each running task saw of an image's sources or, if it is a sync, of what the compiler made of them. */
  readonly #seenSources = new Map<string, number>()
  readonly broken = new Set<string>()
  /** Images whose containers take no files. */
  readonly refusing = new Set<string>()
  /** The one pod of each service in the cluster of the moment, once its rollout was ready. */
  readonly pods = new Map<string, FakePod>()
  /** What each built reference holds of its image's files. */
  readonly #contents = new Map<string, Pick<FakePod, 'content' | 'compiled'>>()
  #starts = 0
  /** What the cluster of the moment was given of each service. */
  readonly inCluster = new Map<string, string>()
  /** In which cluster each running task works. */
  readonly #clusters = new Map<string, number>()
  /** The image that each service was last given. */
  readonly #references = new Map<string, string>()
  #cluster = 0
  time = 0

  /** All sync tasks that ended. */
  readonly synced: SyncTask[] = []

  /** @param before another devloop, whose pods are there already. */
  constructor(before?: World) {
    if (before) this.#takeOver(before)
    this.#carryOut()
  }

  #takeOver(before: World): void {
    for (const [name, pod] of before.pods) this.pods.set(name, { ...pod })
    for (const [reference, held] of before.#contents) this.#contents.set(reference, held)
    for (const [image, output] of before.#outputs) this.#outputs.set(image, output)
    for (const [id, content] of before.disk) this.disk.set(id, content)
  }

  dispatch(event: Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never): void {
    this.state = reduce(this.state, { ...event, at: ++this.time } as Event)
    this.#carryOut()
  }

  plan(): Plan {
    return plan(this.state, { parallelBuilds: 2, parallelEngineBuilds: 2 })
  }

  edit(id: `image:${string}` | `service:${string}`, isBroken: boolean): void {
    this.disk.set(id, (this.disk.get(id) ?? 0) + 1)
    if (isBroken) this.broken.add(id)
    else this.broken.delete(id)
    this.#change(id, new Map())
  }

  /** A change of a file that is only copied into the image. */
  editCopied(ref: string, content: number): void {
    const id = `image:${ref}` as const
    if ((this.disk.get(id) ?? 0) === content) return
    this.disk.set(id, content)
    const decision = { kind: 'sync', target: '/app/file', runs: [], reason: 'copied' } as const
    this.#change(id, new Map([[ref, new Map([[`/shop/${id}`, decision]])]]))
  }

  #change(id: `image:${string}` | `service:${string}`, decisions: FilesChanged['decisions']): void {
    this.dispatch({
      type: 'files-changed',
      changes: [{ path: `/shop/${id}`, kind: 'changed', inputs: [id] }],
      decisions,
    })
  }

  /** The container of a service's pod ends and starts again, with what its image holds. */
  restartContainer(service: string): void {
    const pod = this.pods.get(service)
    if (!pod) return
    this.#startContainer(pod)
    this.rollOut(service, 'ready')
  }

  #startContainer(pod: FakePod): void {
    pod.runningId = `run-${++this.#starts}`
    Object.assign(pod, this.#contents.get(pod.reference) ?? { content: 0, compiled: 0 })
  }

  /** A change of a file that a compiler reads; broken, it does not compile. */
  editSource(ref: string, content: number, isBroken = false): void {
    const source = `source:${ref}`
    if ((this.disk.get(source) ?? 0) === content && this.broken.has(source) === isBroken) return
    this.disk.set(source, content)
    if (isBroken) this.broken.add(source)
    else this.broken.delete(source)
    const id = `image:${ref}` as const
    this.#change(id, new Map([[ref, new Map([[`/shop/${id}`, { kind: 'compile', reason: 'a source' }]])]]))
  }

  /** What the process of a service's pod would read. */
  contentOf(service: string): number | undefined {
    return this.pods.get(service)?.content
  }

  /** What the process of a service's pod would run of what the compiler makes. */
  compiledIn(service: string): number | undefined {
    return this.pods.get(service)?.compiled
  }

  running(): readonly Task[] {
    return [...this.state.tasks.values()].map(({ task }) => task)
  }

  /** Ends a running task as its work on what it saw would; one that was cancelled may even claim success. */
  end(task: Task): void {
    const subject = subjectOf(task)
    const saw = this.seen.get(task.id)
    this.seen.delete(task.id)
    const source = this.#seenSources.get(task.id) ?? 0
    this.#seenSources.delete(task.id)
    const isHere = this.#clusters.get(task.id) === this.#cluster
    if (task.kind === 'apply' && isHere) {
      this.inCluster.set(task.service, task.key)
      const [build] = task.images.values()
      this.#references.set(task.service, build?.podReference ?? '')
    }
    if (task.kind === 'delete' && isHere) {
      this.inCluster.delete(task.service)
      this.pods.delete(task.service)
    }
    if (task.kind === 'sync') this.synced.push(task)
    if (task.kind === 'sync' && !this.refusing.has(task.image)) {
      const pod = [...this.pods.values()].find(({ runningId }) => task.instance.id.endsWith(`/${runningId}`))
      if (pod) pod.content = saw ?? 0
      const edits = [...(this.state.images.get(task.image)?.edits.byPath.values() ?? [])]
      const isGiven = edits.some(
        ({ path, version }) => path.startsWith('/shop/out/') && version > task.from && version <= task.to,
      )
      if (pod && (isGiven || task.from === unknownVersion)) pod.compiled = source
    }
    this.dispatch({
      type: 'task-ended',
      task,
      tookMs: 1,
      outcome: this.#outcome(task, subject, saw ?? 0, source),
    })
  }

  rollOut(service: string, phase: Rollout['phase']): void {
    if (!this.state.services.get(service)?.applied) return
    if (phase === 'ready') this.#renewPod(service)
    const pods = [...this.pods].flatMap(([name, pod]) => (name === service ? [describePod(name, pod)] : []))
    const rollout = { phase, wanted: 1, ready: phase === 'ready' ? 1 : 0, pods }
    this.dispatch({
      type: 'rollout-seen',
      service,
      rollout: phase === 'failed' ? { ...rollout, failure } : rollout,
    })
  }

  #renewPod(service: string): void {
    const reference = this.#references.get(service) ?? ''
    if (this.pods.get(service)?.reference === reference) return
    const pod = { uid: `pod-${++this.#starts}`, reference, runningId: '', content: 0, compiled: 0 }
    this.pods.set(service, pod)
    this.#startContainer(pod)
  }

  connect(isAnother: boolean): void {
    if (isAnother) {
      this.#cluster++
      this.inCluster.clear()
      this.pods.clear()
    }
    const pods = [...this.pods.values()].map(({ uid }) => uid)
    this.dispatch({ type: 'cluster-connected', context: 'kind', provider: 'kind', isAnother, pods })
  }

  /** Lets everything that is under way or collected come to its end. */
  finish(): void {
    this.connect(false)
    this.dispatch({ type: 'resume-asked' })
    for (let round = 0, idle = 0; round < 60 && idle < maxIdleRounds; round++) {
      const [task] = this.running()
      idle = task ? 0 : idle + 1
      if (task) this.end(task)
      else for (const { name } of shop.services) this.rollOut(name, 'ready')
    }
  }

  status(service: string) {
    const found = this.state.services.get(service)
    if (!found) throw new Error(`no service ${service}`)
    return statusOf(this.state, found)
  }

  #outcome(task: Task, subject: string, saw: number, source: number): TaskOutcome {
    if (task.kind === 'sync') {
      if (this.refusing.has(task.image)) return { status: 'failed', failure: refusal }
      return { status: 'succeeded', result: { kind: 'sync', files: 1, isRestarted: false } }
    }
    const isBroken = 'image' in task && this.broken.has(`source:${task.image}`)
    if ((isBroken || this.broken.has(subject)) && ['build', 'compile', 'read', 'delete'].includes(task.kind))
      return { status: 'failed', failure }
    switch (task.kind) {
      case 'inspect':
        return {
          status: 'succeeded',
          result: { kind: 'inspect', bases: bases[task.image] ?? [], canSync: true, canCompile: true },
        }
      case 'build': {
        const from = [...task.bases.values()].join('+')
        const reference = `${task.image}:${saw}.${source}(${from})`
        const isCached = this.#contents.has(`registry/${reference}`) && !task.isForced
        this.#contents.set(`registry/${reference}`, { content: saw, compiled: source })
        if (!isCached) this.#outputs.set(task.image, source)
        return { status: 'succeeded', result: { kind: 'build', reference, isCached } }
      }
      case 'load':
        return { status: 'succeeded', result: { kind: 'load', podReference: `registry/${task.reference}` } }
      case 'compile': {
        this.#outputs.set(task.image, source)
        const edit = { path: `/shop/out/${task.image}`, target: '/app/file', runs: [] }
        return { status: 'succeeded', result: { kind: 'compile', edits: [edit] } }
      }
      case 'read':
        return {
          status: 'succeeded',
          result: { kind: 'read', manifests: { digest: `v${saw}`, images: used[task.service] ?? [] } },
        }
      case 'apply': {
        const workload = {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace: 'default',
          name: task.service,
        }
        const source = { file: '/shop/k8s.yaml', line: 1 }
        const workloads = [{ ...workload, template: task.key, generation: 1, source }]
        return { status: 'succeeded', result: { kind: 'apply', workloads, recreated: [] } }
      }
      case 'delete':
        return { status: 'succeeded', result: { kind: 'delete', deleted: 1 } }
    }
  }

  #carryOut(): void {
    for (let next = this.plan(); next.start.length > 0 || next.cancel.length > 0; next = this.plan()) {
      this.#check(next)
      for (const id of next.cancel) {
        const task = this.state.tasks.get(id)?.task
        if (task) this.state = reduce(this.state, { type: 'task-cancelled', task, at: this.time })
      }
      for (const task of next.start) {
        const subject = task.kind === 'sync' ? `image:${task.image}` : subjectOf(task)
        this.seen.set(task.id, this.disk.get(subject) ?? 0)
        if ('image' in task) {
          const source = this.disk.get(`source:${task.image}`)
          this.#seenSources.set(task.id, (task.kind === 'sync' ? this.#outputs.get(task.image) : source) ?? 0)
        }
        this.#clusters.set(task.id, this.#cluster)
        this.state = reduce(this.state, { type: 'task-started', task, at: this.time })
      }
    }
    for (const { task, isCancelled } of this.state.tasks.values()) {
      const newest =
        'image' in task
          ? this.state.images.get(task.image)?.revision
          : this.state.services.get(task.service)?.revision
      const isOld = 'revision' in task && task.revision !== newest
      if (isOld && !isCancelled && !this.state.paused)
        throw new Error(`${task.kind} goes on, though something newer is wanted`)
    }
    const subjects = this.running().map(subjectOf)
    if (new Set(subjects).size !== subjects.length)
      throw new Error(`two tasks of one subject: ${subjects.join(', ')}`)
    const builds = this.running().filter(({ kind }) => kind === 'build')
    if (builds.length > 2) throw new Error('more builds than allowed')
  }

  #check({ start, holds, cancel }: Plan): void {
    for (const task of start) {
      if (holds.has(subjectOf(task))) throw new Error(`a held subject starts: ${subjectOf(task)}`)
      if (this.state.tasks.has(task.id)) throw new Error(`task id ${task.id} is used again`)
      if (this.state.stopping) throw new Error('a task starts while devloop stops')
      if (this.state.paused) throw new Error('a task starts while devloop is paused')
      const service = 'service' in task ? this.state.services.get(task.service) : undefined
      if (service?.isDisabled && task.kind !== 'delete')
        throw new Error(`${task.kind} of a disabled service starts`)
      if (task.kind !== 'apply') continue
      const pending = [...task.images.keys()].filter(ref =>
        isBuildPending(this.state.images.get(ref) as ImageState),
      )
      if (pending.length > 0)
        throw new Error(`${task.service} is applied before ${pending.join(', ')} is made`)
      if (this.state.cluster.phase !== 'connected') throw new Error('applied without a cluster')
      const isFirst = !service?.applied && !service?.wasLive
      const waitsFor = shop.services.find(({ name }) => name === task.service)?.dependsOn ?? []
      for (const name of waitsFor) {
        const isReady = this.state.services.get(name)?.wasLive
        if (isFirst && !isReady) throw new Error(`${task.service} starts before ${name} was live`)
      }
    }
    if (this.state.paused && !this.state.stopping && cancel.length > 0)
      throw new Error('what runs is not let come to its end')
    if (new Set(cancel).size !== cancel.length) throw new Error('a task is cancelled twice')
  }
}
