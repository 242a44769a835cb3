import type { LiveCompile } from '../build/builder.ts'
import type { StartReader } from '../build/image-start.ts'
import { imageUse } from '../deploy/image-use.ts'
import type { ManifestObject } from '../deploy/manifests.ts'
import { editOf } from '../engine/edits.ts'
import type { TaskResult } from '../engine/events.ts'
import { instancesOf, type SyncedInstance, unknownVersion } from '../engine/instances.ts'
import type { EventWithoutTime, TaskContext } from '../engine/loop.ts'
import type { Listener, Snapshot } from '../engine/port.ts'
import type { SyncTask } from '../engine/task.ts'
import type { FileChange } from '../model/files.ts'
import { type ImageDefinition, repositoryOf } from '../model/image.ts'
import type { KubeApi } from '../model/kube-api.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type {
  ContainerInstance,
  FileEdit,
  ImageStart,
  SyncDecision,
  SyncEdit,
  SyncRules,
} from '../model/sync.ts'
import type { OpenAgent } from '../sync/agent-connection.ts'
import type { BackSource } from '../sync/back-follow.ts'
import { isKeptCopy } from '../sync/kept-copy.ts'
import { explainEnd } from '../sync/sync-failure.ts'
import { createSyncer } from '../sync/syncer.ts'
import type { Closable } from '../util/scope.ts'
import { type Decider, openDecider } from './decider.ts'

export interface SyncSideOptions {
  readonly dispatch: (event: EventWithoutTime) => void
  readonly snapshot: () => Snapshot
  /** A service's objects as last read. */
  readonly objects: (service: string) => readonly ManifestObject[]
  /** Asks an image's builder again whether it has a compiler. */
  readonly live: (image: string) => Promise<LiveCompile | undefined>
  /** Absolute paths of all files that an image is made from now, and of those that its compiler makes. */
  readonly filesOf: (image: string) => Promise<readonly string[]>
  readonly starts: StartReader
  readonly api: () => Pick<KubeApi, 'execPod' | 'podLog'> | undefined
}

/** What makes edits live without a new image: which ones may be, and the streams into the containers. */
export interface SyncSide extends Closable {
  /** Keeps the streams in step with the containers that run. */
  readonly listener: Listener
  /** Reads again what decides of an image's files. */
  refresh(image: string): Promise<Decider>
  /** What changed files ask for, by image and path. */
  decide(changes: readonly FileChange[]): ReadonlyMap<string, ReadonlyMap<string, SyncDecision>>
  /** What running containers are to be given of files. */
  editsOf(image: string, files: readonly string[]): readonly FileEdit[]
  /** How the process of one build starts; undefined where it is not started anew in its container. */
  restartable(image: string, reference: string, signal: AbortSignal): Promise<Result<ImageStart | undefined>>
  sync(task: SyncTask, context: TaskContext): Promise<Result<TaskResult>>
  /** Starts the process of a container anew in place. */
  restart(instance: ContainerInstance): Promise<Result<void>>
}

/** Lines of a process that ended, for its failure. */
const tailLines = 20

