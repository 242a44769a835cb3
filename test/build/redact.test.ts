import { expect, test } from 'vitest'
import { redactor } from '../../src/build/redact.ts'

test('no line of build output shows a secret, nor a line of one', () => {
  const redact = redactor(['hunter22', 'first line\nsecond-line\n', 'hunter22-longer'])
  expect(redact('token=hunter22-longer, hunter22')).toBe('token=[secret], [secret]')
  expect(redact('cat: second-line')).toBe('cat: [secret]')
})

test('an empty secret does not hide the output', () => {
  expect(redactor(['', '\n', 'ab'])('about')).toBe('about')
})
