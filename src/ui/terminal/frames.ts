import { Writable } from 'node:stream'
import stringWidth from 'string-width'

/**
 * Draws whole frames by their differences: each frame written to it is compared with the last one, and only rows that differ are
 * sent, at once, so that nothing flickers. It looks like a terminal to what makes the frames.
 */
export class FrameStream extends Writable {
  readonly isTTY = true
  readonly #terminal: NodeJS.WriteStream
  #rows: readonly string[] = []
  #isHeld = false

  constructor(terminal: NodeJS.WriteStream) {
    super({ decodeStrings: false })
    this.#terminal = terminal
  }

  get columns(): number {
    return this.#terminal.columns
  }

  get rows(): number {
    return this.#terminal.rows
  }

  /** Draws nothing until `redraw`: the terminal belongs to somebody else. */
  hold(): void {
    this.#isHeld = true
  }

  /** Forgets what is on the screen, so that the next frame is drawn whole. */
  redraw(): void {
    this.#isHeld = false
    this.#rows = []
  }

  override _write(frame: string, _encoding: string, done: () => void): void {
    if (!this.#isHeld) this.#draw(frame.split('\n').slice(0, this.rows))
    done()
  }

  #draw(rows: readonly string[]): void {
    const last = this.#rows
    this.#rows = rows
    let text = ''
    for (let index = 0; index < Math.max(rows.length, last.length); index++) {
      const row = rows[index] ?? ''
      if (row === last[index]) continue
      // Erasing behind a full row would take its last character: the cursor stays on it.
      const end = stringWidth(row) < this.columns ? '\x1b[K' : ''
      text += `\x1b[${index + 1};1H\x1b[0m${row}\x1b[0m${end}`
    }
    // Synchronized output (mode 2026): terminals that know it show all of it in one step.
    if (text !== '') this.#terminal.write(`\x1b[?2026h${text}\x1b[?2026l`)
  }
}
