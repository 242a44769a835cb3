import { Agent, get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** Milliseconds between two requests of a client that waits for an answer; less would slow what it waits for. */
const defaultPollMs = 10
const limitMs = 60_000

/** Connections are kept, as browsers do: a new one for each request would keep the node busy, and slow what is measured. */
const agent = new Agent({ keepAlive: true })

/**
 * Asks until the answer has the text. A connection that is refused or cut is no answer.
 *
 * @returns milliseconds since `since`, of `performance.now()`
 */
export async function untilServed(
  url: string,
  text: string,
  since: number,
  pollMs = defaultPollMs,
): Promise<number> {
  while (performance.now() - since < limitMs) {
    if ((await ask(url)).includes(text)) return performance.now() - since
    await pause(pollMs)
  }
  throw new Error(`${url} did not serve "${text}" within ${limitMs} ms`)
}

function ask(url: string): Promise<string> {
  return new Promise(resolve => {
    const request = get(url, { agent }, async response => {
      let body = ''
      try {
        for await (const part of response.setEncoding('utf8')) body += part
      } catch {
        body = ''
      }
      resolve(body)
    })
    request.on('error', () => resolve(''))
  })
}
