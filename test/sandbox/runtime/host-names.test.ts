import { expect, test } from 'vitest'
import { hostNames } from '../../../src/sandbox/runtime/dns/host-names.ts'

test('pods that ask for many names that nobody answers take nothing from those that ask later', async () => {
  const asked: string[] = []
  const { promise: network, resolve: comeBack } = Promise.withResolvers<readonly string[]>()
  const find = hostNames((name, family) => {
    asked.push(`${family} ${name}`)
    return network
  })
  const waiting = Array.from({ length: 100 }, (_, index) => find(`${index}.example.org`, 4))
  const again = find('0.EXAMPLE.org', 4)
  expect(asked).toHaveLength(64)
  expect(await waiting[99]).toEqual({ status: 'failed' })
  comeBack(['192.0.2.1'])
  const found = { status: 'found', addresses: ['192.0.2.1'] }
  expect(await waiting[0]).toEqual(found)
  expect(await again).toEqual(found)
  expect(await find('late.example.org', 4)).toEqual(found)
})

test('a name that nobody has is told from one that nobody could be asked for', async () => {
  const find = hostNames((name): Promise<readonly string[]> => {
    const code = name.startsWith('unknown') ? 'ENOTFOUND' : 'EAI_AGAIN'
    return Promise.reject(Object.assign(new Error(code), { code }))
  })
  expect(await find('unknown.example.org', 6)).toEqual({ status: 'unknown' })
  expect(await find('broken.example.org', 6)).toEqual({ status: 'failed' })
  // It can only have been meant for a service.
  expect(await find('broken', 6)).toEqual({ status: 'unknown' })
})
