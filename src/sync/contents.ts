import { fail, ok, type Result } from '../model/result.ts'
import type { Refusal } from './refusal.ts'

/** Of one file that is read from a container: what people edit, lock files and generated code are far smaller. */
export const maxReadBytes = 16 * 1_024 * 1_024

/** Reads a file's contents from the hexadecimal digits that the agent prints. */
export class ContentsReader {
  readonly #digits: string[] = []
  #bytes = 0

  takeLine(line: string): void {
    const digits = line.replaceAll(' ', '')
    this.#bytes += digits.length / 2
    // It may have grown since the agent measured it.
    if (this.#bytes <= maxReadBytes) this.#digits.push(digits)
  }

  takeAnswer([status]: readonly string[]): Result<Uint8Array | undefined, Refusal> {
    if (status === 'gone') return ok(undefined)
    if (status === 'large' || this.#bytes > maxReadBytes) return fail(tooLarge)
    return status === 'ok' ? ok(Buffer.from(this.#digits.join(''), 'hex')) : fail(unreadable)
  }
}

const tooLarge: Refusal = {
  kind: 'refused',
  message: `it has more than ${maxReadBytes / 1_024 / 1_024} MiB`,
}
const unreadable: Refusal = { kind: 'refused', message: 'it cannot be read in the container' }
