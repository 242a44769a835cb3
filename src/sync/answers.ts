/** A longer line is cut: names are at most 4,096 bytes, and nobody reads longer lines of output. */
const maxLineBytes = 65_536

/**
 * Takes the agent's output apart: lines that a command printed, and answers, which are lines that begin with the
 * agent's token. Bytes may come in any pieces.
 */
export class AnswerReader {
  readonly #mark: string
  readonly #onLine: (line: string) => void
  readonly #onAnswer: (words: readonly string[]) => void
  #rest: Buffer = Buffer.alloc(0)
  /** An empty line that is the command's own, unless an answer follows: then it is the answer's. */
  #hasEmptyLine = false

  constructor(token: string, onLine: (line: string) => void, onAnswer: (words: readonly string[]) => void) {
    this.#mark = `${token} `
    this.#onLine = onLine
    this.#onAnswer = onAnswer
  }

  take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a)) {
      this.#takeLine(bytes.subarray(0, Math.min(end, maxLineBytes)).toString('utf8'))
      bytes = bytes.subarray(end + 1)
    }
    this.#rest = bytes.subarray(0, maxLineBytes)
  }

  #takeLine(line: string): void {
    const isAnswer = line.startsWith(this.#mark)
    if (this.#hasEmptyLine && !isAnswer) this.#onLine('')
    this.#hasEmptyLine = line === ''
    if (isAnswer) this.#onAnswer(line.slice(this.#mark.length).split(' '))
    else if (line !== '') this.#onLine(line)
  }
}
