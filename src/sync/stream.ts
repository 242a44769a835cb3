import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { maxOutputLines } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { agentCommand } from './agent.ts'
import { AnswerReader } from './answers.ts'
import {
  assertContainerPath,
  type ContentsForm,
  deleteFrame,
  folderFrame,
  linkFrame,
  listFrame,
  pingFrame,
  runFrame,
  writeFrame,
} from './frames.ts'
import { type Listing, ListingReader } from './listing.ts'
import { type Refusal, readRefusal } from './refusal.ts'
import { CrashWatch, type RestartOutcome, readRestart, restartFrame, stateFrame } from './restart.ts'

/** A process in a container, held open: `KubeApi.execPod`'s, or a local one's in tests. */
export interface AgentConnection {
  /** Writing is its stdin, reading its stdout. */
  readonly streams: Duplex
  readonly ended: Promise<AgentEnd>
  close(): void
}

export type AgentEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'broken'; readonly message: string; readonly isMissingProgram?: boolean }

export type OpenAgent = (
  command: readonly string[],
  signal: AbortSignal,
) => Promise<Result<AgentConnection, OpenFailure>>

export interface OpenFailure {
  readonly message: string
  /** The container has no `sh`: nothing can be synced into it. */
  readonly isMissingProgram?: boolean
}

export type StreamFailure = Refusal | Lost

/** The stream ended before the answer: whether the command was carried out is not known, so it is to be sent again. */
export interface Lost {
  readonly kind: 'lost'
  readonly message: string
}

export interface RunOutcome {
  readonly exitCode: number
  /** The last lines of both its outputs, oldest first, at most 20. */
  readonly output: readonly string[]
}

/**
 * Changes files of one container, through one exec that is held open. Commands are carried out in the order of the
 * calls; many can be under way at once. All paths are absolute and normalized, and are never read by a shell.
 * Nothing is rejected: a command that fails says so in its result. Whoever opened the stream opens another after `lost`.
 */
export interface SyncStream {
  /** Settles when the stream has ended, with the reason; also after `close`. */
  readonly lost: Promise<Lost>
  /**
   * Puts a file in the place of what is there, at once: nobody reads half of it. Makes the folders that lead to it. The
   * owner of the old file is kept where the agent may do so; a link is replaced, not followed.
   *
   * @param mode permission bits; absent: those of the old file, 0644 for a new one
   */
  write(path: string, bytes: Uint8Array, mode?: number): Promise<Result<void, StreamFailure>>
  /** Puts a symbolic link in the place of what is there. @param destination as the link is to hold it */
  link(path: string, destination: string): Promise<Result<void, StreamFailure>>
  /** Deletes a file, a link, or a folder with all that is in it. It is no failure that it is not there. */
  delete(path: string): Promise<Result<void, StreamFailure>>
  /** Makes a folder, and those that lead to it. */
  makeFolder(path: string): Promise<Result<void, StreamFailure>>
  /** The files below a folder, or the one file; none where there is nothing. Links are not followed and not listed. */
  list(path: string): Promise<Result<Listing, StreamFailure>>
  /** Runs a command line by the container's `sh`. It holds up the commands after it until it has ended. */
  run(command: string, folder: string): Promise<Result<RunOutcome, StreamFailure>>
  /**
   * Starts the container's command again, gracefully, and waits for the new process, at most the supervisor's grace period
   * and 10 s. It holds up the commands after it. Whatever was written before is there when the process starts.
   */
  restart(): Promise<Result<RestartOutcome, StreamFailure>>
  close(): void
}

export interface SyncStreamOptions {
  /** A process that `restart` started failed soon after: its container is held until the next restart. */
  readonly onCrash?: (exitCode: number) => void
}

/** How long a stream may be silent while an answer is due, in milliseconds. */
const silenceMs = 10_000
/** How long a stream may rest until it is tried whether it still answers, in milliseconds. */
const restMs = 5_000
/** What may be on the way at once, in bytes and in commands; one command that is larger goes alone. */
const maxBytesInFlight = 1_048_576
const maxCommandsInFlight = 256
/** A large frame is written in pieces, so that each one that leaves shows that the stream is alive. */
const chunkBytes = 65_536

/** Starts the agent in a container. @param signal ends the opening only */
export async function openSyncStream(
  open: OpenAgent,
  signal: AbortSignal,
  { onCrash = () => {} }: SyncStreamOptions = {},
): Promise<Result<SyncStream, OpenFailure>> {
  const token = randomBytes(8).toString('hex')
  const opened = await open(agentCommand(token), signal)
  if (!opened.ok) return opened
  const stream = new AgentStream(opened.value, token, onCrash)
  const close = () => stream.close()
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) close()
  const failure = await stream.ready
  signal.removeEventListener('abort', close)
  return failure ? fail(failure) : ok(stream)
}

