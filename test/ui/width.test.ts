import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { widthOf } from '../../src/ui/width.ts'

test('every line is as wide as a terminal shows it, simple or not', () => {
  const part = fc.oneof(
    fc.string({ unit: 'grapheme-ascii' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('\x1b[31m', '\x1b[1;38:5:9m', '\x1b[0m', '│', '─', '界', '\x1b', '\x1b['),
  )
  fc.assert(
    fc.property(fc.array(part), parts => {
      const line = parts.join('')
      expect(widthOf(line)).toBe(stringWidth(line))
    }),
  )
})
