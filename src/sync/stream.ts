import { randomBytes } from 'node:crypto'
import { maxOutputLines } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { agentCommand } from './agent.ts'
import {
  type AgentConnection,
  isMissingProgram,
  type OpenAgent,
  type OpenFailure,
} from './agent-connection.ts'
import type { AgentIdentity } from './agent-succession.ts'
import { type BulkFailure, type FileWrite, writeFiles } from './bulk-write.ts'
import { checkFiles } from './check.ts'
import { ContentsReader } from './contents.ts'
import {
  assertContainerPath,
  type ContentsForm,
  deleteFrame,
  fetchFrame,
  folderFrame,
  linkFrame,
  listFrame,
  runFrame,
  stampFrame,
  writeFrame,
} from './frames.ts'
import { type Listing, ListingReader } from './listing.ts'
import { type Lost, readObstacle, readRefusal, type StreamFailure } from './refusal.ts'
import { CrashWatch, type RestartOutcome, readRestart, restartFrame, stateFrame } from './restart.ts'
import { type Send, SendQueue } from './send-queue.ts'

export type { AgentEnd, OpenAgent, OpenFailure } from './agent-connection.ts'
export type { BulkFailure, FileWrite } from './bulk-write.ts'
export type { Lost, StreamFailure } from './refusal.ts'

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
  readonly agent: AgentIdentity
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
  /**
   * Writes many files in less time than by one `write` each, and each of them at once in the same sense. Of two with the same path
   * the later one counts. After a failure, any of the others may have been written.
   */
  writeMany(files: readonly FileWrite[]): Promise<Result<void, BulkFailure>>
  /**
   * The files below a folder, or the one file; none where there is nothing. Links are not followed and not listed.
   * Refused beyond 100,000 files or 16 MiB of names and checksums.
   */
  list(path: string): Promise<Result<Listing, StreamFailure>>
  /**
   * Those of these files and links that are there, and can be read. What is below a link that leads to a folder counts as there.
   */
  check(paths: readonly string[]): Promise<Result<Listing, StreamFailure>>
  /** The contents of one file; nothing where there is none, or a link. Refused beyond 16 MiB. */
  read(path: string): Promise<Result<Uint8Array | undefined, StreamFailure>>
  /**
   * A word that changes with the files that `list` would tell, at a fraction of its cost. A second change of the same file may
   * leave it as it is where the container's clock tells no more than seconds.
   */
  stamp(path: string): Promise<Result<string, StreamFailure>>
  /**
   * Runs a command line by the container's `sh`, in the container's working folder. It holds up the commands after it
   * until it has ended.
   */
  run(command: string, onLine?: (line: string) => void): Promise<Result<RunOutcome, StreamFailure>>
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
  /** The agent whose stream this one replaces; what it was still doing is done, or ended, before this one begins. */
  readonly predecessor?: AgentIdentity | undefined
}

/** Starts the agent in a container. @param signal ends the opening only */
export async function openSyncStream(
  open: OpenAgent,
  signal: AbortSignal,
  { onCrash = () => {}, predecessor }: SyncStreamOptions = {},
): Promise<Result<SyncStream, OpenFailure>> {
  const token = randomBytes(8).toString('hex')
  const opened = await open(agentCommand(token, predecessor), signal)
  if (!opened.ok) return opened
  const queue = new SendQueue(opened.value, token)
  const close = () => queue.close()
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) close()
  const greeting = await queue.greeting()
  signal.removeEventListener('abort', close)
  if (!greeting.ok) return fail(await describeFailedStart(opened.value, greeting.failure))
  const [, form, tar, pid = ''] = greeting.value
  return ok(
    new AgentStream(
      queue,
      { pid, token },
      {
        form: form === 'bytes' ? 'bytes' : 'text',
        hasTar: tar === 'tar',
        onCrash,
      },
    ),
  )
}

/** That there is no `sh` shows only in how the process ended, which may not be known. */
async function describeFailedStart(connection: AgentConnection, { message }: Lost): Promise<OpenFailure> {
  const end = await Promise.race([connection.ended, undefined])
  return { message, ...(isMissingProgram(end) && { isMissingProgram: true }) }
}

/** What the agent says of its container at first, and who is told of what it says later. */
interface Greeting {
  readonly onCrash: (exitCode: number) => void
  readonly form: ContentsForm
  readonly hasTar: boolean
}

class AgentStream implements SyncStream {
  readonly agent: AgentIdentity
  readonly #queue: SendQueue
  readonly #form: ContentsForm
  readonly #hasTar: boolean
  readonly #crashWatch: CrashWatch

