import { expect, test } from 'vitest'
import { dockerEngine } from '../../src/build/docker-engine.ts'
import type { Event } from '../../src/engine/events.ts'
import type { Snapshot } from '../../src/engine/port.ts'
import { ok } from '../../src/model/result.ts'
import type { Work } from '../../src/session/idle-work.ts'
import { pruneOldBuilds } from '../../src/session/old-builds.ts'

// The listener reads nothing but the event.
const snapshot = {} as Snapshot
const days = [1, 2, 3, 4, 5]

test('after a build the fourth oldest image leaves the engine, and the newest build stays however old it is', async () => {
  const removed = await removedAfter(built({ isCached: false }))
  expect(removed).toEqual([`shop/web:${tag(2)}`])
})

test('where nothing was built, nothing is looked for', async () => {
  expect(await removedAfter(built({ isCached: true }))).toBe('no work')
})

/** What is removed at the next quiet moment, of five images of five days. */
async function removedAfter(event: Event) {
  const removed: string[] = []
  const answer = ([, action, ...rest]: readonly string[]) => {
    if (action === 'ls') return days.map(day => `sha256:${day}`)
    if (action === 'inspect')
      return days.map(day => `sha256:${day} "2026-03-0${day}T09:00:00Z" ["shop/web:${tag(day)}"]`)
    if (action === 'rm') removed.push(...rest)
    return []
  }
  const docker = { command: 'docker', env: {}, run: async (args: readonly string[]) => ok(answer(args)) }
  const works: Work[] = []
  const add = (_key: string, work: Work) => void works.push(work)
  pruneOldBuilds({ engine: dockerEngine(docker), project: 'shop', idleWork: { add } })(
    event,
    snapshot,
    snapshot,
  )
  if (works.length === 0) return 'no work'
  for (const work of works) await work(new AbortController().signal)
  return removed
}

function tag(digit: number): string {
  return `devloop-${String(digit).repeat(16)}`
}

/** The oldest image is what the build gave. */
function built({ isCached }: { isCached: boolean }): Event {
  const task = {
    id: '1',
    kind: 'build',
    image: 'shop/web',
    revision: 1,
    bases: new Map(),
    isForced: false,
  } as const
  const reference = `shop/web:${tag(1)}`
  const result = { kind: 'build', reference, isCached } as const
  return { at: 0, type: 'task-ended', task, outcome: { status: 'succeeded', result }, tookMs: 1 }
}
