import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultOfImageName, isLabel, toLabel } from '../../src/config/names.ts'

test('the name of any folder becomes a name that Kubernetes takes, or none', () => {
  expect(toLabel('My Shop (2)')).toBe('my-shop-2')
  expect(toLabel('___')).toBeUndefined()
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), text => {
      const label = toLabel(text)
      expect(label === undefined || isLabel(label)).toBe(true)
    }),
  )
})

test.each([
  'web',
  'shop/web',
  'localhost:5000/shop/web',
  'ghcr.io/acme/shop-web',
  '[::1]:5000/a__b',
  'a.b/c--d',
])('the image name %s is taken', name => expect(faultOfImageName(name)).toBeUndefined())

test.each([
  ['shop/web:latest', "Write 'shop/web'."],
  ['localhost:5000/web:1', "Write 'localhost:5000/web'."],
  ['web@sha256:00', "Write 'web'."],
  ['Shop/Web', "Write it in lower case: 'shop/web'."],
  ['shop web', expect.stringContaining("as in 'shop/web'")],
  ['', expect.stringContaining("as in 'shop/web'")],
])('the image name %s is answered with one that can be', (name, cure) => {
  expect(faultOfImageName(name)).toMatchObject({ cure })
})
