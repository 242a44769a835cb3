import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Arrivals } from '../../src/logs/arrivals.ts'
import type { LogLine, LogSource } from '../../src/model/log.ts'
import { timeAt } from '../fakes/pod-log.ts'

const windowMs = 50

let out: LogLine[]
let arrivals: Arrivals
beforeEach(() => {
  vi.useFakeTimers()
  open()
})
afterEach(() => {
  vi.useRealTimers()
})

function open() {
  out = []
  arrivals = new Arrivals(lines => out.push(...lines), windowMs)
}

const source = (pod: string): LogSource => ({ service: 'web', namespace: 'shop', pod, container: 'web' })
const one = source('one')
const other = source('other')
const line = (from: LogSource, ms: number, text = ''): LogLine => ({
  source: from,
  time: timeAt((ms / 1_000).toFixed(9)),
  text,
})

test('the only one that speaks is heard at once', () => {
  arrivals.add([line(one, 1), line(one, 2)])
  expect(out).toHaveLength(2)
  vi.advanceTimersByTime(10)
  arrivals.add([line(one, 12)])
  expect(out).toHaveLength(3)
})

test('one who speaks long after another is heard at once, too', () => {
  arrivals.add([line(one, 1)])
  vi.advanceTimersByTime(windowMs)
  arrivals.add([line(other, 60)])
  expect(out.map(({ source: { pod } }) => pod)).toEqual(['one', 'other'])
})

test('of two that speak together, the older line comes first though it arrived later', () => {
  arrivals.add([line(one, 1)])
  arrivals.add([line(other, 30, 'newer')])
  vi.advanceTimersByTime(20)
  arrivals.add([line(one, 20, 'older')])
  vi.advanceTimersByTime(windowMs)
  expect(out.map(({ text }) => text)).toEqual(['', 'older', 'newer'])
})

test('no line is lost, doubled or held for long; and a container keeps its order', () => {
  const arrival = fc.record({
    afterMs: fc.nat({ max: 60 }),
    from: fc.constantFrom(one, other, source('third')),
    /** How old the line is when it arrives. */
    age: fc.nat({ max: windowMs - 1 }),
  })
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 40 }), steps => {
      open()
      const arrived = new Map<string, { at: number; line: LogLine }>()
      let now = 1_000
      for (const [order, { afterMs, from, age }] of steps.entries()) {
        vi.advanceTimersByTime(afterMs)
        now += afterMs
        for (const { at, line: known } of arrived.values()) {
          if (now - at > windowMs + 2) expect(out).toContain(known)
        }
        const next = line(from, now - age, String(order))
        arrivals.add([next])
        arrived.set(next.text, { at: now, line: next })
      }
      vi.advanceTimersByTime(windowMs + 2)
      expect(out.map(({ text }) => Number(text)).toSorted((a, b) => a - b)).toEqual([...steps.keys()])
      for (const from of new Set(steps.map(step => step.from))) {
        const own = out.filter(({ source: { pod } }) => pod === from.pod).map(({ text }) => Number(text))
        expect(own).toEqual(own.toSorted((a, b) => a - b))
      }
    }),
  )
})

test('lines of containers with clocks that agree come out sorted, whatever their way took', () => {
  const delays = fc.array(fc.record({ from: fc.constantFrom(one, other), delay: fc.nat({ max: 40 }) }), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(delays, steps => {
      open()
      // Both are speaking, so that nobody is alone.
      arrivals.add([line(one, 0)])
      arrivals.add([line(other, 0)])
      const events = steps.map(({ from, delay }, index) => ({
        line: line(from, 5 * index + 1),
        at: 5 * index + delay,
      }))
      const inOrder = new Map<LogSource, number>()
      let now = 0
      // A connection keeps its order: what was sent later does not arrive earlier.
      for (const event of events) {
        event.at = Math.max(event.at, inOrder.get(event.line.source) ?? 0)
        inOrder.set(event.line.source, event.at)
      }
      for (const { line: next, at } of events.toSorted((a, b) => a.at - b.at)) {
        vi.advanceTimersByTime(at - now)
        now = at
        arrivals.add([next])
      }
      vi.advanceTimersByTime(2 * windowMs)
      const times = out.map(({ time }) => time)
      expect(times).toEqual(times.toSorted())
    }),
  )
})
