import { PassThrough, Writable } from 'node:stream'
import headless, { type Terminal } from '@xterm/headless'
import type { Event, TaskResult } from '../../../src/engine/events.ts'
import type { Snapshot } from '../../../src/engine/port.ts'
import { initialState } from '../../../src/engine/reduce.ts'
import { createStore } from '../../../src/engine/store.ts'
import type { Task } from '../../../src/engine/task.ts'
import { LogRing } from '../../../src/logs/ring.ts'
import type { Failure } from '../../../src/model/failure.ts'
import type { LogLevel } from '../../../src/model/log.ts'
import type { Project } from '../../../src/model/project.ts'
import type { Pod, Rollout } from '../../../src/model/rollout.ts'
import { openTerminalApp } from '../../../src/ui/app/open.tsx'
import { createTheme } from '../../../src/ui/theme.ts'
import { readyPod } from '../../fakes/pod.ts'

export interface RigOptions {
  /** Default: `web`, made from the image `shop/web`. */
  readonly services?: readonly string[]
  readonly columns?: number
  readonly rows?: number
  readonly hasColour?: boolean
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>
}

type WithoutTime<T> = T extends Event ? Omit<T, 'at'> : never
type WithoutId<T> = T extends Task ? Omit<T, 'id'> : never

/** Milliseconds that a screen may take to come. */
const patienceMs = 5_000

/** The terminal app on a terminal that is read as text, fed with events. */
export class AppRig implements AsyncDisposable {
  readonly terminal: Terminal
  /** What the app asked of the rest of devloop. */
  readonly asked: string[] = []
  readonly logs = new LogRing(1_000_000)
  /** All that was sent to the terminal. */
  sent = ''
  /** How the next action ends. */
  outcome: Promise<string | undefined> = Promise.resolve(undefined)
  now = Date.parse('2026-11-21T07:00:00Z')
  readonly #store
  readonly #app
  readonly #stdin = new PassThrough()
  readonly #stdout
  #tasks = 0
  #lines = 0