interface Pending {
  readonly bytes: number
  readonly onLine: (line: string) => void
  /** Says whether this was the command's last answer. */
  readonly onAnswer: (words: readonly string[]) => boolean
  readonly onLost: (lost: Lost) => void
}

class AgentStream implements SyncStream {
  readonly lost: Promise<Lost>
  readonly ready: Promise<OpenFailure | undefined>
  readonly #connection: AgentConnection
  readonly #token: string
  readonly #settleLost: (lost: Lost) => void
  /** In the order in which they are sent, which is the order in which they are answered. */
  readonly #pending: Pending[] = []
  #form: ContentsForm = 'text'
  #end: Lost | undefined
  #bytesInFlight = 0
  #turn: Promise<void> = Promise.resolve()
  #onRoom: (() => void) | undefined
  #onEnd: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #crashWatch: CrashWatch

  constructor(connection: AgentConnection, token: string, onCrash: (exitCode: number) => void) {
    this.#crashWatch = new CrashWatch(() => this.#askForCrash(), onCrash)
    this.#connection = connection
    this.#token = token
    const { promise, resolve } = Promise.withResolvers<Lost>()
    this.lost = promise
    this.#settleLost = resolve
    this.ready = this.#awaitReady()
    const reader = new AnswerReader(
      token,
      line => this.#pending[0]?.onLine(line),
      words => this.#onAnswer(words),
    )
    connection.streams.on('data', (chunk: Buffer) => {
      this.#onSignOfLife()
      reader.take(chunk)
    })
    // A broken pipe is told by `ended`, or by the end of the output.
    connection.streams.on('error', error => this.#finish(error.message))
    connection.streams.once('end', () => void this.#onOutputEnd())
    void connection.ended.then(end => this.#finish(describeEnd(end)))
    this.#onSignOfLife()
  }

  write(path: string, bytes: Uint8Array, mode?: number): Promise<Result<void, StreamFailure>> {
    return this.#change(path, () => writeFrame(path, bytes, mode, this.#form, this.#token))
  }

  link(path: string, destination: string): Promise<Result<void, StreamFailure>> {
    return this.#change(path, () => linkFrame(path, destination))
  }

  delete(path: string): Promise<Result<void, StreamFailure>> {
    return this.#change(path, () => deleteFrame(path))
  }

  makeFolder(path: string): Promise<Result<void, StreamFailure>> {
    return this.#change(path, () => folderFrame(path))
  }

  list(path: string): Promise<Result<Listing, StreamFailure>> {
    assertContainerPath(path)
    const reader = new ListingReader()
    return this.#send<Listing>(
      () => listFrame(path),
      line => reader.takeLine(line),
      ([status, tool = '']) => {
        if (status === 'executable') return reader.beginExecutables(tool)
        return status === 'ok' ? ok(reader.finish()) : fail(unlistable)
      },
    )
  }

  run(command: string, folder: string): Promise<Result<RunOutcome, StreamFailure>> {
    if (folder !== '/') assertContainerPath(folder)
    if (command.includes('\0')) throw new Error('a command line cannot hold a NUL')
    const output: string[] = []
    return this.#send<RunOutcome>(
      () => runFrame(command, folder),
      line => keepLast(output, line),
      ([status, code]) => (status === 'exit' ? ok({ exitCode: Number(code), output }) : undefined),
    )
  }

  async restart(): Promise<Result<RestartOutcome, StreamFailure>> {
    this.#crashWatch.stop()
    const asked = performance.now()
    const result = await this.#send<RestartOutcome>(
      () => restartFrame,
      () => {},
      ([status]) => readRestart(status, performance.now() - asked),
    )
    if (result.ok) this.#crashWatch.start()
    return result
  }

  close(): void {
    this.#finish('the stream was closed on this side')
  }

