import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createCoalescer } from '../../src/watch/coalesce.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

function start(isHeld = () => false) {
  const flushes: { paths: ReadonlySet<string> | 'everything'; at: number; after: number }[] = []
  const coalescer = createCoalescer({
    isHeld,
    onFlush: (paths, at) => flushes.push({ paths, at, after: Date.now() - 1_000_000 }),
  })
  return { coalescer, flushes }
}

test('an event is handed over 15 ms later', () => {
  const { coalescer, flushes } = start()
  coalescer.add('a')
  vi.advanceTimersByTime(14)
  expect(flushes).toEqual([])
  vi.advanceTimersByTime(2)
  expect(flushes).toMatchObject([{ paths: new Set(['a']), at: 1_000_000 }])
})

test('events that follow closely are handed over together, with the time of the first', () => {
  const { coalescer, flushes } = start()
  for (const path of ['a', 'b', 'a', 'c']) {
    coalescer.add(path)
    vi.advanceTimersByTime(7)
  }
  vi.advanceTimersByTime(20)
  expect(flushes).toMatchObject([{ paths: new Set(['a', 'b', 'c']), at: 1_000_000 }])
})

test('events that never stop are handed over 300 ms after the first at the latest', () => {
  const { coalescer, flushes } = start()
  for (let time = 0; time < 700; time += 5) {
    coalescer.add(`path-${time}`)
    vi.advanceTimersByTime(5)
  }
  expect(flushes.length).toBe(2)
  expect(flushes[0]?.after).toBeLessThanOrEqual(301)
})

test('while git works nothing is handed over, and all of it when git is done', () => {
  let isLocked = true
  const { coalescer, flushes } = start(() => isLocked)
  for (let time = 0; time < 2_000; time += 50) {
    coalescer.add(`path-${time}`)
    vi.advanceTimersByTime(50)
  }
  expect(flushes).toEqual([])
  isLocked = false
  vi.advanceTimersByTime(20)
  expect(flushes.map(({ paths }) => paths !== 'everything' && paths.size)).toEqual([40])
})

test('a lock that a dead git left behind holds back for 30 s only', () => {
  const { coalescer, flushes } = start(() => true)
  coalescer.add('a')
  vi.advanceTimersByTime(29_000)
  expect(flushes).toEqual([])
  vi.advanceTimersByTime(1_100)
  expect(flushes).toHaveLength(1)
})

test('a burst that is too large to keep asks for a look at everything', () => {
  const { coalescer, flushes } = start()
  for (let index = 0; index < 10_000; index++) coalescer.add(`path-${index}`)
  vi.advanceTimersByTime(20)
  expect(flushes.map(({ paths }) => paths)).toEqual(['everything'])
})

test('after it is closed nothing is handed over', () => {
  const { coalescer, flushes } = start()
  coalescer.add('a')
  coalescer.close()
  coalescer.add('b')
  vi.advanceTimersByTime(1_000)
  expect(flushes).toEqual([])
})
