import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Characters of one line: whoever sends more is no devloop. */
const maxLineLength = 16 * 1024 * 1024

/** The lines of a stream as they come, those that came together at once. A line that was broken off is left out. */
export async function* readLineBatches(stream: Readable): AsyncGenerator<readonly string[]> {
  // The server's own connections take no encoding.
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxLineLength) return
    if (lines.length > 0) yield lines
  }
}
