import { expect, test } from 'vitest'
import type { RegistryInput } from '../../src/config/input.ts'
import { resolveProject } from '../../src/config/resolve.ts'

function resolve(registry?: RegistryInput, profile?: string) {
  const input = { ...(registry !== undefined && { registry }), profiles: { plain: { registry: false } } }
  const resolved = resolveProject(input, {
    root: '/home/me/shop',
    hasDockerfile: false,
    ...(profile !== undefined && { profile }),
  })
  return resolved.ok ? resolved.value.registry : resolved.failure.map(({ cure }) => cure)
}

test('one name stands for both sides, and two for a registry that the nodes call by another', () => {
  const one = { host: 'localhost:5000', hostFromNodes: 'localhost:5000' }
  expect(resolve('localhost:5000')).toEqual(one)
  const two = { host: 'localhost:5000', hostFromNodes: 'registry:5000' }
  expect(resolve({ host: 'localhost:5000', fromCluster: 'registry:5000' })).toEqual(two)
  expect(resolve('registry.example.com/me')).toMatchObject({ hostFromNodes: 'registry.example.com/me' })
})

test('what is not written is left to what the cluster tells of, and `false` is not the same', () => {
  expect(resolve()).toBe(undefined)
  expect(resolve(false)).toBe(false)
  expect(resolve('localhost:5000', 'plain')).toBe(false)
})

test.each([
  ['https://localhost:5000', "Write 'localhost:5000'."],
  ['registry', expect.stringContaining("'localhost:5000'")],
  ['localhost:5000/Me', expect.stringContaining("'localhost:5000'")],
  ['', expect.stringContaining("'localhost:5000'")],
])('%s is no host that image names can begin with, and what to write is said', (text, cure) => {
  expect(resolve(text)).toEqual([cure])
})
