import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { widgetDefinition } from '../manifests.ts'
import { Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await Rig.start()
})
afterAll(() => rig.stop())

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

test('the server says that it is well, and what it follows', async () => {
  expect((await rig.call('GET', '/readyz')).text).toBe('ok')
  expect((await rig.call('GET', '/version')).body).toMatchObject({ major: '1', minor: '32' })
})

test('newer clients learn all kinds from two answers', async () => {
  const { body, headers } = await rig.call('GET', '/apis', {
    headers: { accept: `${aggregatedType},application/json` },
  })
  expect(headers['content-type']).toBe(aggregatedType)
  const apps = body.items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === 'apps')
  const deployments = apps.versions[0].resources.find(
    ({ resource }: { resource: string }) => resource === 'deployments',
  )
  expect(deployments).toMatchObject({
    scope: 'Namespaced',
    shortNames: ['deploy'],
    subresources: [
      { subresource: 'status' },
      { subresource: 'scale', responseKind: { group: 'autoscaling', kind: 'Scale' } },
    ],
  })
})

test('older clients learn them group by group', async () => {
  const { body: groups } = await rig.call('GET', '/apis')
  expect(groups.groups).toContainEqual(
    expect.objectContaining({ name: 'batch', preferredVersion: { groupVersion: 'batch/v1', version: 'v1' } }),
  )
  const { body: core } = await rig.call('GET', '/api/v1')
  expect(core.resources).toContainEqual(expect.objectContaining({ name: 'pods/log', verbs: ['get'] }))
})

test('what a kind looks like can be read as OpenAPI, by version', async () => {
  const { body: index } = await rig.call('GET', '/openapi/v3')
  const { serverRelativeURL } = index.paths['apis/apps/v1']
  const { body: document } = await rig.call('GET', serverRelativeURL)
  const spec = document.components.schemas['io.k8s.api.core.v1.PodSpec']
  expect(spec.required).toEqual(['containers'])
  expect(spec.properties.containers).toMatchObject({
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-list-map-keys': ['name'],
  })
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name,
  )
  const missing = references.filter(name => !document.components.schemas[name ?? ''])
  expect(missing).toEqual([])
  const path = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
  expect(path.patch.parameters.map(({ name }: { name: string }) => name)).toContain('fieldValidation')
})

test('a document changes its address when a kind of it changes', async () => {
  const addressOf = async () =>
    (await rig.call('GET', '/openapi/v3')).body.paths['apis/example.com/v1']?.serverRelativeURL
  expect(await addressOf()).toBeUndefined()
  rig.store.create('customresourcedefinitions.apiextensions.k8s.io', widgetDefinition())
  const first = await addressOf()
  const { body } = await rig.call('GET', first)
  expect(body.components.schemas['com.example.v1.Widget'].properties.spec.required).toEqual(['size'])
  rig.store.update(
    'customresourcedefinitions.apiextensions.k8s.io',
    'widgets.example.com',
    undefined,
    object => JSON.parse(JSON.stringify(object).replace('"minimum":1', '"minimum":2')),
  )
  expect(await addressOf()).not.toBe(first)
})

test('all kinds are in one document, too', async () => {
  const { body } = await rig.call('GET', '/openapi/v2')
  expect(Object.keys(body.definitions).length).toBeGreaterThan(300)
})

test('kubectl before 1.30 gets the same in protocol buffers', async () => {
  const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
  const response = await rig.open('GET', '/openapi/v2', { headers: { accept } })
  const bytes = await buffer(response)
  // Field 1 of the document, a text of three bytes.
  expect(bytes.subarray(0, 5).toString('latin1')).toBe('\n\x032.0')
  expect(bytes.includes('#/definitions/io.k8s.api.core.v1.PodSpec')).toBe(true)
})

test('what is not there is not found', async () => {
  for (const path of [
    '/apis/no.such.group',
    '/apis/apps/v9',
    '/api/v2',
    '/nothing',
    '/openapi/v3/apis/x/v1',
  ]) {
    expect((await rig.call('GET', path)).code).toBe(404)
  }
})

test('kubectl explains every field of a pod: none is described by nothing', async () => {
  const { body } = await rig.call('GET', '/openapi/v3/api/v1')
  const empty: string[] = []
  const look = (value: unknown, place: string) => {
    if (typeof value !== 'object' || value === null) return
    if (Object.keys(value).length === 0) empty.push(place)
    for (const [name, inner] of Object.entries(value)) look(inner, `${place}.${name}`)
  }
  look(body.components.schemas, '')
  expect(empty).toEqual([])
})
