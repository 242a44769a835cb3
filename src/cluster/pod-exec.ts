import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type {
  ApiResult,
  CallOptions,
  ExecOutcome,
  PodExec,
  PodExecution,
  TerminalSize,
} from '../model/kube-api.ts'
import { ok } from '../model/result.ts'
import { type ChannelDialer, dialChannels } from './channel-dial.ts'
import { ChannelStream } from './channel-stream.ts'
import { outcomeOf } from './exec-outcome.ts'
import { KeepAlive } from './keep-alive.ts'
import { podPath } from './resource-path.ts'

/** Servers from 1.30 on speak the first one, which can say that stdin has ended; all speak the second. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const stdinChannel = 0
const stdoutChannel = 1
const stderrChannel = 2
const statusChannel = 3
/** Takes the size of the terminal as JSON (`remotecommand.TerminalSize`). */
const resizeChannel = 4
/** Its one byte names the channel that this side has ended. */
const closeChannel = 255
const maxStderrBytes = 64 * 1024
/** Enough for what a runtime says of a program that it cannot start. */
const maxFirstOutputBytes = 1024
const normalClosure = 1000

/** Starts a command in a container, within 10 s. That there is no such program shows only in `ended`. */
export async function execPod(
  transport: ChannelDialer,
  { namespace, pod, container, command, terminal }: PodExec,
  options?: CallOptions,
): Promise<ApiResult<PodExecution>> {
  // A process with a terminal has one output, so the server takes no `stderr` beside `tty`.
  const outputs = terminal ? { stdout: true, tty: true } : { stdout: true, stderr: true }
  const query = { container, command, stdin: true, ...outputs }
  const request = { path: podPath(namespace, pod, 'exec'), query, protocols }
  const dialled = await dialChannels(transport, request, socket => new ExecStream(socket), options)
  if (!dialled.ok) return dialled
  if (terminal) dialled.value.resize(terminal)
  return ok(new Execution(dialled.value))
}

class Execution implements PodExecution {
  readonly #stream: ExecStream

  constructor(stream: ExecStream) {
    this.#stream = stream
  }

  get streams(): Duplex {
    return this.#stream
  }

  get stderr(): string {
    return this.#stream.stderr.toString('utf8')
  }

  get ended(): Promise<ExecOutcome> {
    return this.#stream.outcome
  }

  get canEndInput(): boolean {
    return this.#stream.canEndInput
  }

  resize(size: TerminalSize): void {
    this.#stream.resize(size)
  }
}

/** stdin and stdout of one process. What else is told of it is kept beside them. */
class ExecStream extends ChannelStream {
  readonly outcome: Promise<ExecOutcome>
  stderr: Buffer = Buffer.alloc(0)
  readonly #settle: (outcome: ExecOutcome) => void
  readonly #keepAlive: KeepAlive
  #firstOutput: Buffer = Buffer.alloc(0)
  #hasEnded = false

  constructor(socket: WebSocket) {
    super(socket)
    const { promise, resolve } = Promise.withResolvers<ExecOutcome>()
    this.outcome = promise
    this.#settle = resolve
    this.#keepAlive = new KeepAlive(
      socket,
      () => this.sendFrame(stdinChannel, Buffer.alloc(0)),
      () => this.onLost('the cluster has not answered on this connection for half a minute'),
    )
  }

  get canEndInput(): boolean {
    return this.socket.protocol === protocols[0]
  }

  resize({ columns, rows }: TerminalSize): void {
    if (this.#hasEnded || this.socket.readyState !== WebSocket.OPEN) return
    this.sendFrame(resizeChannel, Buffer.from(JSON.stringify({ Width: columns, Height: rows })))
  }

  override _final(done: () => void): void {
    if (this.#hasEnded || this.socket.readyState !== WebSocket.OPEN) done()
    else if (this.canEndInput) this.sendFrame(closeChannel, Buffer.of(stdinChannel), done)
    else {
      this.#end({ kind: 'broken', message: 'stdin was ended, which ends the connection on this cluster' })
      this.socket.close(normalClosure)
      done()
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#keepAlive.stop()
    this.#end({ kind: 'broken', message: 'the connection was closed on this side' })
    super._destroy(error, done)
  }

  protected override sendFrame(channel: number, bytes: Uint8Array, done?: () => void): void {
    this.#keepAlive.wrote()
    super.sendFrame(channel, bytes, done)
  }

  protected override onFrame(channel: number, bytes: Buffer): void {
    if (channel === stdoutChannel) {
      if (this.#firstOutput.length < maxFirstOutputBytes) {
        this.#firstOutput = Buffer.concat([this.#firstOutput, bytes]).subarray(0, maxFirstOutputBytes)
      }
      this.deliver(bytes)
    } else if (channel === stderrChannel) {
      this.stderr = Buffer.concat([this.stderr, bytes]).subarray(-maxStderrBytes)
    } else if (channel === statusChannel) {
      this.#end(outcomeOf(bytes.toString('utf8'), this.#firstOutput.toString('utf8')))
      this.push(null)
    }
  }

  /** Without an error event: whoever reads sees that there is no end, and `outcome` says why. */
  protected override onLost(message: string): void {
    this.#end({ kind: 'broken', message })
    this.destroy()
  }

  protected override onClose(code: number): void {
    if (!this.#hasEnded) this.onLost(`the connection to the container broke (WebSocket code ${code})`)
    // After the end of stdin alone, what came before the close is all that there is to read.
    else if (!this.readableEnded) this.push(null)
  }

  /** The first one counts. */
  #end(outcome: ExecOutcome): void {
    this.#hasEnded = true
    this.#settle(outcome)
  }
}
