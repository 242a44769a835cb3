import { expect, test } from 'vitest'
import { resolveUser } from '../../../src/sandbox/runtime/container-user.ts'

const files = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001:Node:/home/node:/bin/sh\n',
  group: 'root:x:0:\nnode:x:1001:\naudio:x:29:other,node\nvideo:x:44:node\n',
}

test.each([
  [undefined, { user: 0, group: 0, groups: [], home: '/root' }],
  ['node', { user: 1000, group: 1001, groups: [29, 44], home: '/home/node' }],
  ['1000', { user: 1000, group: 1001, groups: [29, 44], home: '/home/node' }],
  ['node:audio', { user: 1000, group: 29, groups: [29], home: '/home/node' }],
  ['node:5', { user: 1000, group: 5, groups: [5], home: '/home/node' }],
  ['4242', { user: 4242, group: 0, groups: [], home: '/' }],
])('the image user %j is who its own files say', (image, user) => {
  const resolved = resolveUser({ image, user: undefined, group: undefined }, files)
  expect(resolved).toEqual({ ok: true, value: user })
})

test('the pod decides before the image, and has its own group', () => {
  const resolved = resolveUser({ image: 'node', user: 4242, group: 77 }, files)
  expect(resolved).toMatchObject({ ok: true, value: { user: 4242, group: 77, home: '/' } })
})

test.each([
  ['nosuch', 'unable to find user nosuch: no matching entries in /etc/passwd'],
  ['node:nosuch', 'unable to find group nosuch: no matching entries in /etc/group'],
])('a name that the image does not have is said: %s', (image, message) => {
  const resolved = resolveUser({ image, user: undefined, group: undefined }, files)
  expect(resolved).toMatchObject({ ok: false, failure: { message } })
})
