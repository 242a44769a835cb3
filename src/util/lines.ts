import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Characters after which a line is cut, so that no process can fill the memory. */
const maxLineLength = 32_768

/**
 * Hands over each line of a stream as it comes, without its line end. A lone carriage return (a progress bar) ends a
 * line too. Settles when the stream has ended, however it did.
 */
export async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
    rest = (lines.pop() ?? '').slice(0, maxLineLength)
    for (const line of lines) onLine(line.slice(0, maxLineLength))
  }
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)))
  await new Promise<void>(resolve => stream.once('close', resolve).once('error', () => resolve()))
  take(decoder.end())
  if (rest.replace(/\r$/, '') !== '') onLine(rest.replace(/\r$/, ''))
}