export function openSyncSide(options: SyncSideOptions): SyncSide {
  const { dispatch, snapshot, objects, live, filesOf, starts, api } = options
  const deciders = new Map<string, Decider>()
  /** Images whose process cannot be started anew in its container, for want of a shell. */
  const shellless = new Set<string>()
  /** Containers with a stream into them, by their ids. */
  const attached = new Map<string, { readonly instance: ContainerInstance; readonly service: string }>()
  /** Rules of which some bring files back, by image. */
  const backRules = new Map<string, SyncRules>()
  /** The container whose files come back, by image. */
  const sources = new Map<string, BackSource>()
  /** Containers that were there before devloop. */
  const strangers = new Set<string>()
  const syncer = createSyncer({ open: openAgent, onCrash: (instance, code) => void tellEnd(instance, code) })

  function openAgent(instance: ContainerInstance): OpenAgent {
    return async (command, signal) => {
      const client = api()
      if (!client) return fail({ message: 'there is no cluster' })
      const { namespace, pod, container } = instance
      const started = await client.execPod({ namespace, pod, container, command }, { signal })
      if (!started.ok) return fail({ message: started.failure.message })
      const { streams, ended } = started.value
      return ok({ streams, ended, close: () => void streams.destroy() })
    }
  }

  async function tellEnd(instance: ContainerInstance, exitCode: number) {
    const service = attached.get(instance.id)?.service
    if (service === undefined) return
    const { namespace, pod, container } = instance
    const log = await api()?.podLog({ namespace, pod, container, tailLines })
    const failure = explainEnd(instance, exitCode, log?.ok ? log.value : [])
    dispatch({ type: 'process-ended', service, instance: instance.id, failure })
  }

  function attach({ state }: Snapshot) {
    const before = new Map(attached)
    const candidates = new Map<string, SyncedInstance[]>()
    attached.clear()
    for (const service of state.services.values()) {
      if (service.applied && !service.rollout) {
        // Just applied, and nothing seen of it yet: what runs stays as it is.
        for (const [id, held] of before) if (held.service === service.name) attached.set(id, held)
        continue
      }
      for (const found of instancesOf(state, service)) {
        const { instance, image } = found
        if (!image.inspected?.canSync || image.unsyncable) continue
        attached.set(instance.id, { instance, service: service.name })
        candidates.set(image.ref, [...(candidates.get(image.ref) ?? []), found])
      }
    }
    syncer.attach([...attached.values()].map(({ instance }) => instance))
    syncer.follow(
      [...backRules].flatMap(([ref, rules]) => chooseSource(ref, rules, candidates.get(ref) ?? [])),
    )
  }

  /** Of the replicas that hold what they were given, the first by name: it alone tells what comes back. */
  function chooseSource(ref: string, rules: SyncRules, candidates: readonly SyncedInstance[]): BackSource[] {
    const last = sources.get(ref)
    const [first] = candidates
      .filter(
        ({ instance, version, image }) => version >= image.edits.version || instance.id === last?.instance.id,
      )
      .map(({ instance }) => instance)
      .sort((one, other) => (nameOfInstance(one) < nameOfInstance(other) ? -1 : 1))
    const instance = first ?? (last && attached.has(last.instance.id) ? last.instance : undefined)
    if (!instance) {
      sources.delete(ref)
      return []
    }
    if (last?.instance.id === instance.id && last.rules === rules) return [last]
    const source: BackSource = {
      instance,
      rules,
      isFresh: !strangers.has(instance.id),
      onLine: line => tellBack(ref, instance, line),
    }
    sources.set(ref, source)
    return [source]
  }

  /** In the name of a sync of the container, though none may be under way. */
  function tellBack(image: string, instance: ContainerInstance, line: string) {
    const service = attached.get(instance.id)?.service
    if (service === undefined) return
    const versions = { from: 0, to: 0, isEnded: false }
    const task: SyncTask = { id: `back:${instance.id}`, kind: 'sync', service, image, instance, ...versions }
    dispatch({ type: 'task-output', task, line })
  }

  async function refresh(ref: string): Promise<Decider> {
    const { project, services } = snapshot().state
    const definition = project.images.find(image => image.ref === ref)
    if (!definition) throw new Error(`no image ${ref} in the project`)
    const all = [...services.keys()].flatMap(objects).map(({ object }) => object)
    const decider = await openDecider(definition, imageUse(all, repositoryOf(ref)), await live(ref))
    deciders.set(ref, decider)
    const rules = backRulesOf(definition)
    if (decider.canSync && rules) backRules.set(ref, rules)
    else backRules.delete(ref)
    return decider
  }

  function decideOne(ref: string, file: string): SyncDecision {
    if (isKeptCopy(file))
      return { kind: 'ignored', reason: `${file}: a container's version, kept beside yours` }
    const decision = deciders.get(ref)?.decide(file) ?? unknown
    if (decision.kind !== 'sync' || decision.after !== 'restart' || !shellless.has(ref)) return decision
    return {
      kind: 'rebuild',
      reason: `${decision.reason}, and the image has no sh that could start its process anew`,
    }
  }

  /** What a container may be given of which nothing is known: all files, and what was deleted since the build. */
  async function everyFile(ref: string): Promise<readonly SyncEdit[]> {
    const edits = new Map(snapshot().state.images.get(ref)?.edits.byPath)
    for (const file of await filesOf(ref)) {
      const edit = editOf(file, decideOne(ref, file))
      if (edit) edits.set(file, { ...edit, version: 0 })
    }
    return [...edits.values()]
  }

  return {
    listener(event, now, before) {
      if (event.type === 'cluster-connected') syncer.hasten()
      const isSame = now.state.services === before.state.services && now.state.images === before.state.images
      if (!isSame) attach(now)
    },
    refresh,
    decide(changes) {
      const decisions = new Map<string, Map<string, SyncDecision>>()
      for (const { path, inputs } of changes) {
        for (const input of inputs) {
          if (!input.startsWith('image:')) continue
          const ref = input.slice('image:'.length)
          const known = decisions.get(ref) ?? new Map<string, SyncDecision>()
          decisions.set(ref, known.set(path, decideOne(ref, path)))
        }
      }
      return decisions
    },
    editsOf: (ref, files) => files.flatMap(file => editOf(file, decideOne(ref, file)) ?? []),
    async restartable(ref, reference, signal) {
      if (deciders.get(ref)?.mayRestart !== true) return ok(undefined)
      const start = await starts.read(ref, reference, signal)
      if (!start.ok) return start
      if (start.value.hasShell) shellless.delete(ref)
      else shellless.add(ref)
      return ok(start.value.hasShell ? start.value : undefined)
    },
    async sync({ image, instance, from, to, isEnded }, { signal, onLine }) {
      const isUnknown = from === unknownVersion
      if (isUnknown) strangers.add(instance.id)
      const edits = snapshot().state.images.get(image)?.edits.byPath.values() ?? []
      const wanted = isUnknown
        ? await everyFile(image)
        : [...edits].filter(({ version }) => version > from && version <= to)
      const synced = await syncer.sync({
        instance,
        edits: wanted,
        isUnknown,
        isRestartDue: isEnded,
        signal,
        onLine,
      })
      if (synced.ok) return ok({ kind: 'sync', ...synced.value })
      // Without a shell nobody has changed its files; that they cannot be changed is told when one is to be.
      const isUnchanged = isUnknown && synced.failure.code === 'sync/no-shell'
      return isUnchanged ? ok({ kind: 'sync', files: 0, isRestarted: false }) : synced
    },
    async restart(instance) {
      const restarted = await syncer.sync({
        instance,
        edits: [],
        isUnknown: false,
        isRestartDue: true,
        signal: new AbortController().signal,
        onLine: () => {},
      })
      return restarted.ok ? ok(undefined) : restarted
    },
    close: () => syncer.close(),
  }
}

const unknown: SyncDecision = { kind: 'rebuild', reason: 'nothing is known of the image yet' }

function backRulesOf({ builder }: ImageDefinition): SyncRules | undefined {
  if (builder.kind === 'own' || builder.sync.kind !== 'rules') return undefined
  const { rules } = builder.sync
  return rules.sync.some(({ back }) => back) ? rules : undefined
}

function nameOfInstance({ namespace, pod, container }: ContainerInstance): string {
  return `${namespace}/${pod}/${container}`
}
