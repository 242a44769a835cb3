import fc from 'fast-check'
import { expect, test } from 'vitest'
import { difference, formatValue, parseValue, patched } from '../../src/control/patch.ts'

const key = fc.constantFrom('a', 'b', 'c', '__proto__', '$mapped')
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, -1, 'text'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map(entries => new Map(entries)),
    fc.uniqueArray(fc.string(), { maxLength: 3 }).map(items => new Set(items)),
  ),
}))

const overTheWire = (given: unknown) => parseValue(formatValue(given))

test('what another process is told of a value is that value, maps and sets too', () => {
  fc.assert(
    fc.property(value, given => {
      expect(overTheWire(given)).toStrictEqual(given)
    }),
  )
})

test('whatever a value becomes, the other process has the same, in the same order', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const patch = difference(before, after)
      const known = overTheWire(before)
      const result = patched(known, patch && (overTheWire(patch) as typeof patch))
      expect(result).toStrictEqual(after)
      if (after instanceof Map) expect([...(result as typeof after).keys()]).toEqual([...after.keys()])
    }),
  )
})

test('what did not change is not sent, and is the same object as before', () => {
  const services = new Map([
    ['web', { name: 'web', rollout: { ready: 0 }, failure: 'none' as string | undefined }],
    ['api', { name: 'api', rollout: { ready: 1 }, failure: undefined }],
  ])
  const before = { services, paused: false }
  const { failure: _, ...web } = services.get('web') ?? { name: '', rollout: { ready: 0 } }
  const after = {
    ...before,
    services: new Map<string, object>(services).set('web', { ...web, rollout: { ready: 1 } }),
  }
  const patch = difference(before, after)
  expect(formatValue(patch).length).toBeLessThan(200)
  const result = patched(before, patch) as typeof after
  expect(result).toEqual(after)
  expect(result.services.get('api')).toBe(services.get('api'))
  expect(patched(before, difference(before, { ...before }))).toBe(before)
})