  constructor(options: RigOptions = {}) {
    const { columns = 80, rows = 15, hasColour = false } = options
    this.terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true })
    this.#store = createStore(
      initialState(projectOf(options), this.now),
      { parallelBuilds: 4, parallelEngineBuilds: 4 },
      () => {},
    )
    this.#store.begin()
    this.#stdout = Object.assign(
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          this.sent += chunk
          this.terminal.write(chunk.toString(), done)
        },
      }),
      { columns, rows, isTTY: true },
    )
    const ask = (what: string) => {
      this.asked.push(what)
      return this.outcome
    }
    this.#app = openTerminalApp({
      port: {
        snapshot: this.#store.snapshot,
        subscribe: this.#store.subscribe,
        trigger: service => void ask(`rebuild ${service}`),
        pause: () => this.dispatch({ type: 'pause-asked' }),
        resume: () => this.dispatch({ type: 'resume-asked' }),
        disable: service => this.dispatch({ type: 'disable-asked', service }),
        enable: service => this.dispatch({ type: 'enable-asked', service }),
      },
      logs: this.logs,
      stdin: Object.assign(this.#stdin, {
        isTTY: true,
        setRawMode: (isRaw: boolean) => ask(isRaw ? 'raw' : 'cooked'),
      }) as unknown as NodeJS.ReadStream,
      stdout: this.#stdout as unknown as NodeJS.WriteStream,
      theme: createTheme({ hasColour, hasUnicode: true }),
      cwd: '/shop',
      places: [],
      actions: {
        quit: () => void ask('quit'),
        browse: address => ask(`browse ${address}`),
        restart: service => ask(`restart ${service}`),
        shell: service => ask(`shell ${service}`),
      },
      now: () => this.now,
      onBug: error => {
        throw error
      },
    })
  }

  get snapshot(): Snapshot {
    return this.#store.snapshot()
  }

  /** The screen's rows, without the blanks at their ends. */
  screen(): string[] {
    const { active } = this.terminal.buffer
    return Array.from(
      { length: this.terminal.rows },
      (_, row) =>
        active
          .getLine(active.viewportY + row)
          ?.translateToString()
          .trimEnd() ?? '',
    )
  }

  /** Waits until the screen holds a text, or fits a pattern. Gives its rows. */
  shows(wanted: string | RegExp): Promise<string[]> {
    return this.until(
      text => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)),
      `${wanted}`,
    )
  }

  until(isThere: (text: string) => boolean, what: string): Promise<string[]> {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>()
    const look = () => {
      const rows = this.screen()
      if (isThere(rows.join('\n'))) resolve(rows)
    }
    const subscription = this.terminal.onWriteParsed(look)
    const timer = setTimeout(
      () => reject(new Error([`the screen never showed ${what}:`, ...this.screen()].join('\n'))),
      patienceMs,
    )
    look()
    return promise.finally(() => {
      clearTimeout(timer)
      subscription.dispose()
    })
  }

  keys(...keys: readonly string[]): void {
    for (const key of keys) this.#stdin.write(key)
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows)
    Object.assign(this.#stdout, { columns, rows })
    this.#stdout.emit('resize')
  }

  dispatch(event: WithoutTime<Event>, afterMs = 10): void {
    this.now += afterMs
    this.#store.dispatch({ ...event, at: this.now } as Event)
  }

  connect(): void {
    this.dispatch({
      type: 'cluster-connected',
      context: 'kind-dev',
      provider: 'kind',
      isAnother: false,
      pods: [],
    })
  }

  /** The service's manifests name the image of its name, unless others are given. */
  read(service: string, images: readonly string[] = [`shop/${service}`]): void {
    const task = this.start({ kind: 'read', service, revision: 1 })
    this.succeed(task, { kind: 'read', manifests: { digest: service, images } })
  }

  inspect(image: string): void {
    const revision = this.snapshot.state.images.get(image)?.revision ?? 1
    const task = this.start({ kind: 'inspect', image, revision })
    this.succeed(task, { kind: 'inspect', bases: [], canSync: true, canCompile: false })
  }

  beginBuild(image: string): Task {
    const revision = this.snapshot.state.images.get(image)?.revision ?? 1
    return this.start({ kind: 'build', image, revision, bases: new Map(), isForced: false })
  }

  output(task: Task, line: string): void {
    this.dispatch({ type: 'task-output', task, line })
  }

  endBuild(task: Task & { readonly kind: 'build' | 'inspect' | 'load' | 'compile' | 'sync' }): void {
    const { image } = task
    const reference = `${image}:devloop-1`
    this.succeed(task, { kind: 'build', reference, isCached: false })
    const load = this.start({ kind: 'load', image, reference, clusterEpoch: 0 })
    this.succeed(load, { kind: 'load', podReference: reference })
  }

  fail(task: Task, failure: Failure): void {
    const outcome = { status: 'failed', failure } as const
    this.dispatch({ type: 'task-ended', task, outcome, tookMs: 400 })
  }

  apply(service: string): void {
    const key = `0 ${service} ${this.snapshot.state.services
      .get(service)
      ?.read?.images.map(image => `${image}:devloop-1`)
      .join(' ')}`.trimEnd()
    const task = this.start({ kind: 'apply', service, key, images: new Map() })
    const workload = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'default',
      name: service,
      template: '1',
      generation: 1,
      source: { file: `/shop/k8s/${service}.yaml`, line: 1 },
    }
    this.succeed(task, { kind: 'apply', workloads: [workload], recreated: [] })
  }

  rollOut(service: string, rollout: Partial<Rollout> & { readonly restarts?: number } = {}): void {
    const { restarts = 0, ...rest } = rollout
    this.dispatch({
      type: 'rollout-seen',
      service,
      rollout: {
        phase: 'ready',
        wanted: 1,
        ready: 1,
        pods: [podOf(service, restarts)],
        ...rest,
      },
    })
  }

  forward(service: string, localPort: number): void {
    const rule = {
      text: `${localPort}:3000`,
      host: '127.0.0.1',
      localPort,
      target: { kind: 'pod', port: 3000 },
    } as const
    this.dispatch({
      type: 'forward-seen',
      service,
      forwards: [{ service, rule, state: 'listening', address: `localhost:${localPort}` }],
    })
  }

  /** Everything of a service, until it is live. */
  goLive(service: string): void {
    this.read(service)
    const image = `shop/${service}`
    this.inspect(image)
    this.endBuild(this.beginBuild(image) as Task & { kind: 'build' })
    this.apply(service)
    this.rollOut(service)
  }

  say(service: string, text: string, level?: LogLevel): void {
    const source = { service, namespace: 'default', pod: `${service}-5d8f-abcde`, container: service }
    const time = `2026-11-21T07:00:${String(this.#lines++ % 60).padStart(2, '0')}.000000000Z`
    this.logs.add([{ time, source, text, ...(level && { level }) }])
  }

  start(task: WithoutId<Task>): Task {
    const started = { ...task, id: String(++this.#tasks) } as Task
    this.dispatch({ type: 'task-started', task: started })
    return started
  }

  succeed(task: Task, result: TaskResult): void {
    this.dispatch({ type: 'task-ended', task, outcome: { status: 'succeeded', result }, tookMs: 230 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close()
    this.#stdin.destroy()
    this.terminal.dispose()
  }
}

function podOf(service: string, restarts: number): Pod {
  return readyPod(`${service}-5d8f-abcde`, {
    uid: `uid-${service}`,
    workload: `Deployment/${service}`,
    restarts,
    containers: [{ name: service, image: `shop/${service}:devloop-1`, runningId: '1', ports: [] }],
  })
}

function projectOf({ services = ['web'], dependsOn = {} }: RigOptions): Project {
  return {
    name: 'shop',
    root: '/shop',
    contexts: [],
    namespace: 'default',
    images: services.map(name => ({
      ref: `shop/${name}`,
      builder: {
        kind: 'custom',
        command: 'make',
        cwd: '/shop',
        inputs: [],
        ignore: [],
        sync: { kind: 'off' },
      },
    })),
    services: services.map(name => ({
      name,
      manifests: [],
      ports: [],
      dependsOn: dependsOn[name] ?? [],
    })),
  }
}
