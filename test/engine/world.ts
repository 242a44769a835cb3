import type { Event, TaskOutcome } from '../../src/engine/events.ts'
import { type Plan, plan } from '../../src/engine/plan.ts'
import { initialState, reduce } from '../../src/engine/reduce.ts'
import { type ImageState, isPending, type State } from '../../src/engine/state.ts'
import { statusOf } from '../../src/engine/status.ts'
import { subjectOf, type Task } from '../../src/engine/task.ts'
import type { Failure } from '../../src/model/failure.ts'
import type { Project } from '../../src/model/project.ts'
import type { Rollout } from '../../src/model/rollout.ts'

const failure: Failure = { code: 'build/failed', message: 'no good' }

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
  readonly broken = new Set<string>()
  /** What the cluster of the moment was given of each service. */
  readonly inCluster = new Map<string, string>()
  /** In which cluster each running task works. */
  readonly #clusters = new Map<string, number>()
  #cluster = 0
  time = 0

  constructor() {
    this.#carryOut()
  }

  dispatch(event: Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never): void {
    this.state = reduce(this.state, { ...event, at: ++this.time } as Event)
    this.#carryOut()
  }

  plan(): Plan {
    return plan(this.state, { parallelBuilds: 2 })
  }

  edit(id: `image:${string}` | `service:${string}`, isBroken: boolean): void {
    this.disk.set(id, (this.disk.get(id) ?? 0) + 1)
    if (isBroken) this.broken.add(id)
    else this.broken.delete(id)
    this.dispatch({
      type: 'files-changed',
      changes: [{ path: `/shop/${id}`, kind: 'changed', inputs: [id] }],
    })
  }

  running(): readonly Task[] {
    return [...this.state.tasks.values()].map(({ task }) => task)
  }

  /** Ends a running task as its work on what it saw would; one that was cancelled may even claim success. */
  end(task: Task): void {
    const subject = subjectOf(task)
    const saw = this.seen.get(task.id)
    this.seen.delete(task.id)
    const isHere = this.#clusters.get(task.id) === this.#cluster
    if (task.kind === 'apply' && isHere) this.inCluster.set(task.service, task.key)
    this.dispatch({ type: 'task-ended', task, tookMs: 1, outcome: this.#outcome(task, subject, saw ?? 0) })
  }

  rollOut(service: string, phase: Rollout['phase']): void {
    if (!this.state.services.get(service)?.applied) return
    const rollout = { phase, wanted: 1, ready: phase === 'ready' ? 1 : 0, pods: [] }
    this.dispatch({
      type: 'rollout-seen',
      service,
      rollout: phase === 'failed' ? { ...rollout, failure } : rollout,
    })
  }

  connect(isAnother: boolean): void {
    if (isAnother) {
      this.#cluster++
      this.inCluster.clear()
    }
    this.dispatch({ type: 'cluster-connected', context: 'kind', provider: 'kind', isAnother })
  }

  /** Lets everything that is under way come to its end. */
  finish(): void {
    this.connect(false)
    for (let round = 0; round < 100; round++) {
      const [task] = this.running()
      if (task) this.end(task)
      else for (const { name } of shop.services) this.rollOut(name, 'ready')
    }
  }

  status(service: string) {
    const found = this.state.services.get(service)
    if (!found) throw new Error(`no service ${service}`)
    return statusOf(this.state, found)
  }

  #outcome(task: Task, subject: string, saw: number): TaskOutcome {
    if (this.broken.has(subject) && task.kind !== 'apply' && task.kind !== 'inspect')
      return { status: 'failed', failure }
    switch (task.kind) {
      case 'inspect':
        return { status: 'succeeded', result: { kind: 'inspect', bases: bases[task.image] ?? [] } }
      case 'build': {
        const from = [...task.bases.values()].join('+')
        return { status: 'succeeded', result: { kind: 'build', reference: `${task.image}:${saw}(${from})` } }
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
        this.seen.set(task.id, this.disk.get(subjectOf(task)) ?? 0)
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
      if (isOld && !isCancelled) throw new Error(`${task.kind} goes on, though something newer is wanted`)
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
      if (task.kind !== 'apply') continue
      const pending = [...task.images.keys()].filter(ref =>
        isPending(this.state.images.get(ref) as ImageState),
      )
      if (pending.length > 0)
        throw new Error(`${task.service} is applied before ${pending.join(', ')} is made`)
      if (this.state.cluster.phase !== 'connected') throw new Error('applied without a cluster')
      const isFirst = !this.state.services.get(task.service)?.applied
      const waitsFor = shop.services.find(({ name }) => name === task.service)?.dependsOn ?? []
      for (const name of waitsFor) {
        const isReady = this.state.services.get(name)?.wasLive
        if (isFirst && !isReady) throw new Error(`${task.service} starts before ${name} was live`)
      }
    }
    if (new Set(cancel).size !== cancel.length) throw new Error('a task is cancelled twice')
  }
}
