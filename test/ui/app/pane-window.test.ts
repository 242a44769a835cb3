import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { fitTo } from '../../../src/ui/app/cells.ts'
import { fixedLines } from '../../../src/ui/app/pane-lines.ts'
import { windowOf } from '../../../src/ui/app/pane-window.ts'

const text = fc.string({
  unit: fc.constantFrom('a', ' ', 'ü', '漢', '😀', '\x1b[31mred\x1b[0m'),
  maxLength: 60,
})

test('no row of a pane is wider or the pane higher than its place, wherever it is scrolled to', () => {
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 40 }),
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 0, max: 12 }),
      fc.oneof(fc.nat(50), fc.constant('end' as const)),
      fc.boolean(),
      (texts, width, height, position, isProse) => {
        const lines = fixedLines(texts.map(one => ({ plain: one, styled: one })))
        const { rows, top, below } = windowOf(lines, { width, height, position, isProse })
        expect(rows.length).toBeLessThanOrEqual(height)
        expect(Math.max(0, ...rows.map(row => stringWidth(row)))).toBeLessThanOrEqual(width)
        expect(top).toBeLessThanOrEqual(texts.length)
        if (position === 'end') expect(below).toBe(0)
      },
    ),
  )
})

test('the end of a pane is its last line, and no line between is left out', () => {
  const lines = fixedLines(
    Array.from({ length: 30 }, (_, index) => ({ plain: `${index}`, styled: `${index}` })),
  )
  expect(windowOf(lines, { width: 10, height: 5, position: 'end' })).toEqual({
    rows: ['25', '26', '27', '28', '29'],
    top: 25,
    below: 0,
  })
  expect(windowOf(lines, { width: 10, height: 5, position: 7 })).toEqual({
    rows: ['7', '8', '9', '10', '11'],
    top: 7,
    below: 18,
  })
})

test('sentences are wrapped between words, and go on where they began', () => {
  const text = '  fix  Correct the step that failed; the build starts again.'
  const lines = fixedLines([{ plain: text, styled: text }])
  expect(windowOf(lines, { width: 40, height: 5, position: 'end', isProse: true }).rows).toEqual([
    '  fix  Correct the step that ',
    '       failed; the build starts again.',
  ])
})

test('a cell has exactly its width, with characters of any width', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 30 }), (one, width) => {
      expect(stringWidth(fitTo(one, width, '…'))).toBe(width)
    }),
  )
})
