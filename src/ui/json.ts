import type { Listener, Snapshot } from '../engine/port.ts'
import { describeLines, describeNow, formatLine } from '../feed/lines.ts'

/** Shows the feed as one JSON object a line. */
export function jsonOutput(stream: NodeJS.WritableStream): Listener {
  return (event, snapshot, before) => {
    for (const line of describeLines(event, snapshot, before)) stream.write(formatLine(line))
  }
}

/** Shows how services and ports are, for a reader that begins later than devloop. */
export function printJsonNow(stream: NodeJS.WritableStream, snapshot: Snapshot): void {
  for (const line of describeNow(snapshot, Date.now())) stream.write(formatLine(line))
}
