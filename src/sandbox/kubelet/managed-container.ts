import { timestamp } from '../kinds/conditions.ts'
import type { ContainerDefinition, ContainerState, ContainerStatus, TerminatedState } from '../kinds/pod.ts'
import type { Container } from '../runtime/container-runtime.ts'
import { BackOff, formatDuration } from './back-off.ts'
import { type PreparedContainer, prepareContainer } from './container-preparation.ts'
import { awaitImage } from './image-wait.ts'
import { Instance } from './instance.ts'
import { removeInstanceFiles } from './log-files.ts'
import { firstBytes, lastLines } from './log-tail.ts'
import { pause } from './pause.ts'
import type { PodContext } from './pod-context.ts'

/** What it is to its pod: which of its ends are followed by another start. */
export type ContainerRole = 'init' | 'sidecar' | 'main'

/** Longer last words are cut, in bytes: the kubelet's own limit. */
const maxMessageBytes = 4096
/** At the latest then a container that was refused is tried again, though nothing seems to have changed. */
const longestRefusalMs = 60_000

/**
 * A container of a pod through all its starts.
 *
 *   waiting ──> running ──> terminated ──┬──> done
 *      ^                                 │
 *      └───── CrashLoopBackOff <─────────┘
 */
export class ManagedContainer {
  readonly role: ContainerRole
  readonly #context: PodContext
  #definition: ContainerDefinition
  readonly #backOff = new BackOff()
  #state: ContainerState
  #lastState: ContainerState = {}
  #restartCount = 0
  #instance: Instance | undefined
  #ended = Promise.resolve()
  #done = Promise.resolve()
  #stopGraceMs: number | undefined
  /** The instance that ends was of an earlier definition. */
  #isReplaced = false
  #containerId: string | undefined
  #imageId = ''

  constructor(context: PodContext, definition: ContainerDefinition, role: ContainerRole) {
    this.#context = context
    this.#definition = definition
    this.role = role
    this.#state = { waiting: { reason: 'PodInitializing' } }
  }

