import { setTimeout as pause } from 'node:timers/promises'
import { type SiteOptions, type SiteProject, siteProject } from '../test/e2e/site.ts'
import { untilServed } from './client.ts'

const kilobyte = 1_024

/**
 * Pages that are copied into their container, where a server reads them when they are asked for. It keeps connections, as most
 * servers do: one that does not would have each request wait for a tunnel of its own.
 */
export async function pagesOfNode(purpose: string, options: SiteOptions = {}): Promise<SiteProject> {
  const site = await siteProject(purpose, {
    dockerfile: 'FROM node:20-alpine\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.mjs"]\n',
    image: "sync: [{ from: 'public', to: '/app/public' }]",
    ...options,
  })
  await site.write(
    'server.mjs',
    `import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
createServer(async (_, response) => response.end(await readFile('public/index.html'))).listen(80)
`,
  )
  return site
}

/**
 * Milliseconds from the save of a file of 1 kB until its pod serves it, each time.
 *
 * @param untilTold waits until devloop has told of an edit, so that the next one does not come before that
 */
export async function timeEdits(
  { write, url }: SiteProject,
  edits: number,
  untilTold: () => Promise<unknown>,
): Promise<readonly number[]> {
  const times: number[] = []
  for (let edit = 0; edit < edits; edit++) {
    const word = `edit ${edit} of ${Date.now()} `
    const begun = performance.now()
    await write('public/index.html', word.padEnd(kilobyte, '.'))
    times.push(await untilServed(url, word, begun, 2))
    await untilTold()
    // As somebody who types: neither in step with any timer, nor while the last one is still being told.
    await pause(20 + Math.random() * 60)
  }
  return times
}
