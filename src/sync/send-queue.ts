import { fail, type Result } from '../model/result.ts'
import { type AgentConnection, describeEnd } from './agent-connection.ts'
import { AnswerReader } from './answers.ts'
import { pingFrame } from './frames.ts'
import type { Lost, StreamFailure } from './refusal.ts'

/** A command for the agent, and who reads what it says. */
export interface Command<T> {
  /** Is asked for when the command's turn has come, so that only the frames on the way are in memory. */
  readonly frame: () => Buffer
  /** Takes a line that the command printed. */
  readonly onLine: (line: string) => void
  /** Gives the command's result, or nothing while there is more to come. @param words a status and what it says */
  readonly onAnswer: (words: readonly string[]) => Result<T, StreamFailure> | undefined
}

/** Never rejects: where the stream ends before the answer, the result is that it was lost. */
export type Send = <T>(command: Command<T>) => Promise<Result<T, StreamFailure>>

/** How long a stream may be silent while an answer is due, in milliseconds. */
const silenceMs = 20_000
/** How long a stream may rest until it is tried whether it still answers, in milliseconds. */
const restMs = 5_000
/** What may be on the way at once, in bytes and in commands; one command that is larger goes alone. */
const maxBytesInFlight = 1_048_576
const maxCommandsInFlight = 256
/** A large frame is written in pieces, so that each one that leaves shows that the stream is alive. */
const chunkBytes = 65_536

interface Pending {
  readonly bytes: number
  readonly onLine: (line: string) => void
  /** Says whether this was the command's last answer. */
  readonly onAnswer: (words: readonly string[]) => boolean
  readonly onLost: (lost: Lost) => void
}

/** Commands that are sent one after another. */
interface Lane {
  turn: Promise<unknown>
}

/**
 * Sends commands to an agent in the order of the calls, as many at a time as its limits let, and hands each its
 * answer. Notices an agent that has fallen silent, and then gives up for good.
 */
export class SendQueue {
  /** Settles when the stream has ended, with the reason; also after `close`. */
  readonly lost: Promise<Lost>
  readonly #connection: AgentConnection
  readonly #settleLost: (lost: Lost) => void
  /** In the order in which they are sent, which is the order in which they are answered. */
  readonly #pending: Pending[] = []
  readonly #lane: Lane = { turn: Promise.resolve() }
  #end: Lost | undefined
  #bytesInFlight = 0
  #onRoom: (() => void) | undefined
  #onEnd: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param token the agent's, which marks its answers */
  constructor(connection: AgentConnection, token: string) {
    this.#connection = connection
    const { promise, resolve } = Promise.withResolvers<Lost>()
    this.lost = promise
    this.#settleLost = resolve
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

  readonly send: Send = command => this.#enqueue(this.#lane, command)

  /** Waits for an answer that the agent gives unasked, before those to all commands. */
  greeting(): Promise<Result<readonly string[], Lost>> {
    return new Promise(resolve => {
      if (this.#end) return resolve(fail(this.#end))
      this.#await(0, {
        onLine: () => {},
        onAnswer: words => {
          resolve({ ok: true, value: words })
          return true
        },
        onLost: lost => resolve(fail(lost)),
      })
    })
  }

  /**
   * Keeps commands together: what `work` sends goes before all that is sent after this call, even while it still waits
   * for an answer that decides on its next command.
   */
  together<T>(work: (send: Send) => Promise<T>): Promise<T> {
    const lane: Lane = { turn: Promise.resolve() }
    const outcome = this.#lane.turn.then(() => work(command => this.#enqueue(lane, command)))
    this.#lane.turn = outcome
    return outcome
  }

  close(): void {
    this.#finish('the stream was closed on this side')
  }

  #enqueue<T>(lane: Lane, { frame, onLine, onAnswer }: Command<T>): Promise<Result<T, StreamFailure>> {
    const { promise, resolve } = Promise.withResolvers<Result<T, StreamFailure>>()
    lane.turn = lane.turn.then(async () => {
      const bytes = this.#end ? Buffer.alloc(0) : frame()
      while (!this.#end && !this.#hasRoom(bytes.length)) await this.#room()
      if (this.#end) return resolve(fail(this.#end))
      this.#await(bytes.length, {
        onLine,
        onAnswer: words => {
          const result = onAnswer(words)
          if (result) resolve(result)
          return result !== undefined
        },
        onLost: lost => resolve(fail(lost)),
      })
      await this.#transmit(bytes)
    })
    return promise
  }

  #await(bytes: number, pending: Omit<Pending, 'bytes'>): void {
    this.#pending.push({ bytes, ...pending })
    this.#bytesInFlight += bytes
    this.#onSignOfLife()
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
    void this.send<void>({
      frame: () => pingFrame,
      onLine: () => {},
      onAnswer: () => ({ ok: true, value: undefined }),
    })
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
    this.#connection.close()
    for (const pending of this.#pending.splice(0)) pending.onLost(this.#end)
    this.#wakeSender()
    this.#onEnd?.()
    this.#settleLost(this.#end)
  }
}
