import { expect, test } from 'vitest'
import { nearest } from '../../src/util/nearest.ts'

test.each([
  ['contxt', 'context'],
  ['redsi', 'redis'],
  ['Ports', 'ports'],
  ['dependson', 'dependsOn'],
  ['manifest', 'manifests'],
])('who writes %s is asked whether it was to be %s', (word, meant) => {
  const options = ['manifests', 'ports', 'dependsOn', 'context', 'redis']
  expect(nearest(word, options)).toBe(meant)
})

test('a word that is like none is not guessed at', () => {
  expect(nearest('volumes', ['manifests', 'ports'])).toBeUndefined()
  expect(nearest('', ['a'])).toBeUndefined()
})
