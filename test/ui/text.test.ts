import { describe, expect, test } from 'vitest'
import { clean, formatDuration, formatFailure, formatPath, listed } from '../../src/ui/text.ts'

describe('text of a tool or a pod', () => {
  test('cannot colour the screen, move the cursor, set the title or ring the bell', () => {
    const nasty = '\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b[2J\x1b[Hhome\x07\x08\r\x9b31m'
    expect(clean(nasty)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
    expect(clean(nasty)).toContain('red')
  })
})

test.each([
  [0, '0 ms'],
  [80.4, '80 ms'],
  [999, '1.0 s'],
  [1_940, '1.9 s'],
  [59_960, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('%d ms reads as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

test('a failure says what, where, why and how to mend it', () => {
  const failure = {
    code: 'build/failed' as const,
    message: 'It broke.',
    at: { file: '/work/app/Dockerfile', line: 3, object: 'web' },
    why: 'No disk.',
    cure: 'Buy one.',
    output: ['last \x1b[31mwords'],
  }
  expect(formatFailure(failure, '/work')).toEqual([
    'It broke.',
    '  at   app/Dockerfile:3 · web',
    '  why  No disk.',
    '  fix  Buy one.',
    '  │ last words',
  ])
})

test('a path is shown as the user would write it', () => {
  expect(formatPath('/work/app/a.js', '/work')).toBe('app/a.js')
  expect(formatPath('/work/b.js', '/work/app')).toBe('../b.js')
  expect(formatPath('/etc/hosts', '/work/a/b/c')).toBe('/etc/hosts')
})

test('long lists are cut', () => {
  expect(listed(['a', 'b'])).toBe('a and b')
  expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more')
})
