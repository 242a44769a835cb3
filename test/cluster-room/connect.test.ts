import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCluster } from '../../src/cluster/connect.ts'
import { permitContext } from '../../src/cluster/contexts.ts'
import { type Answer, FakeApiServer, sendJson, sendStatus } from '../fakes/api-server.ts'
import { kubeContext } from '../fakes/kubeconfig.ts'

const hosting = '/api/v1/namespaces/kube-public/configmaps/local-registry-hosting'
const yaml = 'host: "localhost:5001"\nhostFromContainerRuntime: "kind-registry:5000"\n'

let server: FakeApiServer
beforeEach(async () => {
  server = await FakeApiServer.start()
  server.on('GET', '/version', (_, response) => sendJson(response, { gitVersion: 'v1.31.2' }))
  const nodeInfo = { containerRuntimeVersion: 'containerd://1.7.2', kernelVersion: '6.10.4' }
  server.on('GET', '/api/v1/nodes', (_, response) =>
    sendJson(response, { items: [{ status: { nodeInfo } }] }),
  )
})
afterEach(() => server.stop())

async function open(answer?: Answer) {
  if (answer) server.on('GET', hosting, answer)
  const permitted = permitContext(kubeContext({ name: 'kind-shop', server: server.url }), [], {})
  if (!permitted.ok) throw new Error(permitted.failure.message)
  const opened = await openCluster(permitted.value, {
    env: {},
    engineEnv: {},
    signal: new AbortController().signal,
  })
  if (opened.ok) await opened.value.close()
  return opened
}

async function openWell(answer?: Answer) {
  const opened = await open(answer)
  if (!opened.ok) throw new Error(opened.failure.message)
  return opened.value
}

test('the registry that a cluster tells of is found with one more request', async () => {
  const cluster = await openWell((_, response) =>
    sendJson(response, { data: { 'localRegistryHosting.v1': yaml } }),
  )
  expect(cluster.provider(undefined).describe()).toContain('the registry localhost:5001')
  expect(server.requests.map(({ path }) => path).toSorted()).toEqual([hosting, '/api/v1/nodes', '/version'])
})

test.each([
  ['has none', (_, response) => sendStatus(response, 404, 'configmaps "local-registry-hosting" not found')],
  ['does not let this user see it', (_, response) => sendStatus(response, 403, 'forbidden')],
  ['has an empty ConfigMap', (_, response) => sendJson(response, {})],
] satisfies [string, Answer][])('a cluster that %s is used without a registry', async (_, answer) => {
  const cluster = await openWell(answer)
  expect(cluster.provider(undefined).describe()).not.toContain('the registry')
})

test('a cluster that cannot say for the moment is asked again, and not used in another way', async () => {
  const opened = await open((_, response) => sendStatus(response, 503, 'etcd is starting'))
  expect(opened).toMatchObject({ failure: { code: 'cluster/unreachable', why: 'etcd is starting' } })
})

test('a way in stays the same one until the Devfile says otherwise', async () => {
  const cluster = await openWell()
  const named = () => ({ host: 'localhost:5000', hostFromNodes: 'localhost:5000' })
  const first = cluster.provider(named())
  expect(cluster.provider(named())).toBe(first)
  expect(cluster.provider(false)).not.toBe(first)
})
