import { afterEach, beforeEach, expect, test } from 'vitest'
import { KubeClient } from '../../src/cluster/client.ts'
import { Transport } from '../../src/cluster/transport.ts'
import type { ResourceType } from '../../src/model/kube-api.ts'
import { FakeApiServer, sendJson, sendStatus } from '../fakes/api-server.ts'
import { fakeCredentials } from '../fakes/kubeconfig.ts'

const pods: ResourceType = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }
const verbs = ['delete', 'get', 'list', 'watch']
const resources = {
  v1: [
    { name: 'pods', kind: 'Pod', namespaced: true, verbs },
    { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
    { name: 'bindings', kind: 'Binding', namespaced: true, verbs: ['create'] },
  ],
  'apps/v1': [{ name: 'deployments', kind: 'Deployment', namespaced: true, verbs }],
  'apps/v1beta1': [
    { name: 'deployments', kind: 'Deployment', namespaced: true, verbs },
    { name: 'relics', kind: 'Relic', namespaced: false, verbs },
  ],
}

let server: FakeApiServer
let client: KubeClient
beforeEach(async () => {
  server = await FakeApiServer.start()
  server.on('GET', '/apis', (_request, response) =>
    sendJson(response, { groups: [group('apps', 'v1', 'v1beta1')] }),
  )
  for (const [version, list] of Object.entries(resources)) serve(version, list)
  client = new KubeClient(new Transport(server.url, fakeCredentials()))
})
afterEach(async () => {
  await client.close()
  await server.stop()
})

function serve(version: string, list: readonly object[]) {
  const path = version.includes('/') ? `/apis/${version}` : `/api/${version}`
  server.on('GET', path, (_request, response) => sendJson(response, { resources: list }))
}

function group(name: string, ...versions: readonly string[]) {
  const all = versions.map(version => ({ groupVersion: `${name}/${version}` }))
  return { name, versions: all, preferredVersion: all[0] }
}

function deployment(fields: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    ...fields,
  }
}

test('an object is applied exactly as it is written, as field manager devloop', async () => {
  const path = '/apis/apps/v1/namespaces/shop/deployments/web'
  server.on('PATCH', path, (_request, response) => sendJson(response, deployment()))
  const object = deployment({ spec: { repicas: 1 } })
  expect((await client.apply(object)).ok).toBe(true)
  const request = server.requests.find(({ method }) => method === 'PATCH')
  expect(JSON.parse(request?.body ?? '')).toEqual(object)
  expect(request?.headers['content-type']).toBe('application/apply-patch+yaml')
  expect(Object.fromEntries(request?.query ?? [])).toEqual({
    fieldManager: 'devloop',
    force: 'true',
    fieldValidation: 'Strict',
  })
})

test("an unknown field is told in the server's words", async () => {
  const words = 'failed to create typed patch object: .spec.repicas: field not declared in schema'
  server.on('PATCH', '/apis/apps/v1/namespaces/shop/deployments/web', (_request, response) =>
    sendStatus(response, 500, words),
  )
  expect(await client.apply(deployment())).toMatchObject({
    failure: { kind: 'invalid', message: words, causes: [{ field: 'spec.repicas' }] },
  })
})

test('a kind is asked for once, however often it is applied', async () => {
  await client.resourceType('apps/v1', 'Deployment')
  await client.resourceType('apps/v1', 'Deployment')
  expect(server.requests.map(({ path }) => path)).toEqual(['/apis/apps/v1'])
})

test('a mistyped kind is met with the one that was probably meant', async () => {
  expect(await client.resourceType('apps/v1', 'Deplyoment')).toMatchObject({
    failure: { kind: 'unknown-kind', message: expect.stringContaining('did you mean Deployment?') },
  })
})

test('a version that the cluster does not have is met with those that it has', async () => {
  expect(await client.resourceType('apps/v2', 'Deployment')).toMatchObject({
    failure: { kind: 'unknown-kind', message: expect.stringContaining('apps/v1, apps/v1beta1') },
  })
})

