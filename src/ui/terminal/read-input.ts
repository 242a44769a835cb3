import { StringDecoder } from 'node:string_decoder'
import { InputDecoder, type InputEvent } from './input.ts'

/** Milliseconds in which the rest of a sequence comes; an escape alone is the key. */
const escapeMs = 40

/** Keys and mouse of a terminal, which are read while it is resumed; at first it is paused. */
export interface Input {
  resume(): void
  pause(): void
}

export function readInput(stdin: NodeJS.ReadStream, onEvent: (event: InputEvent) => void): Input {
  const decoder = new InputDecoder()
  const text = new StringDecoder('utf8')
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    for (const event of decoder.flush()) onEvent(event)
  }
  const onData = (chunk: Buffer) => {
    clearTimeout(timer)
    for (const event of decoder.push(text.write(chunk))) onEvent(event)
    if (decoder.isUnfinished) timer = setTimeout(flush, escapeMs)
  }
  return {
    resume() {
      stdin.on('data', onData)
      stdin.resume()
    },
    pause() {
      clearTimeout(timer)
      stdin.off('data', onData)
      stdin.pause()
    },
  }
}