  constructor(queue: SendQueue, agent: AgentIdentity, { form, hasTar, onCrash }: Greeting) {
    this.#queue = queue
    this.#crashWatch = new CrashWatch(() => this.#askForCrash(), onCrash)
    void queue.lost.then(() => this.#crashWatch.stop())
    this.agent = agent
    this.#form = form
    this.#hasTar = hasTar
  }

  get lost(): Promise<Lost> {
    return this.#queue.lost
  }

  write(path: string, bytes: Uint8Array, mode?: number): Promise<Result<void, StreamFailure>> {
    return this.#write(this.#queue.send, path, bytes, mode)
  }

  writeMany(files: readonly FileWrite[]): Promise<Result<void, BulkFailure>> {
    for (const { path } of files) assertContainerPath(path)
    return this.#queue.together(send =>
      writeFiles(files, {
        send,
        token: this.agent.token,
        canUnpack: this.#hasTar && this.#form === 'bytes',
        writeOne: ({ path, bytes, mode }) => this.#write(send, path, bytes, mode),
      }),
    )
  }

  link(path: string, destination: string): Promise<Result<void, StreamFailure>> {
    return change(this.#queue.send, path, () => linkFrame(path, destination))
  }

  delete(path: string): Promise<Result<void, StreamFailure>> {
    return change(this.#queue.send, path, () => deleteFrame(path))
  }

  makeFolder(path: string): Promise<Result<void, StreamFailure>> {
    return change(this.#queue.send, path, () => folderFrame(path))
  }

  list(path: string): Promise<Result<Listing, StreamFailure>> {
    assertContainerPath(path)
    const reader = new ListingReader()
    return this.#queue.send<Listing>({
      frame: () => listFrame(path),
      onLine: line => reader.takeLine(line),
      onAnswer: words => reader.takeAnswer(words),
    })
  }

  check(paths: readonly string[]): Promise<Result<Listing, StreamFailure>> {
    for (const path of paths) assertContainerPath(path)
    return checkFiles(paths, this.#form, this.#queue.send)
  }

  read(path: string): Promise<Result<Uint8Array | undefined, StreamFailure>> {
    assertContainerPath(path)
    const reader = new ContentsReader()
    return this.#queue.send<Uint8Array | undefined>({
      frame: () => fetchFrame(path),
      onLine: line => reader.takeLine(line),
      onAnswer: words => reader.takeAnswer(words),
    })
  }

  stamp(path: string): Promise<Result<string, StreamFailure>> {
    assertContainerPath(path)
    return this.#queue.send<string>({
      frame: () => stampFrame(path),
      onLine: () => {},
      onAnswer: ([status, ...words]) => (status === 'ok' ? ok(words.join(' ')) : fail(readRefusal([]))),
    })
  }

  run(command: string, onLine?: (line: string) => void): Promise<Result<RunOutcome, StreamFailure>> {
    if (command.includes('\0')) throw new Error('a command line cannot hold a NUL')
    const output: string[] = []
    // Nothing may follow it before it has ended: it runs beside the agent.
    return this.#queue.together(send =>
      send<RunOutcome>({
        frame: () => runFrame(command),
        onLine(line) {
          keepLast(output, line)
          onLine?.(line)
        },
        onAnswer: ([status, code]) =>
          status === 'exit' ? ok({ exitCode: Number(code), output }) : undefined,
      }),
    )
  }

  async restart(): Promise<Result<RestartOutcome, StreamFailure>> {
    this.#crashWatch.stop()
    const asked = performance.now()
    const result = await this.#queue.send<RestartOutcome>({
      frame: () => restartFrame,
      onLine: () => {},
      onAnswer: ([status]) => readRestart(status, performance.now() - asked),
    })
    if (result.ok) this.#crashWatch.start()
    return result
  }

  close(): void {
    this.#queue.close()
  }

  async #askForCrash(): Promise<number | undefined> {
    const asked = await this.#queue.send<number | undefined>({
      frame: () => stateFrame,
      onLine: () => {},
      onAnswer: ([status, code]) => ok(status === 'crashed' ? Number(code) : undefined),
    })
    return asked.ok ? asked.value : undefined
  }

  #write(send: Send, path: string, bytes: Uint8Array, mode: number | undefined) {
    return change(send, path, () => writeFrame(path, bytes, mode, this.#form, this.agent.token))
  }
}

function change(send: Send, path: string, frame: () => Buffer): Promise<Result<void, StreamFailure>> {
  assertContainerPath(path)
  const words: string[] = []
  return send<void>({
    frame,
    onLine: line => keepLast(words, line),
    onAnswer: ([status, obstacle, levels]) =>
      status === 'ok' ? ok(undefined) : fail(readRefusal(words, readObstacle(path, obstacle, levels))),
  })
}

function keepLast(lines: string[], line: string): void {
  lines.push(line)
  if (lines.length > maxOutputLines) lines.shift()
}
