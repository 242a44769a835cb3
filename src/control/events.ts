import type { ServerResponse } from 'node:http'
import type { Port } from '../engine/port.ts'
import { describeLines, describeNow, formatLine } from '../feed/lines.ts'

/** Bytes that wait for a reader; one that is slower than that is cut off, and may ask again. */
const maxBehindBytes = 4 * 1024 * 1024

/** Sends how everything is, and then what happens, a line each, until the reader or `up` ends. */
export function streamEvents(target: Pick<Port, 'snapshot' | 'subscribe'>, response: ServerResponse): void {
  for (const line of describeNow(target.snapshot(), Date.now())) sendLine(response, formatLine(line))
  const subscription = target.subscribe((event, snapshot, before) => {
    for (const line of describeLines(event, snapshot, before)) sendLine(response, formatLine(line))
  })
  response.once('close', () => subscription.close())
}

/** Sends what cannot be sent again later: who does not read it in time is cut off. */
export function sendLine(response: ServerResponse, line: string): void {
  response.write(line)
  if (response.writableLength > maxBehindBytes) response.destroy()
}
