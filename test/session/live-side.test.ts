import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Builder } from '../../src/build/builder.ts'
import type { Event, TaskOutcome } from '../../src/engine/events.ts'
import type { Snapshot } from '../../src/engine/port.ts'
import { fail, ok } from '../../src/model/result.ts'
import { type LiveSide, openLiveSide } from '../../src/session/live-side.ts'

let classes: string
/** What the compiler writes when it runs next, by file name; undefined where it fails. */
let next: Readonly<Record<string, string>> | undefined
let live: LiveSide
beforeEach(async () => {
  classes = await mkdtemp(path.join(tmpdir(), 'devloop-live-'))
  next = {}
  live = openLiveSide(() => builder)
  await live.refresh('shop/web')
})
afterEach(() => rm(classes, { recursive: true }))

const context = { signal: new AbortController().signal, onLine() {} }
const snapshot = {} as Snapshot
const builder: Builder = {
  inputs: async () => ok({ roots: [], bases: [] }),
  build: async () => ok({ reference: 'shop/web:1' }),
  live: async () => ({ sources: [], outputs: [{ from: classes, to: '/app' }], compile }),
}

async function compile() {
  if (!next) return fail({ code: 'build/failed', message: 'App.java:3: error' } as const)
  for (const [name, content] of Object.entries(next)) {
    await mkdir(path.dirname(path.join(classes, name)), { recursive: true })
    await writeFile(path.join(classes, name), content)
  }
  return ok(undefined)
}

/** Compiles, and tells how the task ended. Gives the names of the changed outputs. */
async function run(status: 'succeeded' | 'cancelled' = 'succeeded') {
  const changed = await live.compile('shop/web', context)
  if (!changed.ok) throw new Error(changed.failure.message)
  const task = { id: '1', kind: 'compile', image: 'shop/web', version: 1 } as const
  const outcome: TaskOutcome =
    status === 'succeeded' ? { status, result: { kind: 'compile', edits: [] } } : { status }
  const ended: Event = { type: 'task-ended', at: 0, task, tookMs: 1, outcome }
  live.listener(ended, snapshot, snapshot)
  return changed.value.map(file => path.relative(classes, file)).sort()
}

test('a container is given the classes that changed, and those that are gone', async () => {
  await writeFile(path.join(classes, 'Old.class'), 'old')
  await writeFile(path.join(classes, 'Same.class'), 'same')
  await live.built('shop/web', false)
  await rm(path.join(classes, 'Old.class'))
  next = { 'Same.class': 'same', 'shop/New.class': 'new' }
  expect(await run()).toEqual(['Old.class', 'shop/New.class'])
  expect(await run()).toEqual([])
})

test('a class that the compiler writes again as it was is not sent', async () => {
  await writeFile(path.join(classes, 'App.class'), 'same')
  await live.built('shop/web', false)
  await utimes(path.join(classes, 'App.class'), 1, 1)
  next = { 'App.class': 'same' }
  expect(await run()).toEqual([])
})

test('of an image that is older than devloop nothing is known, so that everything is sent once', async () => {
  next = { 'App.class': '1', 'Other.class': '1' }
  expect(await run()).toEqual(['App.class', 'Other.class'])
  next = { 'App.class': '2' }
  expect(await run()).toEqual(['App.class'])
})

test('what was compiled in a task that was cancelled in its last moment is given by the next one', async () => {
  await live.built('shop/web', false)
  next = { 'App.class': '1' }
  expect(await run('cancelled')).toEqual(['App.class'])
  expect(await run()).toEqual(['App.class'])
})

test("a compiler's complaint comes through, and what it has written until then is given after its correction", async () => {
  await live.built('shop/web', false)
  await writeFile(path.join(classes, 'Half.class'), '1')
  next = undefined
  await expect(run()).rejects.toThrow('App.java:3')
  next = { 'App.class': '1' }
  expect(await run()).toEqual(['App.class', 'Half.class'])
})
