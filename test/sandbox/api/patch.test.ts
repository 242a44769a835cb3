import { expect, test } from 'vitest'
import { applyJsonPatch } from '../../../src/sandbox/api/patch/json-patch.ts'
import { applyMergePatch } from '../../../src/sandbox/api/patch/merge-patch.ts'
import { applyStrategicMergePatch } from '../../../src/sandbox/api/patch/strategic-merge-patch.ts'
import { parseLabelSelector } from '../../../src/sandbox/api/selection/label-selector.ts'
import { humanDuration } from '../../../src/sandbox/api/table/duration.ts'
import { valueAtJsonPath } from '../../../src/sandbox/api/table/json-path.ts'
import { builtInType } from '../../../src/sandbox/schema/built-in-types.ts'

const podSpec = builtInType('core.v1.PodSpec')
const two = {
  containers: [
    { name: 'a', image: '1' },
    { name: 'b', image: '1' },
  ],
}

function patched(patch: object, value: object = two) {
  const result = applyStrategicMergePatch(podSpec, value as never, patch as never)
  if (!result.ok) throw new Error(result.failure)
  return result.value
}

test('a strategic patch merges, removes, replaces and orders by names', () => {
  expect(patched({ containers: [{ name: 'b', image: '2' }, { name: 'c' }] })).toEqual({
    containers: [{ name: 'a', image: '1' }, { name: 'b', image: '2' }, { name: 'c' }],
  })
  expect(patched({ containers: [{ name: 'a', $patch: 'delete' }] })).toEqual({
    containers: [{ name: 'b', image: '1' }],
  })
  expect(patched({ containers: [{ $patch: 'replace' }, { name: 'z' }] })).toEqual({
    containers: [{ name: 'z' }],
  })
  expect(
    patched({
      $setElementOrder_containers: 1,
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
    }),
  ).toMatchObject({
    containers: [{ name: 'b' }, { name: 'a' }],
  })
})

test('a volume that becomes another sort loses the one it was', () => {
  const value = { volumes: [{ name: 'data', emptyDir: {} }] }
  const volume = { name: 'data', configMap: { name: 'c' }, $retainKeys: ['name', 'configMap'] }
  expect(patched({ volumes: [volume] }, value)).toEqual({
    volumes: [{ name: 'data', configMap: { name: 'c' } }],
  })
})

test('a strategic patch without the key of a list is told which one is missing', () => {
  const result = applyStrategicMergePatch(podSpec, two, { containers: [{ image: 'x' }] })
  expect(result).toMatchObject({
    ok: false,
    failure: expect.stringContaining('does not contain declared merge key: name'),
  })
})

test('a merge patch removes what is null, and replaces lists', () => {
  expect(applyMergePatch({ a: { b: 1, c: 2 }, d: [1, 2] }, { a: { b: null }, d: [3] })).toEqual({
    a: { c: 2 },
    d: [3],
  })
})

test.each([
  [[null]],
  [[{ op: 'add' }]],
  [[{ op: 'add', path: 5, value: 1 }]],
  [[{ op: 'add', path: 'data', value: 1 }]],
  [[{ op: 'add', path: '/data/a/b', value: 1 }]],
  [[{ op: 'add', path: '/data/toString/x', value: 1 }]],
  [[{ op: 'copy', from: '/data/constructor/name', path: '/data/b' }]],
  [[{ op: 'replace', path: '/list/push/x', value: 1 }]],
  [[{ op: 'add', path: '/data/__proto__', value: { x: 1 } }]],
  [[{ op: 'remove', path: '' }]],
])('the JSON patch %j is refused, and reaches nothing but the object', operations => {
  const value = { data: { a: '1' }, list: [] }
  expect(applyJsonPatch(value, operations)).toMatchObject({ ok: false })
  expect(value).toEqual({ data: { a: '1' }, list: [] })
  for (const reached of [Object.prototype.toString, Array.prototype.push])
    expect(reached).not.toHaveProperty('x')
})

test('a JSON patch adds, replaces, moves, copies and removes', () => {
  const operations = [
    { op: 'test', path: '/a', value: 1 },
    { op: 'add', path: '/list/-', value: 2 },
    { op: 'replace', path: '/list/0', value: 3 },
    { op: 'copy', from: '/list/1', path: '/b' },
    { op: 'move', from: '/a', path: '/c~1d' },
    { op: 'add', path: '/e', value: {} },
    { op: 'remove', path: '/e' },
  ]
  expect(applyJsonPatch({ a: 1, list: [1] }, operations)).toEqual({
    ok: true,
    value: { list: [3, 2], b: 2, 'c/d': 1 },
  })
})

test.each([
  ['a', { a: '1' }, true],
  ['!a', { a: '1' }, false],
  ['a=1', { a: '1' }, true],
  ['a!=1', {}, true],
  ['a in (1, 2),b', { a: '2', b: '' }, true],
  ['a notin (1,2)', { a: '2' }, false],
  ['example.com/n>3', { 'example.com/n': '4' }, true],
  ['', {}, true],
  ['constructor', {}, false],
  ['!toString', {}, true],
])('the label selector %j of %j says %s', (selector, labels, expected) => {
  const test = parseLabelSelector(selector)
  expect(test.ok && test.value(labels)).toBe(expected)
})

test('a label selector that is none is told', () => {
  expect(parseLabelSelector('a=b=c')).toEqual({ ok: false, failure: 'unable to parse requirement: a=b=c' })
})

test.each([
  [5, '5s'],
  [119, '119s'],
  [120, '2m'],
  [330, '5m30s'],
  [3 * 3600 - 1, '179m'],
  [4 * 3600 + 60, '4h1m'],
  [47 * 3600, '47h'],
  [3 * 86_400 + 7_200, '3d2h'],
  [400 * 86_400, '400d'],
  [-5, '<invalid>'],
])('%i seconds are %s', (seconds, words) => {
  expect(humanDuration(seconds)).toBe(words)
})

test('columns of own kinds find their values', () => {
  const object = { status: { conditions: [{ type: 'Ready', status: 'True' }], list: ['a', 'b'] } }
  expect(valueAtJsonPath(object, '.status.conditions[?(@.type=="Ready")].status')).toBe('True')
  expect(valueAtJsonPath(object, '.status.list[1]')).toBe('b')
  expect(valueAtJsonPath(object, '.status.nothing.here')).toBeUndefined()
})
