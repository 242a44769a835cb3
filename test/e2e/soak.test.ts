import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { JsonLine } from '../../src/feed/lines.ts'
import { isLive, startUp } from './devloop.ts'
import { helloProject } from './project.ts'
import { seeded } from './torture/random.ts'

const edits = 200

test.concurrent.each([
  { how: 'by new images', isSynced: false },
  { how: 'in the running container', isSynced: true },
])(
  `${edits} edits at random times, in bursts too, go live $how: the last content stays, and no task is left running`,
  async ({ isSynced }) => {
    await using project = await helloProject(isSynced ? 'soak-synced' : 'soak-built', { isSynced })
    await using up = startUp({ cwd: project.folder, env: project.env })
    await up.next(isLive('hello'))
    const { next: random } = seeded(20_261_121)

    let last = ''
    for (let edit = 1; edit <= edits; ) {
      const burst = random() < 0.3 ? 1 + Math.floor(random() * 12) : 1
      for (let count = 0; count < burst && edit <= edits; count++, edit++) {
        last = `Edit ${edit}`
        await project.greet(last)
        if (random() < 0.5) await wait(random() * 30)
      }
      // Sometimes long enough to go live, mostly in the middle of a build, an apply or a rollout.
      await wait(random() * 1_500)
      if (random() < 0.1) {
        await served(project.url, last)
        expect(runningTasks(up.lines)).toEqual([])
      }
    }
    await served(project.url, last)
    expect(runningTasks(up.lines)).toEqual([])
    expect(up.lines.filter(line => line.type === 'task-ended' && line.outcome === 'failed')).toEqual([])
  },
  900_000,
)

/** Waits until the service answers with the content; a request on a new connection each time. */
async function served(url: string, content: string) {
  const deadline = Date.now() + 60_000
  let answer = ''
  while (Date.now() < deadline) {
    answer = (await (await fetch(url, { headers: { connection: 'close' } })).text()).trim()
    if (answer === content) return
    await wait(50)
  }
  expect(answer).toBe(content)
}

/** Tasks that were started and have not ended. */
function runningTasks(lines: readonly JsonLine[]): readonly string[] {
  const running = new Set<string>()
  for (const line of lines) {
    if (line.type === 'task-started') running.add(line.task.id)
    if (line.type === 'task-ended') running.delete(line.task.id)
  }
  return [...running]
}
