import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Resumption } from '../../src/logs/resumption.ts'
import { timeAt } from '../fakes/pod-log.ts'

/** What a server says when it is asked from a time on: it looks at whole seconds only. */
function repeat(log: readonly string[], since: string | undefined): readonly string[] {
  return log.filter(time => time.slice(0, 19) >= (since?.slice(0, 19) ?? ''))
}

test('however often a connection breaks, each line is read once, also those of the same nanosecond', () => {
  // Few times, so that many lines share one; stdout and stderr are out of order by less than a second.
  const time = fc.integer({ min: 0, max: 40 }).map(tenths => timeAt((tenths / 10).toFixed(1)))
  const log = fc.array(time, { maxLength: 60 }).map(times => {
    const sorted = times.toSorted()
    for (let index = 1; index < sorted.length; index += 3) {
      const [one = '', other = ''] = [sorted[index - 1], sorted[index]]
      const isNear = Date.parse(other) - Date.parse(one) < 1_000
      if (isNear) [sorted[index - 1], sorted[index]] = [other, one]
    }
    return sorted
  })
  fc.assert(
    fc.property(log, fc.array(fc.nat({ max: 60 }), { maxLength: 6 }), (written, cuts) => {
      const resumption = new Resumption()
      const read: string[] = []
      for (const cut of [...cuts.toSorted((a, b) => a - b), written.length]) {
        // So much was written by then, and all of it was sent.
        const sent = repeat(written.slice(0, cut), resumption.since)
        resumption.begin()
        read.push(...sent.filter(line => resumption.isNew(line)))
      }
      expect(read).toEqual(written)
    }),
  )
})

test('a log that was rotated while the connection was cut repeats less, and nothing new is taken for known', () => {
  const resumption = new Resumption()
  for (const second of ['1', '1', '2.1', '2.2']) resumption.isNew(timeAt(second))
  resumption.begin()
  const isNew = ['2.2', '2.3', '2.3'].map(second => resumption.isNew(timeAt(second)))
  expect(isNew).toEqual([false, true, true])
})

test('of a container that says more in a second than is remembered, nothing is said twice', () => {
  const resumption = new Resumption()
  const times = Array.from({ length: 50_000 }, (_, index) => timeAt(`7.${String(index).padStart(9, '0')}`))
  for (const time of times) resumption.isNew(time)
  resumption.begin()
  expect(times.filter(time => resumption.isNew(time))).toEqual([])
  expect(resumption.isNew(timeAt('7.9'))).toBe(true)
})
