import { Writable } from 'node:stream'
import { ok, type Result } from '../../model/result.ts'
import type { Container, ContainerExit, ContainerProcess, ExecOptions } from './container-runtime.ts'
import type { ContainerSettings } from './container-settings.ts'
import type { InitClient, ProcessEnd } from './init-client.ts'
import { Output } from './output.ts'
import type { OutputLog } from './output-log.ts'
import { type RunningProgram, startProgram } from './program.ts'
import { killNumber, signalNumber } from './signals.ts'

/** With which a shell ends that has not found a program. */
const missingProgramCode = 127

export interface StartedContainer {
  readonly init: InitClient
  readonly main: RunningProgram
  readonly settings: ContainerSettings
  readonly pod: string
  readonly imageId: string
  readonly stopSignal: string
  /** What to say of its end with the exit code of a shell that has not found a program. */
  readonly noteOfMissing?: string
  readonly log: OutputLog
  /** With all that is the container's alone. */
  readonly folder: string
}

export class RunningContainer implements Container {
  readonly id: string
  readonly imageId: string
  readonly startedAt = new Date()
  readonly stopSignal: string
  readonly exited: Promise<ContainerExit>
  readonly #started: StartedContainer
  readonly #stdout: Output
  readonly #stderr: Output | undefined

  constructor(started: StartedContainer) {
    const { main, log, imageId, stopSignal } = started
    this.#started = started
    this.id = `devloop-sandbox://${main.id}`
    this.imageId = imageId
    this.stopSignal = stopSignal
    this.#stdout = new Output(main.stdout, 'stdout', log)
    this.#stderr = main.stderr && new Output(main.stderr, 'stderr', log)
    this.exited = this.#awaitExit()
  }

  kill(signal: string): void {
    this.#started.main.kill(signalNumber(signal) ?? killNumber)
  }

  async exec({ command, hasStdin, hasTty, signal }: ExecOptions): Promise<Result<ContainerProcess>> {
    const { init, settings, pod, main } = this.#started
    const started = await startProgram(init, {
      ...settings,
      environment: hasTty ? withTerminal(settings.environment) : settings.environment,
      command,
      hasStdin,
      hasTty,
      pod,
      files: { kind: 'of', container: main.id },
    })
    return started.ok ? ok(new ExecutedProcess(started.value, signal)) : started
  }

  attach(): ContainerProcess {
    const { main } = this.#started
    const outputs = [this.#stdout.subscribe(), this.#stderr?.subscribe()] as const
    return {
      stdin: main.stdin && writeTo(main.stdin),
      stdout: outputs[0],
      stderr: outputs[1],
      resize: main.resize,
      exited: this.exited,
      close() {
        for (const output of outputs) output?.destroy()
      },
    }
  }

  async remove(): Promise<void> {
    const { init, folder } = this.#started
    await init.ask('remove', folder)
  }

  async #awaitExit(): Promise<ContainerExit> {
    const { main, log, noteOfMissing } = this.#started
    const end = await main.ended
    const finishedAt = new Date()
    main.stdin?.destroy()
    this.#stdout.finish()
    this.#stderr?.finish()
    // All of its processes have ended with it, so nothing more is written.
    await Promise.all([this.#stdout.ended, this.#stderr?.ended])
    log.close()
    const note = end.code === missingProgramCode ? noteOfMissing : undefined
    return {
      exitCode: exitCode(end),
      finishedAt,
      ...(end.signal > 0 && { signal: end.signal }),
      ...(note !== undefined && { note }),
    }
  }
}

class ExecutedProcess implements ContainerProcess {
  readonly stdin: RunningProgram['stdin']
  readonly stdout: RunningProgram['stdout']
  readonly stderr: RunningProgram['stderr']
  readonly exited: Promise<{ readonly exitCode: number }>
  readonly #program: RunningProgram

  constructor(program: RunningProgram, signal: AbortSignal) {
    this.#program = program
    this.stdin = program.stdin
    this.stdout = program.stdout
    this.stderr = program.stderr
    const end = () => program.kill(killNumber)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    this.exited = program.ended.then(ended => {
      signal.removeEventListener('abort', end)
      program.stdin?.destroy()
      return { exitCode: exitCode(ended) }
    })
  }

  resize(columns: number, rows: number): void {
    this.#program.resize(columns, rows)
  }

  async close(): Promise<void> {
    this.#program.kill(killNumber)
    await this.exited
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream?.destroy()
  }
}

/** As container engines do, also where the container's main program has no terminal. */
function withTerminal(environment: readonly string[]): readonly string[] {
  return environment.some(variable => variable.startsWith('TERM='))
    ? environment
    : [...environment, 'TERM=xterm']
}

function exitCode({ code, signal }: ProcessEnd): number {
  return signal > 0 ? 128 + signal : code
}

/** One of several ways into a process: its end is passed on, that it is given up is not. */
function writeTo(stdin: Writable): Writable {
  return new Writable({
    write: (chunk, encoding, done) => void stdin.write(chunk, encoding, () => done()),
    final(done) {
      stdin.end()
      done()
    },
  })
}
