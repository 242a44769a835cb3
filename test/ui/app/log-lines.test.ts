import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogRing } from '../../../src/logs/ring.ts'
import type { LogLine } from '../../../src/model/log.ts'
import { LogLines } from '../../../src/ui/app/log-lines.ts'
import { searchPattern } from '../../../src/ui/app/pane-lines.ts'
import { createTheme } from '../../../src/ui/theme.ts'

const theme = createTheme({ hasColour: false, hasUnicode: true })

test('of one service, and of those that match, exactly the lines are shown that are still kept, in order', () => {
  const said = fc.record({ service: fc.constantFrom('web', 'api'), word: fc.constantFrom('order', 'cart') })
  fc.assert(
    fc.property(
      fc.array(fc.array(said, { maxLength: 30 }), { maxLength: 40 }),
      fc.boolean(),
      (batches, isFiltered) => {
        const ring = new LogRing(20_000)
        const lines = new LogLines(ring, 'web', theme, isFiltered ? searchPattern('order') : undefined)
        let number = 0
        for (const batch of batches) {
          ring.add(batch.map(({ service, word }) => lineOf(service, `${word} ${number++}`)))
          lines.update()
          const kept = ring.read(ring.first, 10_000).lines
          const wanted = kept
            .filter(line => line.source.service === 'web' && (!isFiltered || line.text.startsWith('order')))
            .map(({ text }) => text)
          const shown = Array.from({ length: lines.next - lines.first }, (_, index) =>
            lines.plain(lines.first + index),
          )
          expect(shown).toEqual(wanted)
        }
      },
    ),
  )
})

test('a line keeps its place while older ones are dropped', () => {
  const ring = new LogRing(20_000)
  const lines = new LogLines(ring, 'web', theme)
  ring.add(Array.from({ length: 40 }, (_, index) => lineOf('web', `line ${index}`)))
  lines.update()
  expect(lines.plain(39)).toBe('line 39')
  for (let more = 40; ring.first === 0; more++) ring.add([lineOf('web', `line ${more}`)])
  lines.update()
  expect(lines.first).toBe(ring.first)
  expect(lines.plain(39)).toBe('line 39')
  expect(lines.plain(0)).toBe('')
})

function lineOf(service: string, text: string): LogLine {
  const source = { service, namespace: 'default', pod: `${service}-1`, container: service }
  return { time: '2026-11-21T07:00:00.000000000Z', source, text }
}
