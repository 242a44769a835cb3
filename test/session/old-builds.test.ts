import { expect, test, vi } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import type { Snapshot } from '../../src/engine/port.ts'
import { ok } from '../../src/model/result.ts'
import { pruneOldBuilds } from '../../src/session/old-builds.ts'

// The listener reads nothing but the event.
const snapshot = {} as Snapshot

test('after a build the fourth oldest image leaves the engine, and the newest build stays however old it is', async () => {
  const removed: string[] = []
  const oldBuilds = pruneOldBuilds(
    engine(args => {
      if (args[1] === 'ls')
        return [1, 2, 3, 4, 5].map(day => `sha256:${day}\t${tag(day)}\t2026-03-0${day} 09:00:00 +0000`)
      if (args[1] === 'rm') removed.push(String(args[2]))
      return []
    }),
  )
  oldBuilds.listener(built(tag(1)), snapshot, snapshot)
  await vi.waitFor(() => expect(removed).toEqual([`shop/web:${tag(2)}`]))
  await oldBuilds.close()
})

test('a build of an image that ends while another one is cleaned up after is cleaned up after, too', async () => {
  const asked: string[] = []
  const oldBuilds = pruneOldBuilds(
    engine(args => {
      asked.push(args.find(argument => argument.startsWith('--filter=reference='))?.split('=')[2] ?? '')
      return []
    }),
  )
  oldBuilds.listener(built(tag(1), 'shop/web'), snapshot, snapshot)
  oldBuilds.listener(built(tag(1), 'shop/cart'), snapshot, snapshot)
  await vi.waitFor(() => expect(asked).toEqual(['shop/web:devloop*', 'shop/cart:devloop*']))
  await oldBuilds.close()
})

function tag(digit: number): string {
  return `devloop-${String(digit).repeat(16)}`
}

function built(newest: string, image = 'shop/web'): Event {
  const task = { id: `build ${image}`, kind: 'build', image, revision: 1, bases: new Map() } as const
  const reference = `${image}:${newest}`
  const result = { kind: 'build', reference } as const
  return { at: 0, type: 'task-ended', task, outcome: { status: 'succeeded', result }, tookMs: 1 }
}

function engine(answer: (args: readonly string[]) => readonly string[]) {
  return { command: 'docker', env: {}, run: async (args: readonly string[]) => ok(answer(args)) }
}
