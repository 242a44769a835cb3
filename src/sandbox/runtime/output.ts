import { PassThrough, type Readable } from 'node:stream'
import type { OutputLog, OutputStream } from './output-log.ts'

/**
 * An output of a container: all of it goes into the log, and from the moment of a subscription on to whoever is attached. A
 * slow reader slows the container down, as on any node.
 */
export class Output {
  /** Settles when its last byte is in the log. */
  readonly ended: Promise<void>
  readonly #source: Readable
  readonly #readers = new Set<PassThrough>()
  readonly #full = new Set<PassThrough>()
  #isLast = false

  constructor(source: Readable, stream: OutputStream, log: OutputLog) {
    this.#source = source
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    source.on('data', (chunk: Buffer) => {
      log.write(stream, chunk)
      for (const reader of this.#readers) if (!reader.write(chunk)) this.#hold(reader)
    })
    source.once('close', () => {
      for (const reader of this.#readers) reader.end()
      this.#readers.clear()
      resolve()
    })
  }

  subscribe(): Readable {
    const reader = new PassThrough()
    if (this.#source.destroyed) return reader.end()
    this.#readers.add(reader)
    reader.once('close', () => {
      this.#readers.delete(reader)
      this.#release(reader)
    })
    return reader
  }

  /** The program has ended: what is left, no more than a pipe holds, waits for nobody. */
  finish(): void {
    this.#isLast = true
    this.#source.resume()
  }

  #hold(reader: PassThrough): void {
    if (this.#isLast || this.#full.has(reader)) return
    this.#full.add(reader)
    this.#source.pause()
    reader.once('drain', () => this.#release(reader))
  }

  #release(reader: PassThrough): void {
    if (this.#full.delete(reader) && this.#full.size === 0) this.#source.resume()
  }
}
