import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FrameClock, type FrameReason } from '../../../src/ui/terminal/frame-clock.ts'

let frames: number[]
let clock: FrameClock
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  frames = []
  clock = new FrameClock(() => frames.push(performance.now()))
})
afterEach(() => {
  clock.close()
  vi.useRealTimers()
})

function requestFor(ms: number, every: number, reason: FrameReason) {
  for (let passed = 0; passed < ms; passed += every) {
    clock.request(reason)
    vi.advanceTimersByTime(every)
  }
}

test('whatever happens, and however often, there are at most ten frames a second, and the last one shows the last thing', () => {
  requestFor(2_000, 5, 'state')
  vi.advanceTimersByTime(200)
  expect(frames.length).toBeLessThanOrEqual(21)
  expect(frames.length).toBeGreaterThanOrEqual(20)
  expect(frames.at(-1)).toBeGreaterThanOrEqual((frames[0] ?? 0) + 1_995)
})

test('lines that stream by are drawn four times a second, and do not make a key wait', () => {
  requestFor(2_010, 10, 'logs')
  expect(frames.length).toBeGreaterThanOrEqual(8)
  expect(frames.length).toBeLessThanOrEqual(9)
  const asked = performance.now()
  clock.request('state')
  vi.advanceTimersByTime(1)
  expect(frames.at(-1)).toBe(asked)
})

test('lines of which more come than can be read are drawn twice a second, and make neither a key nor readable ones wait', () => {
  requestFor(2_010, 10, 'flood')
  expect(frames.length).toBe(5)
  for (const reason of ['logs', 'state'] as const) {
    vi.advanceTimersByTime(20)
    const asked = performance.now()
    clock.request(reason)
    vi.advanceTimersByTime(1)
    expect(frames.at(-1)).toBe(asked)
  }
})

test('while nothing happens nothing is drawn', () => {
  clock.request('state')
  vi.advanceTimersByTime(60_000)
  expect(frames).toHaveLength(1)
})
