import type { ServerResponse } from 'node:http'
import type { LineWriter } from './answer.ts'

/** A client that is so far behind is cut off: it lists again, instead of the server keeping everything for it. */
const maxBufferedBytes = 32 * 1024 * 1024

/** Events as lines of JSON. */
export class LineStream implements LineWriter {
  readonly #response: ServerResponse
  readonly signal: AbortSignal

  /** @param signal is aborted when the client has gone */
  constructor(response: ServerResponse, signal: AbortSignal) {
    this.#response = response
    this.signal = signal
  }

  write(event: object): void {
    if (this.#response.destroyed || this.#response.writableEnded) return
    this.#response.write(`${JSON.stringify(event)}\n`)
    if (this.#response.writableLength > maxBufferedBytes) this.#response.destroy()
  }

  end(): void {
    this.#response.end()
  }
}