  async #askForCrash(): Promise<number | undefined> {
    const asked = await this.#send<number | undefined>(
      () => stateFrame,
      () => {},
      ([status, code]) => ok(status === 'crashed' ? Number(code) : undefined),
    )
    return asked.ok ? asked.value : undefined
  }

  #change(path: string, frame: () => Buffer): Promise<Result<void, StreamFailure>> {
    assertContainerPath(path)
    const words: string[] = []
    return this.#send<void>(
      frame,
      line => keepLast(words, line),
      ([status]) => (status === 'ok' ? ok(undefined) : fail(readRefusal(words))),
    )
  }

  #awaitReady(): Promise<OpenFailure | undefined> {
    return new Promise(resolve => {
      this.#pending.push({
        bytes: 0,
        onLine: () => {},
        onAnswer: ([, form]) => {
          this.#form = form === 'bytes' ? 'bytes' : 'text'
          resolve(undefined)
          return true
        },
        onLost: ({ message }) =>
          void Promise.race([this.#connection.ended, undefined]).then(end =>
            resolve({ message, ...(isMissingProgram(end) && { isMissingProgram: true }) }),
          ),
      })
    })
  }

  /** @param onAnswer gives the command's result, or nothing while there is more to come */
  async #send<T>(
    frame: () => Buffer,
    onLine: (line: string) => void,
    onAnswer: (words: readonly string[]) => Result<T, StreamFailure> | undefined,
  ): Promise<Result<T, StreamFailure>> {
    const { promise, resolve } = Promise.withResolvers<Result<T, StreamFailure>>()
    const turn = this.#turn.then(async () => {
      const bytes = this.#end ? Buffer.alloc(0) : frame()
      while (!this.#end && !this.#hasRoom(bytes.length)) await this.#room()
      if (this.#end) return resolve(fail(this.#end))
      this.#pending.push({
        bytes: bytes.length,
        onLine,
        onAnswer: words => {
          const result = onAnswer(words)
          if (result) resolve(result)
          return result !== undefined
        },
        onLost: lost => resolve(fail(lost)),
      })
      this.#bytesInFlight += bytes.length
      this.#onSignOfLife()
      await this.#transmit(bytes)
    })
    this.#turn = turn
    return promise
  }

  #hasRoom(bytes: number): boolean {
    if (this.#pending.length === 0) return true
    return this.#pending.length < maxCommandsInFlight && this.#bytesInFlight + bytes <= maxBytesInFlight
  }

  #room(): Promise<void> {
    return new Promise(resolve => {
      this.#onRoom = resolve
    })
  }

  async #transmit(bytes: Buffer): Promise<void> {
    for (let start = 0; start < bytes.length && !this.#end; start += chunkBytes) {
      await new Promise<void>(resolve => {
        this.#onEnd = resolve
        this.#connection.streams.write(bytes.subarray(start, start + chunkBytes), () => {
          this.#onSignOfLife()
          resolve()
        })
      })
    }
  }

  #onAnswer(words: readonly string[]): void {
    const [status] = words
    if (status === 'beat') return
    const [current] = this.#pending
    if (!current?.onAnswer(words)) return
    this.#pending.shift()
    this.#bytesInFlight -= current.bytes
    this.#wakeSender()
  }

  #wakeSender(): void {
    this.#onRoom?.()
    this.#onRoom = undefined
  }

  /** Something moved: the silence is counted anew. */
  #onSignOfLife(): void {
    clearTimeout(this.#timer)
    if (this.#end) return
    this.#timer =
      this.#pending.length > 0
        ? setTimeout(
            () => this.#finish(`the container has not answered for ${silenceMs / 1_000} s`),
            silenceMs,
          )
        : setTimeout(() => this.#ping(), restMs)
    this.#timer.unref()
  }

  #ping(): void {
    void this.#send<void>(
      () => pingFrame,
      () => {},
      () => ok(undefined),
    )
  }

  /** The status of the process comes after its output, or not at all. */
  async #onOutputEnd(): Promise<void> {
    await Promise.race([this.#connection.ended, new Promise(resolve => setTimeout(resolve, 1_000).unref())])
    this.#finish('the connection to the container ended')
  }

  #finish(message: string): void {
    if (this.#end) return
    this.#end = { kind: 'lost', message }
    clearTimeout(this.#timer)
    this.#crashWatch.stop()
    this.#connection.close()
    for (const pending of this.#pending.splice(0)) pending.onLost(this.#end)
    this.#wakeSender()
    this.#onEnd?.()
    this.#settleLost(this.#end)
  }
}

const unlistable: Refusal = { kind: 'refused', message: 'the files could not all be read' }

function keepLast(lines: string[], line: string): void {
  lines.push(line)
  if (lines.length > maxOutputLines) lines.shift()
}

function describeEnd(end: AgentEnd): string {
  return end.kind === 'broken' ? end.message : `the shell in the container ended with exit code ${end.code}`
}

function isMissingProgram(end: AgentEnd | undefined): boolean {
  return end?.kind === 'broken' && end.isMissingProgram === true
}