test('a kind is found as soon as its definition was applied', async () => {
  const find = () => client.resourceType('shop.dev/v1', 'Basket')
  expect(await find()).toMatchObject({ failure: { kind: 'unknown-kind' } })
  serve('shop.dev/v1', [{ name: 'carts', kind: 'Cart', namespaced: true, verbs }])
  expect(await find()).toMatchObject({ failure: { kind: 'unknown-kind' } })
  serve('shop.dev/v1', [{ name: 'baskets', kind: 'Basket', namespaced: true, verbs }])
  expect(await find()).toMatchObject({ ok: true, value: { plural: 'baskets' } })
})

test('what can be deleted is looked for once a kind, in the version that the cluster prefers', async () => {
  const types = await client.deletableTypes()
  if (!types.ok) throw new Error(types.failure.message)
  expect(types.value.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).sort()).toEqual([
    'apps/v1 Deployment',
    'apps/v1beta1 Relic',
    'v1 Pod',
  ])
})

test('a group whose own server is down does not keep the rest from being deleted', async () => {
  server.on('GET', '/apis', (_request, response) =>
    sendJson(response, { groups: [group('metrics.k8s.io', 'v1'), group('apps', 'v1')] }),
  )
  server.on('GET', '/apis/metrics.k8s.io/v1', (_request, response) =>
    sendStatus(response, 503, 'the server is currently unable to handle the request'),
  )
  const types = await client.deletableTypes()
  expect(types.ok && types.value.map(({ kind }) => kind).sort()).toEqual(['Deployment', 'Pod'])
})

test('kinds that could not be asked for are an error, and not left behind', async () => {
  server.on('GET', '/apis/apps/v1', (_request, response) => sendStatus(response, 500, 'etcd is away'))
  expect(await client.deletableTypes()).toMatchObject({ failure: { status: 500 } })
})

/** Two pages of pods; the second is asked for by the token `next`. */
function servePages(isExpired: () => boolean) {
  server.on('GET', '/api/v1/namespaces/shop/pods', ({ query }, response) => {
    if (!query.has('continue')) {
      const metadata = { resourceVersion: '7', continue: 'next' }
      sendJson(response, { metadata, items: [{ metadata: { name: 'a' } }] })
    } else if (isExpired()) sendStatus(response, 410, 'The provided continue parameter is too old')
    else sendJson(response, { metadata: { resourceVersion: '7' }, items: [{ metadata: { name: 'b' } }] })
  })
}

test('a long list is read page by page, and its items say what they are', async () => {
  servePages(() => false)
  expect(await client.list(pods, { namespace: 'shop', labelSelector: 'a=b' })).toEqual({
    ok: true,
    value: [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } },
    ],
  })
  expect(server.requests.map(({ query }) => query.get('labelSelector'))).toEqual(['a=b', 'a=b'])
})

test('a list whose next page has expired begins again, once', async () => {
  let expirations = 0
  servePages(() => ++expirations === 1)
  expect(await client.list(pods, { namespace: 'shop' })).toMatchObject({ value: { length: 2 } })

  servePages(() => true)
  expect(await client.list(pods, { namespace: 'shop' })).toMatchObject({ failure: { status: 410 } })
})

test('deleting what is not there is told as such', async () => {
  expect(await client.delete(pods, { name: 'a', namespace: 'shop' })).toMatchObject({
    failure: { kind: 'not-found' },
  })
  expect(server.requests[0]?.query.get('propagationPolicy')).toBe('Background')
})

test('the last lines of a log come oldest first', async () => {
  server.on('GET', '/api/v1/namespaces/shop/pods/web-1/log', (_request, response) =>
    response.end('one\r\ntwo\n\n'),
  )
  const request = { namespace: 'shop', pod: 'web-1', container: 'web', previous: true, tailLines: 20 }
  expect(await client.podLog(request)).toEqual({ ok: true, value: ['one', 'two', ''] })
  expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({
    container: 'web',
    previous: 'true',
    tailLines: '20',
  })
})

test('the kubelet’s excuse for a log that is gone is not shown as the container’s words', async () => {
  server.on('GET', '/api/v1/namespaces/shop/pods/web-1/log', (_, response) =>
    response.end('unable to retrieve container logs for docker://61fc'),
  )
  const request = { namespace: 'shop', pod: 'web-1', container: 'web', previous: true, tailLines: 20 }
  expect(await client.podLog(request)).toEqual({ ok: true, value: [] })
})