  get status(): ContainerStatus {
    const { name, image } = this.#definition
    const isRunning = this.#state.running !== undefined
    const hasSucceeded = this.#state.terminated?.exitCode === 0
    return {
      name,
      state: this.#state,
      lastState: this.#lastState,
      ready: this.role === 'init' ? hasSucceeded : isRunning && (this.#instance?.isReady ?? false),
      restartCount: this.#restartCount,
      image,
      imageID: this.#imageId,
      ...(this.#containerId !== undefined && { containerID: this.#containerId }),
      started: isRunning && (this.#instance?.hasStarted ?? false),
    }
  }

  get definition(): ContainerDefinition {
    return this.#definition
  }

  /** Another image is wanted: it is all that may change of a container. One that runs is started again with it. */
  update(definition: ContainerDefinition): void {
    const isChanged = definition.image !== this.#definition.image
    this.#definition = definition
    if (!isChanged || !this.#state.running) return
    this.#isReplaced = true
    const graceMs = (this.#context.pod().spec.terminationGracePeriodSeconds ?? 30) * 1000
    void this.#instance?.stop(graceMs, `Container ${definition.name} definition changed, will be restarted`)
  }

  /** While it runs. */
  get running(): Container | undefined {
    return this.#state.running && this.#instance?.container
  }

  /** Settles when its newest instance has ended. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** What is waited for now is its own start. */
  beginCreating(): void {
    this.#state = { waiting: { reason: 'ContainerCreating' } }
  }

  /** Runs it until no other start is to follow, or until the newest instance has ended after `signal`. */
  run(signal: AbortSignal): Promise<void> {
    this.#done = this.#loop(signal)
    return this.#done
  }

  /**
   * Ends what runs, and settles when that is so. After the signal of `run`; asked again with less time it ends sooner.
   *
   * @param graceMs until it is killed
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopGraceMs = graceMs
    this.#stopInstance()
    await this.#done
  }

  #stopInstance(): void {
    if (this.#stopGraceMs === undefined || !this.#state.running) return
    void this.#instance?.stop(this.#stopGraceMs, `Stopping container ${this.#definition.name}`)
  }

  async #loop(signal: AbortSignal): Promise<void> {
    for (;;) {
      const prepared = await this.#prepare(signal)
      if (!prepared) return
      const terminated = await this.#runOnce(prepared)
      if (signal.aborted) return
      if (!this.#isReplaced && !this.#startsAgain(terminated)) return
      await this.#waitForRestart(terminated, signal)
      if (signal.aborted) return
      this.#restartCount++
    }
  }

  /** @returns undefined where it is not wanted any more */
  async #prepare(signal: AbortSignal): Promise<PreparedContainer | undefined> {
    const { events, pod, wakeups } = this.#context
    const hasImage = await awaitImage(
      this.#context,
      this.#definition,
      this.#fieldPath,
      signal,
      (reason, message) => this.#wait(reason, message),
    )
    if (!hasImage) return undefined
    while (!signal.aborted) {
      const change = wakeups.next
      const prepared = await prepareContainer(this.#context, this.#definition, this.#restartCount)
      if (signal.aborted) return undefined
      if (prepared.ok) return prepared.value
      this.#wait('CreateContainerConfigError', prepared.failure)
      events.warning(pod(), 'Failed', `Error: ${prepared.failure}`, this.#fieldPath)
      await pause(longestRefusalMs, signal, change)
    }
    return undefined
  }

  async #runOnce({ spec, terminationFile }: PreparedContainer): Promise<TerminatedState> {
    const { options, namespaces, events, pod, changed } = this.#context
    const { name } = this.#definition
    const began = timestamp()
    const started = await options.runtime.start(namespaces, spec)
    if (!started.ok) {
      const { message, why } = started.failure
      const text = why === undefined ? message : `${message}: ${why}`
      events.warning(pod(), 'Failed', `Error: ${text}`, this.#fieldPath)
      const terminated = {
        exitCode: 128,
        reason: 'StartError',
        message: text,
        startedAt: began,
        finishedAt: timestamp(),
      }
      this.#state = { terminated }
      changed()
      return terminated
    }
    const container = started.value
    events.normal(pod(), 'Created', `Created container ${name}`, this.#fieldPath)
    events.normal(pod(), 'Started', `Started container ${name}`, this.#fieldPath)
    this.#containerId = container.id
    this.#imageId = container.imageId
    const ended = Promise.withResolvers<void>()
    this.#ended = ended.promise
    this.#instance = new Instance(this.#context, this.#definition, container, this.#fieldPath)
    this.#state = { running: { startedAt: timestamp(container.startedAt) } }
    changed()
    // It may have been asked to end while it was being started.
    this.#stopInstance()

    const exit = await container.exited
    const said = await this.#lastWords(terminationFile, spec.logFile, exit.exitCode)
    const message = said === '' ? exit.note : said
    const terminated = {
      exitCode: exit.exitCode,
      reason: exit.exitCode === 0 ? 'Completed' : 'Error',
      ...(message !== undefined && { message }),
      startedAt: timestamp(container.startedAt),
      finishedAt: timestamp(exit.finishedAt),
      containerID: container.id,
    }
    this.#state = { terminated }
    await container.remove()
    ended.resolve()
    changed()
    return terminated
  }

  #startsAgain({ exitCode }: TerminatedState): boolean {
    const { restartPolicy = 'Always' } = this.#context.pod().spec
    switch (this.role) {
      case 'sidecar':
        return true
      case 'init':
        return exitCode !== 0 && restartPolicy !== 'Never'
      case 'main':
        return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0)
      default:
        return this.role satisfies never
    }
  }

  async #waitForRestart(terminated: TerminatedState, signal: AbortSignal): Promise<void> {
    const { events, pod, folder } = this.#context
    const waitMs = this.#isReplaced ? 0 : this.#backOff.next(new Date(terminated.finishedAt))
    this.#isReplaced = false
    this.#lastState = { terminated }
    if (waitMs > 0) {
      const { name, namespace, uid } = pod().metadata
      const subject = `${this.#definition.name} in pod ${name}_${namespace}(${uid})`
      const container = `container=${this.#definition.name} pod=${name}_${namespace}(${uid})`
      this.#wait('CrashLoopBackOff', `back-off ${formatDuration(waitMs)} restarting failed ${container}`)
      events.warning(pod(), 'BackOff', `Back-off restarting failed container ${subject}`, this.#fieldPath)
      await pause(waitMs, signal)
    }
    // `--previous` is the one that has just ended.
    await removeInstanceFiles(folder, this.#definition.name, this.#restartCount - 1)
  }

  #wait(reason: string, message: string): void {
    this.#state = { waiting: { reason, message } }
    this.#context.changed()
  }

  /** What it wrote for that purpose; where it asks for it, after a failure the end of its log. */
  async #lastWords(file: string, log: string, exitCode: number): Promise<string> {
    const written = await firstBytes(file, maxMessageBytes)
    const isFallback = this.#definition.terminationMessagePolicy === 'FallbackToLogsOnError'
    if (written !== '' || !isFallback || exitCode === 0) return written
    return (await lastLines(log, 80)).slice(-maxMessageBytes / 2)
  }

  /** By which events name it. */
  get #fieldPath(): string {
    return `spec.${this.role === 'main' ? 'containers' : 'initContainers'}{${this.#definition.name}}`
  }
}
