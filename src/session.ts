import { availableParallelism } from 'node:os'
import { announced } from './build/announced.ts'
import type { Builder, BuildInputs } from './build/builder.ts'
import { createBuildCache } from './build/caching.ts'
import type { DockerCommand } from './build/docker-command.ts'
import { createStartReader } from './build/image-start.ts'
import type { Cluster } from './cluster/connect.ts'
import type { EngineAddress } from './cluster/provider.ts'
import { changedParts } from './config/diff.ts'
import { createLoop } from './engine/loop.ts'
import type { ScreenPort } from './engine/port.ts'
import { initialState } from './engine/reduce.ts'
import type { State } from './engine/state.ts'
import type { Failure } from './model/failure.ts'
import type { InputSet } from './model/files.ts'
import type { Project } from './model/project.ts'
import { createBuilder } from './session/builders.ts'
import { formatChangeCause } from './session/change-cause.ts'
import { openClusterSide } from './session/cluster-side.ts'
import { openConnection } from './session/connection.ts'
import type { ChosenContext } from './session/context.ts'
import type { Devfile } from './session/devfile.ts'
import { watchEnvironment } from './session/environment.ts'
import { createIdleWork } from './session/idle-work.ts'
import { openEngine } from './session/image-engine.ts'
import { imageInput, manifestInput } from './session/inputs.ts'
import { openLiveSide } from './session/live-side.ts'
import { openLogsSide } from './session/logs-side.ts'
import { pruneOldBuilds } from './session/old-builds.ts'
import { openPodShell } from './session/pod-shell.ts'
import { restartService } from './session/restart.ts'
import { createRunner } from './session/runner.ts'
import { openSyncSide } from './session/sync-side.ts'
import { filesOf } from './watch/files-of.ts'
import { createFileWatcher, type FileBatch } from './watch/watcher.ts'

export interface SessionOptions {
  readonly devfile: Devfile
  /** What the Devfile held when it was first loaded. */
  readonly project: Project
  readonly context: ChosenContext
  /** What the context's `engine` gave. */
  readonly engine: EngineAddress
  /** devloop's own fault: the session can only end. */
  readonly onBug: (error: unknown) => void
}

/** Few of a stack's builds are ever more, and each is a process that waits for the engine. */
const parallelEngineBuilds = 16

/** A running loop: what a user interface reads, and how it ends. */
export interface Session extends ScreenPort {
  start(): Promise<void>
  /** Resolves once all that is on disk now is known to the loop, the Devfile and manifests too. */
  catchUp(): Promise<void>
  /** Ends all tasks and connections. The stack keeps running in the cluster. */
  stop(): Promise<void>
}

