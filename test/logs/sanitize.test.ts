import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sanitize, withoutColour } from '../../src/logs/sanitize.ts'

const esc = '\x1b'

test('colours pass, and end with the line', () => {
  expect(sanitize(`${esc}[1;31mred${esc}[0m plain`)).toBe(`${esc}[1;31mred${esc}[0m plain`)
  expect(sanitize(`${esc}[38;5;12mblue`)).toBe(`${esc}[38;5;12mblue${esc}[0m`)
  expect(withoutColour(`${esc}[1;31mred${esc}[0m`)).toBe('red')
})

test.each([
  ['moving the cursor', `a${esc}[2J${esc}[1;1Hb`, 'ab'],
  ['the title, ended by BEL', `a${esc}]0;owned\x07b`, 'ab'],
  ['the title, ended by ST', `a${esc}]2;owned${esc}\\b`, 'ab'],
  ['the clipboard', `a${esc}]52;c;b3duZWQ=\x07b`, 'ab'],
  ['a link: its text stays', `${esc}]8;;http://x\x07text${esc}]8;;\x07`, 'text'],
  ['a device control string', `a${esc}P$q"p${esc}\\b`, 'ab'],
  ['a reset of the terminal', `a${esc}cb`, 'ab'],
  ['another character set', `a${esc}(0b`, 'ab'],
  ['the same in one byte (C1)', 'a\x9b2Jb\x9d0;owned\x9cc', 'abc'],
  ['a private sequence that ends as a colour does', `a${esc}[>4;1mb`, 'ab'],
  ['bells, backspaces and zeros', 'a\x07\b\0b', 'ab'],
  ['a string that never ends hides nothing', `a${esc}]0;all the rest`, 'a0;all the rest'],
  ['half a sequence at the end', `a${esc}[31`, 'a31'],
  ['a sequence in the middle of another', `a${esc}[3${esc}[2Jb`, 'a3b'],
])('%s', (_, text, shown) => {
  expect(sanitize(text)).toBe(shown)
})

test('a progress bar shows its last state', () => {
  expect(sanitize('10 %\r50 %\r100 %')).toBe('100 %')
  expect(sanitize('done\r')).toBe('done')
})

test('of all control characters only whole colour sequences are left, whatever comes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      esc,
      `${esc}[`,
      `${esc}]`,
      `${esc}\\`,
      'm',
      '0',
      ';',
      '31',
      '\x9b',
      '\x9c',
      '\x07',
      '\r',
      'P',
      '[',
      '?',
      ' ',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      const shown = sanitize(pieces.join(''))
      expect(withoutColour(shown)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
      expect(sanitize(shown)).toBe(shown)
    }),
    { numRuns: 2_000 },
  )
})
