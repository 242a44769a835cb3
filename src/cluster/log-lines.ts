import type { PodLogLine } from '../model/kube-api.ts'

/** Characters of a line that are kept. Runtimes write longer lines in parts of 16 KiB, so this is the first of them. */
export const maxLineLength = 16_384

/** A time and a space in front of the text, at most. */
const maxTimeLength = 36
const lineEnd = 0x0a

/** Cuts a log into lines and reads their times. Keeps no more of a line than is shown. */
export class LogLines {
  /** The line whose end has not come yet. */
  #parts: Buffer[] = []
  #partBytes = 0
  #leftOut = 0

  /** The lines that end in this part of the log. */
  take(chunk: Buffer): readonly PodLogLine[] {
    const first = chunk.indexOf(lineEnd)
    if (first === -1) {
      this.#keep(chunk)
      return []
    }
    this.#keep(chunk.subarray(0, first))
    const lines = [this.#finish()]
    const last = chunk.lastIndexOf(lineEnd)
    // At once, as this is the busiest place of all: a byte that is no UTF-8 cannot swallow a line end.
    const whole = last === first ? [] : chunk.toString('utf8', first + 1, last).split('\n')
    for (const line of whole) lines.push(readLine(line, 0))
    this.#keep(chunk.subarray(last + 1))
    return lines.filter(line => line !== undefined)
  }

  /** What came without a line end. */
  rest(): PodLogLine | undefined {
    return this.#finish()
  }

  #keep(part: Buffer): void {
    // Characters have at most four bytes.
    const kept = part.subarray(0, Math.max(0, 4 * maxLineLength + maxTimeLength - this.#partBytes))
    // A copy: the rest of what was received would stay in memory with it.
    if (kept.length > 0) this.#parts.push(Buffer.from(kept))
    this.#partBytes += kept.length
    this.#leftOut += part.length - kept.length
  }

  #finish(): PodLogLine | undefined {
    const line = readLine(Buffer.concat(this.#parts).toString('utf8'), this.#leftOut)
    this.#parts = []
    this.#partBytes = 0
    this.#leftOut = 0
    return line
  }
}

/** Nothing for a line without a time: it is the kubelet's word (`unable to retrieve container logs…`), not the container's. */
function readLine(line: string, leftOut: number): PodLogLine | undefined {
  // `2026-11-21T14:35:01.868924363Z text`
  if (line[29] === 'Z' && line[30] === ' ' && line[10] === 'T') {
    return { time: line.slice(0, 30), text: cut(line.slice(31), leftOut) }
  }
  const [, second, fraction = '', zone, text = ''] = anyTime.exec(line) ?? []
  if (second === undefined || zone === undefined) return undefined
  const at = Date.parse(`${second}${zone}`)
  if (Number.isNaN(at)) return undefined
  const time = `${new Date(at).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0').slice(0, 9)}Z`
  return { time, text: cut(text, leftOut) }
}

/** Runtimes write the node's own time zone, and older kubelets leave out zeros at the end. */
const anyTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d) (.*)$/s

function cut(text: string, leftOut: number): string {
  const end = text.endsWith('\r') ? -1 : undefined
  if (leftOut === 0 && text.length <= maxLineLength) return text.slice(0, end)
  // Not through the middle of a character.
  const kept = text.slice(0, maxLineLength).replace(/[\ud800-\udbff\ufffd]+$/, '')
  return `${kept} … (cut after ${kept.length} characters)`
}
