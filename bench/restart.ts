import { spawn } from 'node:child_process'
import { get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { isLive, startUp } from '../test/e2e/devloop.ts'
import { freePort, helloProject } from '../test/e2e/project.ts'
import { untilServed } from './client.ts'

const starts = 15

/** Milliseconds from the save of a source file until the process that was started anew in its container serves it. */
export async function timeRestarts(edits: number, say: (text: string) => void): Promise<readonly number[]> {
  await using project = await helloProject('bench-restart', { isSynced: true })
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))
  say(`edit of a file that needs a restart, ${edits} times`)
  const times: number[] = []
  for (let edit = 0; edit < edits; edit++) {
    const begun = performance.now()
    await project.greet(`restart ${edit} `)
    times.push(await untilServed(project.url, `restart ${edit} `, begun))
    await pause(100 + Math.random() * 200)
  }
  return times
}

/** Milliseconds that the same application takes on this machine from the start of its process until it answers. */
export async function timeOwnStart(): Promise<readonly number[]> {
  const port = await freePort()
  const server = new URL('../examples/hello/src/server.js', import.meta.url).pathname
  const times: number[] = []
  for (let start = 0; start < starts; start++) {
    const begun = performance.now()
    const child = spawn(process.execPath, [server], { env: { ...process.env, PORT: String(port) } })
    times.push(await untilAnswered(`http://127.0.0.1:${port}/`, begun))
    const closed = new Promise(resolve => child.once('close', resolve))
    child.kill('SIGKILL')
    await closed
  }
  return times
}

async function untilAnswered(url: string, since: number): Promise<number> {
  for (;;) {
    const isThere = await new Promise(resolve => {
      get(url, { agent: false }, response => {
        response.resume()
        response.once('end', () => resolve(true))
      }).once('error', () => resolve(false))
    })
    if (isThere) return performance.now() - since
    await pause(2)
  }
}
