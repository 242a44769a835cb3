import type { Listener } from '../engine/port.ts'
import { describeLines, formatLine } from '../feed/lines.ts'

/** Shows the feed as one JSON object a line. */
export function jsonOutput(stream: NodeJS.WritableStream): Listener {
  return (event, snapshot, before) => {
    for (const line of describeLines(event, snapshot, before)) stream.write(formatLine(line))
  }
}
