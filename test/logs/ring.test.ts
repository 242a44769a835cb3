import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogRing } from '../../src/logs/ring.ts'
import type { LogLine } from '../../src/model/log.ts'

const source = { service: 'web', namespace: 'shop', pod: 'web-1', container: 'web' }
const line = (text: string): LogLine => ({ time: '2026-11-21T12:00:00.000000000Z', source, text })

test('the newest lines stay within the limit, and a reader that fell behind is told how many it missed', () => {
  const texts = fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 5 }), {
    maxLength: 60,
  })
  const reads = fc.infiniteStream(fc.nat({ max: 20 }))
  fc.assert(
    fc.property(texts, reads, (batches, mosts) => {
      const ring = new LogRing(5_000)
      const added: string[] = []
      const seen: (string | undefined)[] = []
      let position = 0
      const read = (most: number) => {
        const slice = ring.read(position, most)
        expect(ring.readSources(position, most)).toEqual(slice.lines.map(line => line.source))
        seen.push(...Array<undefined>(slice.missed), ...slice.lines.map(({ text }) => text))
        position = slice.next
      }
      for (const batch of batches) {
        ring.add(batch.map(line))
        added.push(...batch)
        expect(ring.bytes).toBeLessThanOrEqual(5_000)
        read(mosts.next().value)
      }
      read(Number.POSITIVE_INFINITY)
      expect(seen.length).toBe(added.length)
      expect(seen.map((text, index) => text ?? added[index])).toEqual(added)
      // What is left is an unbroken end of all.
      expect(ring.read(0, added.length).lines.map(({ text }) => text)).toEqual(added.slice(ring.first))
    }),
  )
})

test('a line comes back as it was, with its source, its level and what was written', () => {
  const ring = new LogRing(100_000)
  const other = { ...source, container: 'other' }
  const lines: readonly LogLine[] = [
    { ...line('WARN  é 🙂'), raw: '{"msg":"é 🙂"}', level: 'warn' },
    { ...line(''), source: other },
    { ...line('\x1b[31mred\x1b[0m'), level: 'trace' },
  ]
  ring.add(lines)
  expect(ring.read(0, 3).lines).toEqual(lines)
  expect(ring.read(1, 1)).toEqual({ lines: [lines[1]], next: 2, missed: 0 })
})

test('a line that is larger than the whole limit is still shown', () => {
  const ring = new LogRing(300)
  ring.add([line('small'), line('x'.repeat(1_000))])
  expect(ring.read(0, 10)).toMatchObject({ missed: 1, lines: [{ text: 'x'.repeat(1_000) }] })
})

test('whoever asked is told of new lines, until they no longer want to be', () => {
  const ring = new LogRing(1_000)
  let told = 0
  const subscription = ring.subscribe(() => told++)
  ring.add([line('one'), line('two')])
  void subscription.close()
  ring.add([line('three')])
  expect(told).toBe(1)
})

test('lines that cannot be had are missed by every reader, and what comes behind them is read', () => {
  const ring = new LogRing(100_000)
  ring.add(['a', 'b', 'c'].map(line))
  ring.skip(10)
  expect(ring.read(1, 10)).toEqual({ lines: [], next: 13, missed: 12 })
  ring.add([line('d')])
  expect(ring.read(1, 10)).toMatchObject({ lines: [{ text: 'd' }], next: 14, missed: 12 })
  expect(ring.read(13, 10)).toMatchObject({ lines: [{ text: 'd' }], missed: 0 })
})