/** Wires the stages to the engine. Stages report facts to the loop and never call one another. */
export function createSession({
  devfile,
  project,
  context,
  engine: address,
  onBug,
}: SessionOptions): Session {
  const engine = openEngine(address)
  const builders = new Map<string, Builder>()
  const inputs = new Map<string, BuildInputs>()
  const idleWork = createIdleWork()
  const cached = createBuildCache({
    engine: engine.images,
    project: project.name,
    // Whose inputs they are makes no difference to what is in them.
    filesOf: found => filesOf(imageInput('', found)),
    later: (ref, record) => idleWork.add(`record ${ref}`, record, 'idle-or-at-end'),
  })
  let reloading: Promise<void> = Promise.resolve()
  const started = Promise.withResolvers<void>()

  const current = () => loop.snapshot().state.project
  const liveSide = openLiveSide(image => builderOf(image))
  const runner = createRunner({
    state: () => loop.snapshot().state,
    builder: image => builderOf(image),
    onInputs: watchImage,
    cluster: signal => connection.cluster(signal),
    syncSide: () => syncSide,
    liveSide,
    changeCause: service => formatChangeCause(loop.snapshot().state, service),
  })
  const loop = createLoop({
    initial: initialState(project, Date.now()),
    limits: { parallelBuilds: Math.max(2, availableParallelism()), parallelEngineBuilds },
    runner,
    now: Date.now,
    onBug,
  })
  const watcher = createFileWatcher({
    onBatch,
    onFailure: failure => loop.dispatch({ type: 'watch-failed', failure }),
  })
  const environment = watchEnvironment(engine.images, codes =>
    loop.dispatch({ type: 'environment-mended', codes }),
  )
  const oldBuilds = pruneOldBuilds({ engine: engine.images, project: project.name, idleWork })
  const clusterSide = openClusterSide({
    dispatch: loop.dispatch,
    snapshot: loop.snapshot,
    objects: runner.objects,
    explain: context.explain,
  })
  let cluster: Cluster | undefined
  const syncSide = openSyncSide({
    dispatch: loop.dispatch,
    snapshot: loop.snapshot,
    objects: runner.objects,
    live: liveSide.refresh,
    filesOf: async ref => {
      const found = inputs.get(ref)
      const read = found ? await filesOf(imageInput(ref, found)) : []
      return [...read, ...(await liveSide.outputs(ref))]
    },
    starts: createStartReader(engine.images),
    api: () => cluster?.api,
  })
  const logsSide = openLogsSide(() => cluster?.api)
  const connection = openConnection({
    connect: context.connect,
    onOpen(opened) {
      cluster = opened
      clusterSide.open(opened, project.name)
    },
    project: project.name,
    onConnected(connected, isAnother, pods) {
      loop.dispatch({ type: 'cluster-connected', ...describe(connected), isAnother, pods })
    },
    onFailure: failure => loop.dispatch({ type: 'cluster-lost', failure }),
  })

  loop.subscribe(environment.listener)
  loop.subscribe(oldBuilds)
  loop.subscribe(idleWork.listener)
  loop.subscribe(clusterSide.listener)
  loop.subscribe(liveSide.listener)
  loop.subscribe(syncSide.listener)
  loop.subscribe(logsSide.listener)
  loop.subscribe((event, { state }, before) => {
    if (event.type === 'project-reloaded') {
      forgetBuilders(event.changedImages, event.project)
      tellOfOtherWay(state)
    }
    if (state.cluster.phase === 'lost' && before.state.cluster.phase === 'connected') connection.recover()
  })

  function describe({ context: name, provider }: Cluster) {
    return { context: name, provider: provider(current().registry).describe() + builtWith(engine.docker) }
  }

  /** The Devfile may say now that images get into the cluster in another way. */
  function tellOfOtherWay({ cluster: shown }: State) {
    if (!cluster || shown.phase !== 'connected') return
    const described = describe(cluster)
    if (described.provider === shown.provider) return
    loop.dispatch({ type: 'cluster-connected', ...described, isAnother: false, pods: [] })
  }

  function builderOf(ref: string): Builder {
    const known = builders.get(ref)
    if (known) return known
    const definition = current().images.find(image => image.ref === ref)
    if (!definition) throw new Error(`no image ${ref} in the project`)
    const builder = announced(
      cached(definition, createBuilder(definition.builder, engine)),
      definition,
      engine.images,
    )
    builders.set(ref, builder)
    return builder
  }

  function forgetBuilders(changed: readonly string[], { images }: Project) {
    const gone = [...builders.keys()].filter(ref => !images.some(image => image.ref === ref))
    for (const ref of [...changed, ...gone]) {
      builders.delete(ref)
      inputs.delete(ref)
    }
  }

  async function watchImage(ref: string, found: BuildInputs) {
    const isSame = inputs.get(ref) === found
    inputs.set(ref, found)
    if (!isSame) await watcher.watch(inputSets(current()))
  }

  function inputSets({ services }: Project): readonly InputSet[] {
    const images = [...inputs].map(([ref, found]) => imageInput(ref, found))
    return [{ id: 'devfile', roots: devfile.files }, ...services.map(manifestInput), ...images]
  }

  function onBatch({ changes, at }: FileBatch) {
    const others = changes
      .map(change => ({ ...change, inputs: change.inputs.filter(input => input !== 'devfile') }))
      .filter(change => change.inputs.length > 0)
    if (others.length > 0) {
      loop.dispatch({ type: 'files-changed', changes: others, decisions: syncSide.decide(others), at })
    }
    const isReload = changes.some(change => change.inputs.includes('devfile'))
    if (isReload) reloadAfterOthers()
  }

  async function reload(): Promise<void> {
    const before = current()
    const loaded = await devfile.load()
    // Watched before it is acted on: what changes from here on is seen.
    await watcher.watch(inputSets(loaded.ok ? loaded.value : before))
    if (devfile.hasChanged()) return reload()
    if (!loaded.ok) {
      loop.dispatch({ type: 'devfile-broken', failures: loaded.failure })
    } else if (loaded.value.name !== before.name) {
      loop.dispatch({ type: 'devfile-broken', failures: [renamed(devfile.path, before, loaded.value)] })
    } else {
      const changed = changedParts(before, loaded.value)
      loop.dispatch({ type: 'project-reloaded', project: loaded.value, ...changed })
      await watcher.watch(inputSets(loaded.value))
    }
  }

  function reloadAfterOthers() {
    reloading = reloading.then(reload).catch(onBug)
  }

  return {
    snapshot: loop.snapshot,
    subscribe: loop.subscribe,
    trigger: loop.trigger,
    pause: loop.pause,
    resume: loop.resume,
    disable: loop.disable,
    enable: loop.enable,
    logs: logsSide.lines,
    restart: service =>
      restartService(service, {
        state: loop.snapshot().state,
        api: cluster?.api,
        restartInPlace: syncSide.restart,
      }),
    openShell: (service, size) => openPodShell(cluster?.api, loop.snapshot().state, service, size),
    async start() {
      await Promise.all([watcher.watch(inputSets(project)), clusterSide.forward()])
      if (devfile.hasChanged()) reloadAfterOthers()
      loop.start()
      started.resolve()
    },
    async catchUp() {
      await started.promise
      await watcher.catchUp()
      await reloading
    },
    async stop() {
      environment.close()
      await Promise.all([loop.stop(), watcher.close(), reloading, clusterSide.close(), idleWork.close()])
      await Promise.all([syncSide.close(), logsSide.close()])
      await connection.close()
    },
  }
}

/** Told only where it is not what everybody expects. */
function builtWith(docker: DockerCommand | undefined): string {
  return !docker || docker.command === 'docker' ? '' : `; images are built with ${docker.command}`
}

/** All that is in the cluster carries the old name, and could not be found by the new one. */
function renamed(file: string, before: Project, next: Project): Failure {
  return {
    code: 'config/invalid',
    message: `The project was ${before.name} when devloop started, and is ${next.name} now.`,
    at: { file, object: 'name' },
    cure: `Write ${before.name} again, or run devloop down with the old name, and then devloop up with the new one.`,
  }
}
