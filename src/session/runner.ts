import { createHash } from 'node:crypto'
import type { Builder, BuildInputs } from '../build/builder.ts'
import type { Cluster } from '../cluster/connect.ts'
import { applyObjects } from '../deploy/apply.ts'
import { deleteObjects } from '../deploy/delete.ts'
import { namedImages } from '../deploy/inject.ts'
import { type ManifestObject, readManifests } from '../deploy/manifests.ts'
import type { TaskOutcome, TaskResult } from '../engine/events.ts'
import type { TaskContext, TaskRunner } from '../engine/loop.ts'
import type { State } from '../engine/state.ts'
import type {
  ApplyTask,
  BuildTask,
  CompileTask,
  DeleteTask,
  InspectTask,
  LoadTask,
  ReadTask,
} from '../engine/task.ts'
import type { Failure } from '../model/failure.ts'
import { repositoryOf } from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { ImageStart } from '../model/sync.ts'
import { supervisor } from '../sync/supervisor.ts'
import type { LiveSide } from './live-side.ts'
import type { SyncSide } from './sync-side.ts'

export interface RunnerOptions {
  readonly state: () => State
  readonly builder: (image: string) => Builder
  /** Resolves once the files are watched: what changes from then on is seen. */
  readonly onInputs: (image: string, inputs: BuildInputs) => Promise<void>
  readonly syncSide: () => Pick<SyncSide, 'editsOf' | 'refresh' | 'restartable' | 'sync'>
  readonly liveSide: Pick<LiveSide, 'built' | 'compile'>
  /** Waits until there is a cluster; undefined when the signal is aborted before. */
  readonly cluster: (signal: AbortSignal) => Promise<Cluster | undefined>
  /** A cause in words, for the rollout's history. */
  readonly changeCause: (service: string) => string
}

export interface Runner extends TaskRunner {
  /** A service's objects as last read. */
  objects(service: string): readonly ManifestObject[]
}

/** Carries out the engine's tasks by the stages' own functions. */
export function createRunner(options: RunnerOptions): Runner {
  const objects = new Map<string, readonly ManifestObject[]>()

  const inspect = async ({ image }: InspectTask): Promise<Result<TaskResult>> => {
    const inputs = await options.builder(image).inputs()
    if (!inputs.ok) return inputs
    await options.onInputs(image, inputs.value)
    const { canSync, canCompile } = await options.syncSide().refresh(image)
    const names = new Set(inputs.value.bases.map(repositoryOf))
    const { images } = options.state().project
    const bases = images.map(({ ref }) => ref).filter(ref => names.has(repositoryOf(ref)))
    return ok({ kind: 'inspect', bases, canSync, canCompile })
  }

  /** How images get into the cluster; undefined when the signal is aborted before there is one. */
  const provider = async (signal: AbortSignal) => {
    const cluster = await options.cluster(signal)
    return cluster?.provider(options.state().project.registry)
  }

  const build = async (task: BuildTask, { signal, onLine }: TaskContext): Promise<Result<TaskResult>> => {
    const { image: ref, bases, isForced } = task
    const pushName = async () => (await provider(signal))?.pushName?.(ref)
    const built = await options.builder(ref).build({ ref, bases, isForced, pushName, signal, onLine })
    if (!built.ok) return built
    const { reference, isCached = false } = built.value
    await options.liveSide.built(ref, isCached)
    return ok({ kind: 'build', reference, isCached })
  }

  const load = async ({ reference }: LoadTask, context: TaskContext): Promise<Result<TaskResult>> => {
    const way = await provider(context.signal)
    if (!way) return fail(noCluster)
    const loaded = await way.load(reference, context)
    return loaded.ok ? ok({ kind: 'load', podReference: loaded.value }) : loaded
  }

  const compile = async ({ image }: CompileTask, context: TaskContext): Promise<Result<TaskResult>> => {
    const changed = await options.liveSide.compile(image, context)
    return changed.ok
      ? ok({ kind: 'compile', edits: options.syncSide().editsOf(image, changed.value) })
      : changed
  }

  const read = async ({ service }: ReadTask): Promise<Result<TaskResult>> => {
    const { project } = options.state()
    const patterns = project.services.find(({ name }) => name === service)?.manifests ?? []
    const found = await readManifests(patterns)
    if (!found.ok) return found
    objects.set(service, found.value)
    const named = new Set(found.value.flatMap(({ object }) => namedImages(object)))
    const images = project.images.map(({ ref }) => ref).filter(ref => named.has(repositoryOf(ref)))
    const deciders = await Promise.all(images.map(options.syncSide().refresh))
    const content = [
      project.namespace,
      found.value.map(({ object, source }) => [object, source]),
      // Their containers are made in another way.
      deciders.map(({ mayRestart }) => mayRestart),
    ]
    const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex')
    return ok({ kind: 'read', manifests: { digest, images } })
  }

  const apply = async (task: ApplyTask, { signal, onLine }: TaskContext): Promise<Result<TaskResult>> => {
    const cluster = await options.cluster(signal)
    if (!cluster) return fail(noCluster)
    const restartable = await restartableImages(task.images, signal)
    if (!restartable.ok) return restartable
    const { project } = options.state()
    const applied = await applyObjects(cluster.api, {
      project: project.name,
      namespace: project.namespace,
      service: task.service,
      objects: objects.get(task.service) ?? [],
      images: new Map([...task.images].map(([ref, { podReference }]) => [repositoryOf(ref), podReference])),
      restartable: restartable.value,
      supervisor,
      changeCause: options.changeCause(task.service),
      signal,
      onLine,
    })
    return applied.ok ? ok({ kind: 'apply', ...applied.value }) : applied
  }

  const restartableImages = async (
    images: ApplyTask['images'],
    signal: AbortSignal,
  ): Promise<Result<ReadonlyMap<string, ImageStart>>> => {
    const starts = new Map<string, ImageStart>()
    for (const [ref, { reference }] of images) {
      const start = await options.syncSide().restartable(ref, reference, signal)
      if (!start.ok) return start
      if (start.value) starts.set(repositoryOf(ref), start.value)
    }
    return ok(starts)
  }

  const remove = async (
    { service, isDisabled }: DeleteTask,
    { signal, onLine }: TaskContext,
  ): Promise<Result<TaskResult>> => {
    const cluster = await options.cluster(signal)
    if (!cluster) return fail(noCluster)
    objects.delete(service)
    const deleted = await deleteObjects(cluster.api, {
      project: options.state().project.name,
      service,
      keepsData: isDisabled,
      signal,
      onLine,
    })
    return deleted.ok ? ok({ kind: 'delete', deleted: deleted.value }) : deleted
  }

  const runTask: (...args: Parameters<TaskRunner['run']>) => Promise<Result<TaskResult>> = (
    task,
    context,
  ) => {
    switch (task.kind) {
      case 'inspect':
        return inspect(task)
      case 'build':
        return build(task, context)
      case 'load':
        return load(task, context)
      case 'compile':
        return compile(task, context)
      case 'read':
        return read(task)
      case 'apply':
        return apply(task, context)
      case 'sync':
        return options.syncSide().sync(task, context)
      case 'delete':
        return remove(task, context)
      default:
        return task satisfies never
    }
  }

  return {
    objects: service => objects.get(service) ?? [],
    async run(task, context): Promise<TaskOutcome> {
      const result = await runTask(task, context)
      return result.ok
        ? { status: 'succeeded', result: result.value }
        : { status: 'failed', failure: result.failure }
    },
  }
}

const noCluster: Failure = { code: 'cluster/unreachable', message: 'There is no cluster yet.' }
