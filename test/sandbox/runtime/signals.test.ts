import { expect, test } from 'vitest'
import { signalNumber } from '../../../src/sandbox/runtime/signals.ts'

test.each([
  ['SIGTERM', 15],
  ['TERM', 15],
  ['sigquit', 3],
  ['9', 9],
  ['SIGRTMIN+3', 37],
  ['nosuch', undefined],
])('a stop signal of an image, %s, is known in each way in which images write it', (name, number) => {
  expect(signalNumber(name)).toBe(number)
})
