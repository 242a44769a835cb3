import { Duplex } from 'node:stream'
import { fail, ok, type Result } from '../model/result.ts'
import type { Shell } from '../model/shell.ts'
import { readLineBatches } from './json-lines.ts'
import type { ShellAnswerLine, ShellRequestLine } from './shell.ts'

/** What is told where the connection ends without a word. */
const lost = 'the shell has ended with devloop up'

/** The shell at the other end of a connection that was switched to it. */
export async function openRemoteShell(connection: Duplex): Promise<Result<Shell>> {
  const lines = linesOf(connection)
  const { value: first } = await lines.next()
  if (!first || !('pod' in first)) return fail({ code: 'control/no-shell', message: lost })
  const { pod, container } = first
  const ended = Promise.withResolvers<string | undefined>()
  const streams = new ShellStreams(connection)
  const read = async () => {
    for await (const line of lines) {
      if ('output' in line) await streams.show(Buffer.from(line.output, 'base64'))
      if ('ended' in line) ended.resolve(line.ended ?? undefined)
    }
  }
  void read().finally(() => {
    ended.resolve(lost)
    streams.destroy()
  })
  return ok({
    pod,
    container,
    streams,
    resize: size => void sendLine(connection, { resize: size }),
    ended: ended.promise,
  })
}

/** What is typed goes into the connection, and what is shown comes out of it. */
class ShellStreams extends Duplex {
  readonly #connection: Duplex
  #onRoom = () => {}

  constructor(connection: Duplex) {
    super()
    this.#connection = connection
    connection.on('error', () => {})
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    sendLine(this.#connection, { input: bytes.toString('base64') })
    done()
  }

  /** Settles when there is room for more. */
  async show(bytes: Buffer): Promise<void> {
    if (this.push(bytes) || this.destroyed) return
    const room = Promise.withResolvers<void>()
    this.#onRoom = room.resolve
    await room.promise
  }

  override _read(): void {
    this.#onRoom()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.destroy()
    this.#onRoom()
    done(error)
  }
}

function sendLine(connection: Duplex, line: ShellRequestLine): boolean {
  return connection.write(`${JSON.stringify(line)}\n`)
}

async function* linesOf(connection: Duplex): AsyncGenerator<ShellAnswerLine> {
  try {
    for await (const batch of readLineBatches(connection))
      for (const line of batch) yield JSON.parse(line) as ShellAnswerLine
  } catch (error) {
    // It breaks off with `up`, or when the screen ends.
    if (!connection.destroyed) throw error
  }
}
