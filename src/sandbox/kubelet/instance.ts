import type { Closable } from '../../util/scope.ts'
import { timerMs } from '../../util/timer.ts'
import type { ContainerDefinition, Probe } from '../kinds/pod.ts'
import type { Container } from '../runtime/container-runtime.ts'
import type { HandlerTarget } from './handlers.ts'
import { runHook } from './hooks.ts'
import type { PodContext } from './pod-context.ts'
import { startProbe } from './probes.ts'

/** At least so long a container has after SIGTERM, though its hook has used up the time: the kubelet's own. */
const leastGraceMs = 2_000

/** One start of a container until its end: its hooks and probes. */
export class Instance {
  readonly container: Container
  readonly #context: PodContext
  readonly #definition: ContainerDefinition
  readonly #target: HandlerTarget
  readonly #fieldPath: string
  readonly #closing = new AbortController()
  readonly #probes: Closable[] = []
  #hasStarted: boolean
  #isReady: boolean
  #stopping: Promise<void> | undefined
  #deadline = Number.POSITIVE_INFINITY
  #deadlineTimer: NodeJS.Timeout | undefined

  /** @param fieldPath by which events name the container */
  constructor(context: PodContext, definition: ContainerDefinition, container: Container, fieldPath: string) {
    this.container = container
    this.#context = context
    this.#definition = definition
    this.#fieldPath = fieldPath
    this.#target = { namespaces: context.namespaces, container, definition }
    this.#hasStarted = definition.startupProbe === undefined
    this.#isReady = this.#hasStarted && definition.readinessProbe === undefined
    void container.exited.then(() => this.#close())
    void this.#begin()
  }

  /** Its startup probe has succeeded, or it has none. */
  get hasStarted(): boolean {
    return this.#hasStarted
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /**
   * Ends it: its hook, then its stop signal, then SIGKILL. Asked again, only an earlier end counts. Settles when it has ended.
   *
   * @param graceMs until SIGKILL
   */
  stop(graceMs: number, message: string): Promise<void> {
    const deadline = Date.now() + graceMs
    if (deadline < this.#deadline) {
      this.#deadline = deadline
      this.#killAfter(graceMs)
    }
    this.#stopping ??= this.#stop(message)
    return this.#stopping
  }

  async #stop(message: string): Promise<void> {
    const { events, pod } = this.#context
    events.normal(pod(), 'Killing', message, this.#fieldPath)
    for (const probe of this.#probes) probe.close()
    const preStop = this.#definition.lifecycle?.preStop
    if (preStop && this.#deadline > Date.now()) {
      const late = AbortSignal.timeout(timerMs(this.#deadline - Date.now()))
      const result = await runHook(preStop, this.#target, AbortSignal.any([this.#closing.signal, late]))
      if (!result.ok && !this.#closing.signal.aborted)
        events.warning(pod(), 'FailedPreStopHook', `PreStopHook failed: ${result.failure}`, this.#fieldPath)
      if (!this.#closing.signal.aborted && Date.now() >= this.#deadline - leastGraceMs)
        this.#killAfter(leastGraceMs)
    }
    if (!this.#closing.signal.aborted) this.container.kill(this.container.stopSignal)
    await this.container.exited
  }

  #killAfter(graceMs: number): void {
    clearTimeout(this.#deadlineTimer)
    this.#deadlineTimer = setTimeout(() => this.container.kill('SIGKILL'), timerMs(graceMs))
  }

  async #begin(): Promise<void> {
    const { postStart } = this.#definition.lifecycle ?? {}
    if (postStart) {
      const result = await runHook(postStart, this.#target, this.#closing.signal)
      if (this.#closing.signal.aborted) return
      if (!result.ok) {
        const { events, pod } = this.#context
        events.warning(
          pod(),
          'FailedPostStartHook',
          `PostStartHook failed: ${result.failure}`,
          this.#fieldPath,
        )
        await this.stop(this.#graceMs(), `FailedPostStartHook`)
        return
      }
    }
    const { startupProbe } = this.#definition
    if (startupProbe) this.#watch('Startup', startupProbe, isHealthy => this.#startupEnded(isHealthy))
    else this.#beginOtherProbes()
  }

  #startupEnded(isHealthy: boolean): void {
    if (!isHealthy) {
      this.#restart('startup', this.#definition.startupProbe)
      return
    }
    this.#probes.pop()?.close()
    this.#hasStarted = true
    this.#isReady = this.#definition.readinessProbe === undefined
    this.#context.changed()
    this.#beginOtherProbes()
  }

  #beginOtherProbes(): void {
    const { livenessProbe, readinessProbe } = this.#definition
    if (livenessProbe)
      this.#watch('Liveness', livenessProbe, isHealthy => {
        if (!isHealthy) this.#restart('liveness', livenessProbe)
      })
    if (readinessProbe)
      this.#watch('Readiness', readinessProbe, isHealthy => {
        this.#isReady = isHealthy
        this.#context.changed()
      })
  }

  #watch(
    name: 'Startup' | 'Liveness' | 'Readiness',
    probe: Probe,
    changed: (isHealthy: boolean) => void,
  ): void {
    if (this.#closing.signal.aborted || this.#stopping) return
    const { events, pod } = this.#context
    this.#probes.push(
      startProbe(probe, this.#target, {
        isAwaited: name !== 'Liveness',
        changed,
        failed: why => events.warning(pod(), 'Unhealthy', `${name} probe failed: ${why}`, this.#fieldPath),
      }),
    )
  }

  #restart(probeName: string, probe: Probe | undefined): void {
    const grace = probe?.terminationGracePeriodSeconds
    const graceMs = grace === undefined ? this.#graceMs() : grace * 1000
    void this.stop(graceMs, `Container ${this.#definition.name} failed ${probeName} probe, will be restarted`)
  }

  #graceMs(): number {
    return (this.#context.pod().spec.terminationGracePeriodSeconds ?? 30) * 1000
  }

  #close(): void {
    this.#closing.abort()
    clearTimeout(this.#deadlineTimer)
    for (const probe of this.#probes) probe.close()
    this.#isReady = false
  }
}
