import type { Writable } from 'node:stream'

/** Waits until a stream takes more after `write` has given false; settles, too, where it is closed meanwhile. */
export function drained(stream: Writable): Promise<void> {
  return new Promise(resolve => {
    const settle = () => {
      stream.off('drain', settle).off('close', settle)
      resolve()
    }
    stream.on('drain', settle).on('close', settle)
    if (stream.destroyed || !stream.writableNeedDrain) settle()
  })
}
