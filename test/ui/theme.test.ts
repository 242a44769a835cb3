import { expect, test } from 'vitest'
import { createTheme, showsUnicode } from '../../src/ui/theme.ts'

test('without colour, weight and brightness stay, and nothing else', () => {
  const { paint } = createTheme({ hasColour: false, hasUnicode: true })
  expect(paint('red', 'failed')).toBe('failed')
  expect(paint(['red', 'bold'], 'failed')).toBe('\x1b[1mfailed\x1b[22m')
  expect(createTheme({ hasColour: true, hasUnicode: true }).paint('red', 'x')).toBe('\x1b[31mx\x1b[39m')
})

test('where the terminal shows ASCII only, every symbol is ASCII, and as wide as the other', () => {
  const { symbols } = createTheme({ hasColour: true, hasUnicode: false })
  expect(Object.values(symbols).join('')).toMatch(/^[\x20-\x7e]+$/)
  const states = [symbols.live, symbols.working, symbols.waiting, symbols.failed, symbols.disabled]
  expect(new Set(states).size).toBe(states.length)
})

test.each([
  [{ LANG: 'de_DE.UTF-8' }, 'linux', true],
  [{ LANG: 'C.utf8' }, 'linux', true],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, 'linux', false],
  [{ LC_CTYPE: 'C', LANG: 'de_DE.UTF-8' }, 'linux', false],
  [{}, 'linux', false],
  [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, 'linux', false],
  [{}, 'darwin', true],
  [{}, 'win32', true],
] as const)('symbols fit the locale: %o on %s', (env, platform, expected) => {
  expect(showsUnicode(env, platform)).toBe(expected)
})
