import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Snapshot } from '../../src/engine/port.ts'
import { createIdleWork, type IdleWork, type Work } from '../../src/session/idle-work.ts'

let idleWork: IdleWork
let done: string[]
beforeEach(() => {
  vi.useFakeTimers()
  idleWork = createIdleWork()
  done = []
})
afterEach(() => vi.useRealTimers())

test('work waits until no task runs and nothing has happened for a while', async () => {
  happen({ tasks: 1 })
  idleWork.add('tag', does('tag'), 'idle')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(done).toEqual([])
  happen({ tasks: 0 })
  await vi.advanceTimersByTimeAsync(1_500)
  happen({ tasks: 0 })
  await vi.advanceTimersByTimeAsync(1_500)
  expect(done).toEqual([])
  await vi.advanceTimersByTimeAsync(600)
  expect(done).toEqual(['tag'])
})

test('work of the same key is done once, the newest of it', async () => {
  idleWork.add('prune web', does('old'), 'idle')
  idleWork.add('prune web', does('new'), 'idle')
  idleWork.add('prune cart', does('other'), 'idle')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(done).toEqual(['new', 'other'])
})

test('what comes while a task runs waits, although other work was begun before', async () => {
  const first = Promise.withResolvers<void>()
  idleWork.add('first', () => first.promise, 'idle')
  idleWork.add('second', does('second'), 'idle')
  await vi.advanceTimersByTimeAsync(2_100)
  happen({ tasks: 1 })
  first.resolve()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(done).toEqual([])
  happen({ tasks: 0 })
  await vi.advanceTimersByTimeAsync(2_100)
  expect(done).toEqual(['second'])
})

test('the end of devloop does what must not be lost, and drops the rest', async () => {
  happen({ tasks: 1 })
  idleWork.add('record', does('record'), 'idle-or-at-end')
  idleWork.add('prune', does('prune'), 'idle')
  await idleWork.close()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(done).toEqual(['record'])
})

test('the end of devloop cuts short what is dropped, and waits a second for the rest', async () => {
  idleWork.add('prune', untilAborted('prune'), 'idle')
  await vi.advanceTimersByTimeAsync(2_100)
  idleWork.add('record', untilAborted('record'), 'idle-or-at-end')
  const closed = idleWork.close()
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toEqual(['prune'])
  await vi.advanceTimersByTimeAsync(1_000)
  await closed
  expect(done).toEqual(['prune', 'record'])
})

function does(what: string): Work {
  return async () => void done.push(what)
}

function untilAborted(what: string): Work {
  return signal =>
    new Promise(resolve =>
      signal.addEventListener('abort', () => {
        done.push(what)
        resolve()
      }),
    )
}

function happen({ tasks }: { tasks: number }) {
  const running = new Map(Array.from({ length: tasks }, (_, index) => [String(index), {}]))
  const snapshot = { state: { tasks: running } } as unknown as Snapshot
  idleWork.listener({ at: 0, type: 'stop-asked' }, snapshot, snapshot)
}
