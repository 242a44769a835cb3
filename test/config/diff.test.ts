import { expect, test } from 'vitest'
import { changedParts } from '../../src/config/diff.ts'
import type { DevfileInput } from '../../src/config/input.ts'
import { resolveProject } from '../../src/config/resolve.ts'
import type { Project } from '../../src/model/project.ts'
import { makeFolder } from './folder.ts'

const base: DevfileInput = {
  name: 'shop',
  images: { 'shop/web': { kind: 'docker', context: 'web' }, 'shop/api': { kind: 'docker', context: 'api' } },
  services: { web: { manifests: 'k8s/web' }, api: { manifests: 'k8s/api' } },
}

test.each<[string, DevfileInput, readonly string[], readonly string[]]>([
  ['nothing', {}, [], []],
  [
    'how an image is built',
    { images: { ...base.images, 'shop/web': { kind: 'docker', target: 'dev' } } },
    ['shop/web'],
    [],
  ],
  [
    'how an image is synced',
    { images: { ...base.images, 'shop/web': { kind: 'docker', context: 'web', sync: false } } },
    ['shop/web'],
    [],
  ],
  ['the manifests of a service', { services: { ...base.services, api: { manifests: 'k8s' } } }, [], ['api']],
  ['a port', { services: { ...base.services, api: { manifests: 'k8s/api', ports: [80] } } }, [], []],
  ['a new service', { services: { ...base.services, docs: {} } }, [], []],
  ['a service that is gone', { services: { web: { manifests: 'k8s/web' } } }, [], []],
  [
    'a new image, which any manifest may name',
    { images: { ...base.images, redis: { kind: 'docker' } } },
    [],
    ['web', 'api'],
  ],
  [
    'an image that is gone',
    { images: { 'shop/web': { kind: 'docker', context: 'web' } } },
    [],
    ['web', 'api'],
  ],
  ['the namespace', { namespace: 'test' }, [], ['web', 'api']],
])('a reload touches no more than it has to: %s', (_, change, changedImages, changedServices) => {
  expect(changedParts(resolve(base), resolve({ ...base, ...change }))).toEqual({
    changedImages,
    changedServices,
  })
})

test('a builder of the user’s own is asked again after a reload, as its functions may use what was edited', async () => {
  const devfile = (tag: string) => `import { defineDevfile } from 'devloop'
    const tag = '${tag}'
    const builder = {
      inputs: async () => ({ ok: true, value: { roots: [], bases: [] } }),
      build: async () => ({ ok: true, value: { reference: tag } }),
    }
    export default defineDevfile({ images: { 'shop/web': builder, 'shop/api': { kind: 'docker' } } })`
  const folder = makeFolder({ 'Devfile.ts': devfile('a') })
  const before = await folder.load()
  folder.write({ 'Devfile.ts': devfile('b') })
  const next = await folder.load()
  if (!before.result.ok || !next.result.ok) throw new Error('It did not load.')
  const { value } = before.result
  expect(changedParts(value, next.result.value).changedImages).toEqual(['shop/web'])
  expect(changedParts(value, value).changedImages).toEqual([])
})

function resolve(input: DevfileInput): Project {
  const project = resolveProject(input, { root: '/shop', hasDockerfile: false })
  if (!project.ok) throw new Error(JSON.stringify(project.failure))
  return project.value
}
