import { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Backend } from '../../src/forward/backend.ts'
import { holdMs, PodSearch, type PodSearchOptions } from '../../src/forward/pod-search.ts'
import type { ApiError } from '../../src/model/kube-api.ts'
import { fail, ok } from '../../src/model/result.ts'

const backend: Backend = { namespace: 'default', pod: 'one', uid: 'one', port: 80, run: '1' }
const other: Backend = { ...backend, pod: 'two', uid: 'two' }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function search(options: Partial<PodSearchOptions>) {
  const told = {
    onFound: vi.fn<PodSearchOptions['onFound']>(),
    onTrouble: vi.fn<PodSearchOptions['onTrouble']>(),
    onGivenUp: vi.fn(),
  }
  const connect = vi.fn(options.connect ?? (async () => ok(new Duplex())))
  const made = new PodSearch({ pick: () => backend, ...told, ...options, connect })
  made.start()
  return { made, connect, ...told }
}

const refuse = (kind: ApiError['kind']) => async () => fail({ kind, message: 'no' } as const)

test('a client is held for a minute while no pod is ready, and no longer', async () => {
  const { made, onGivenUp } = search({ pick: () => undefined })
  await vi.advanceTimersByTimeAsync(holdMs - 1)
  expect(onGivenUp).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(onGivenUp).toHaveBeenCalledOnce()
  expect(made.isSearching).toBe(false)
})

test('a pod that cannot be reached is tried again, ever more slowly, and the user is told after seconds', async () => {
  const { connect, onTrouble, onGivenUp } = search({ connect: refuse('unreachable') })
  await vi.advanceTimersByTimeAsync(100)
  expect(connect.mock.calls.length).toBeGreaterThan(1)
  expect(onTrouble).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(holdMs)
  expect(onTrouble).toHaveBeenCalledWith({ backend, isRefused: false, message: 'no' })
  expect(connect.mock.calls.length).toBeLessThan(holdMs / 200)
  expect(onGivenUp).toHaveBeenCalledOnce()
})

test('a missing permission is told at once, and nobody is held for it', async () => {
  const { onTrouble, onGivenUp } = search({ connect: refuse('forbidden') })
  await vi.advanceTimersByTimeAsync(0)
  expect(onTrouble).toHaveBeenCalledOnce()
  expect(onGivenUp).toHaveBeenCalledOnce()
})

test('the search leaves a pod that hangs for a better one, and keeps no connection that comes too late', async () => {
  const late = Promise.withResolvers<Duplex>()
  let offered = backend
  const { made, onFound } = search({
    pick: () => offered,
    connect: async (to, { signal }) => {
      if (to === other) return ok(new Duplex())
      signal?.addEventListener('abort', () => late.resolve(new Duplex()))
      return ok(await late.promise)
    },
  })
  offered = other
  made.backendsChanged()
  await vi.advanceTimersByTimeAsync(0)
  expect(onFound).toHaveBeenCalledExactlyOnceWith(other, expect.any(Duplex))
  expect((await late.promise).destroyed).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

test('stopping leaves no timer behind', async () => {
  const { made } = search({ connect: refuse('timeout') })
  await vi.advanceTimersByTimeAsync(10)
  made.stop()
  expect(vi.getTimerCount()).toBe(0)
})
