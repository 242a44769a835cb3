import type { Duplex } from 'node:stream'
import { z } from 'zod'
import type { Shell } from '../model/shell.ts'
import { drained } from '../util/drained.ts'
import { readLineBatches } from './json-lines.ts'

/** The protocol to which a connection is switched, by HTTP's `Upgrade`: lines of JSON both ways. */
export const shellProtocol = 'devloop-shell'

/** What a screen sends; bytes in base64. */
export type ShellRequestLine = z.infer<typeof requestLine>

const side = z.int().min(1).max(10_000)
export const sizeShape = { columns: side, rows: side }
const requestLine = z.union([
  z.strictObject({ input: z.base64() }),
  z.strictObject({ resize: z.strictObject(sizeShape) }),
])

/** What it is sent. `ended` is the last: what to tell the user, if anything. */
export type ShellAnswerLine =
  | { readonly pod: string; readonly container: string }
  | { readonly output: string }
  | { readonly ended: string | null }

/** Joins a shell to the connection of a screen, until one of them ends. */
export async function relayShell(shell: Shell, connection: Duplex): Promise<void> {
  const { streams, pod, container } = shell
  const send = (line: ShellAnswerLine) => connection.write(`${JSON.stringify(line)}\n`)
  // A connection that breaks ends the shell, and the other way round.
  connection.on('error', () => {})
  streams.on('error', () => {})
  connection.once('close', () => streams.destroy())
  send({ pod, container })
  streams.on('data', (bytes: Buffer) => {
    if (send({ output: bytes.toString('base64') })) return
    streams.pause()
    connection.once('drain', () => streams.resume())
  })
  void takeInput(shell, connection)
  const words = await shell.ended
  send({ ended: words ?? null })
  connection.end()
}

async function takeInput({ streams, resize }: Shell, connection: Duplex): Promise<void> {
  try {
    for await (const lines of readLineBatches(connection)) {
      for (const text of lines) {
        const line = requestLine.parse(JSON.parse(text))
        if ('resize' in line) resize(line.resize)
        else if (!streams.write(Buffer.from(line.input, 'base64'))) await drained(streams)
      }
    }
  } catch {
    // It broke off, or is no line of this protocol.
  }
  connection.destroy()
}
