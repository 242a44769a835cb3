import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { connect } from 'node:net'
import { constants } from 'node:os'
import { type Duplex, PassThrough, Readable } from 'node:stream'
import { fail, ok, type Result } from '../../../src/model/result.ts'
import type {
  Container,
  ContainerExit,
  ContainerProcess,
  ContainerRuntime,
  ContainerSpec,
  ExecOptions,
  PodNamespaces,
  PodSpec,
} from '../../../src/sandbox/runtime/container-runtime.ts'

/** What a command in a container ends with. */
export interface CommandOutcome {
  readonly exitCode: number
  readonly output?: string
  /** Something that it has started goes on, and holds its output open. */
  readonly leavesBehind?: boolean
}

/** Containers that do nothing but what a test makes them do. Ports are those of this machine. */
export class FakeRuntime implements ContainerRuntime {
  readonly pods: PodSpec[] = []
  /** All that were ever started, in order. */
  readonly containers: FakeContainer[] = []
  /** What happened, in order: `start web`, `SIGTERM web`, `exec web touch`… */
  readonly history: string[] = []
  /** What a command does; without it, it succeeds. */
  onCommand: (container: string, command: readonly string[]) => CommandOutcome = () => ({ exitCode: 0 })
  /** Whether a container ends when it is asked to. */
  endsOnSignal = true
  /** Commands that somebody ended. */
  endedCommands = 0
  /** Of all pods; otherwise each has its own, at which nobody is. */
  address: string | undefined
  /** Why the next containers cannot be started. */
  startFailure: string | undefined

  async createPod(spec: PodSpec): Promise<Result<PodNamespaces>> {
    this.pods.push(spec)
    const ip = this.address ?? `10.88.0.${this.pods.length}`
    return ok({
      ip,
      connect: (port, signal) => connectHere(port, signal),
      remove: async () => void this.history.push(`remove ${ip}`),
    })
  }

  async start(_pod: PodNamespaces, spec: ContainerSpec): Promise<Result<Container>> {
    if (this.startFailure !== undefined)
      return fail({ code: 'sandbox/container', message: this.startFailure } as never)
    const container = new FakeContainer(this, spec, this.containers.length + 1)
    this.containers.push(container)
    this.history.push(`start ${spec.name}`)
    return ok(container)
  }

  async close(): Promise<void> {}

  /** The newest one of the name. */
  newest(name: string): FakeContainer {
    const found = this.containers.findLast(({ spec }) => spec.name === name)
    if (!found) throw new Error(`no container ${name} was started`)
    return found
  }
}

export class FakeContainer implements Container {
  readonly id: string
  readonly imageId = 'sha256:1'
  readonly startedAt = new Date()
  readonly stopSignal = 'SIGTERM'
  readonly exited: Promise<ContainerExit>
  readonly spec: ContainerSpec
  readonly #runtime: FakeRuntime
  readonly #exit = Promise.withResolvers<ContainerExit>()

  constructor(runtime: FakeRuntime, spec: ContainerSpec, number: number) {
    this.#runtime = runtime
    this.spec = spec
    this.id = `devloop-sandbox://${number}`
    this.exited = this.#exit.promise
  }

  /** Its main process ends. */
  end(exitCode: number): void {
    this.#exit.resolve({ exitCode, finishedAt: new Date() })
  }

  /** Its main process says something. */
  say(text: string, time = new Date()): void {
    const stamp = time.toISOString().replace('Z', '000000Z')
    appendFileSync(this.spec.logFile, `${stamp} stdout F ${text}\n`)
  }

  variable(name: string): string | undefined {
    return this.spec.env.findLast(variable => variable.name === name)?.value
  }

  /** Where something of it is on the node. */
  source(target: string): string {
    const mount = this.spec.mounts.find(each => each.target === target)
    if (!mount) throw new Error(`nothing is mounted at ${target}`)
    return mount.source
  }

  kill(signal: string): void {
    this.#runtime.history.push(`${signal} ${this.spec.name}`)
    if (signal === 'SIGKILL' || this.#runtime.endsOnSignal)
      this.end(128 + (constants.signals[signal as NodeJS.Signals] ?? 0))
  }

  async exec({ command, hasStdin, signal }: ExecOptions): Promise<Result<ContainerProcess>> {
    this.#runtime.history.push(`exec ${this.spec.name} ${command.join(' ')}`)
    signal.addEventListener('abort', () => this.#runtime.endedCommands++, { once: true })
    return ok(processOf(this.#runtime.onCommand(this.spec.name, command), hasStdin))
  }

  attach(): ContainerProcess {
    return processOf({ exitCode: 0 }, false)
  }

  async remove(): Promise<void> {}
}

/** A command that reads its input ends with it. */
function processOf(
  { exitCode, output = '', leavesBehind = false }: CommandOutcome,
  hasStdin: boolean,
): ContainerProcess {
  const stdin = hasStdin ? new PassThrough() : undefined
  const stdout = leavesBehind ? new PassThrough() : Readable.from([Buffer.from(output)])
  const isRead = stdin ? once(stdin, 'finish') : Promise.resolve()
  return {
    stdin,
    stdout,
    stderr: Readable.from([]),
    resize() {},
    exited: isRead.then(() => ({ exitCode })),
    close: () => void stdout.destroy(),
  }
}

function connectHere(port: number, signal: AbortSignal): Promise<Result<Duplex>> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', signal })
    socket.once('connect', () => resolve(ok(socket)))
    socket.once('error', error =>
      resolve(fail({ code: 'sandbox/container', message: error.message } as never)),
    )
  })
}
