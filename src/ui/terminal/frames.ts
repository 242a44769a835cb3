import { Writable } from 'node:stream'
import { widthOf } from '../width.ts'

/** Rows of text that stand between those of a frame, filled up to their height. */
export interface Inset {
  readonly row: number
  readonly height: number
  readonly rows: readonly string[]
}

/**
 * Draws whole frames by their differences: the last frame that was written to it is compared with what is on the screen, and only rows that differ are
 * sent, at once, so that nothing flickers. It looks like a terminal to what makes the frames.
 */
export class FrameStream extends Writable {
  readonly isTTY = true
  readonly #terminal: NodeJS.WriteStream
  #rows: readonly string[] = []
  #frame: readonly string[] | undefined
  #inset: Inset = { row: 0, height: 0, rows: [] }
  #isHeld = true

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

  /** Draws nothing until `redraw`, as at the beginning: the terminal belongs to somebody else. */
  hold(): void {
    this.#isHeld = true
  }

  /** Draws the last frame whole. */
  redraw(): void {
    this.#isHeld = false
    this.forget()
    this.draw()
  }

  /** What is on the screen is no longer known: the next frame is drawn whole. */
  forget(): void {
    this.#rows = []
  }

  /** Rows that are drawn between those of the frames, from now on. Frames are not held up by what they would cost a layout. */
  inset(inset: Inset): void {
    this.#inset = inset
  }

  /** Draws what has changed. */
  draw(): void {
    if (this.#frame && !this.#isHeld) this.#draw(this.#frame)
  }

  override _write(frame: string, _encoding: string, done: () => void): void {
    this.#frame = frame.split('\n')
    done()
  }

  #draw(frame: readonly string[]): void {
    const { row: at, height, rows: inset } = this.#inset
    const filled = Array.from({ length: height }, (_, index) => inset[index] ?? '')
    const rows = [...frame.slice(0, at), ...filled, ...frame.slice(at)].slice(0, this.rows)
    const last = this.#rows
    this.#rows = rows
    let text = ''
    for (let index = 0; index < Math.max(rows.length, last.length); index++) {
      const row = rows[index] ?? ''
      if (row === last[index]) continue
      // Erasing behind a full row would take its last character: the cursor stays on it.
      const end = widthOf(row) < this.columns ? '\x1b[K' : ''
      text += `\x1b[${index + 1};1H\x1b[0m${row}\x1b[0m${end}`
    }
    // Synchronized output (mode 2026): terminals that know it show all of it in one step.
    if (text !== '') this.#terminal.write(`\x1b[?2026h${text}\x1b[?2026l`)
  }
}
