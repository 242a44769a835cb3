import { expect, test } from 'vitest'
import { isSince } from '../differences.ts'
import { type ApiObject, valueAt } from '../rig/answer.ts'
import { call, callAsNobody } from '../rig/call.ts'
import { kinds } from '../rig/kinds.ts'

test('the server tells its version', async () => {
  expect(await call('GET', '/version')).toMatchObject({
    status: 200,
    body: {
      major: '1',
      minor: expect.stringMatching(/^\d+\+?$/),
      gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/),
      platform: expect.stringMatching(/^linux\//),
    },
  })
})

test.each(['/healthz', '/livez', '/readyz'])('%s says in plain text that the server is well', async path => {
  const answer = await call('GET', path)
  expect(answer).toMatchObject({ status: 200, text: 'ok' })
  expect(answer.headers['content-type']).toContain('text/plain')
})

test('the core group has one version', async () => {
  expect((await call('GET', '/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] })
})

test('the groups that stacks use are listed with the version that is preferred', async () => {
  const { body } = await call('GET', '/apis')
  expect(body).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' })
  const groups = valueAt(body as object, 'groups') as { name: string; preferredVersion: unknown }[]
  const preferred = Object.fromEntries(groups.map(({ name, preferredVersion }) => [name, preferredVersion]))
  expect(preferred).toMatchObject({
    apps: { groupVersion: 'apps/v1', version: 'v1' },
    batch: { groupVersion: 'batch/v1' },
    'networking.k8s.io': { groupVersion: 'networking.k8s.io/v1' },
    'apiextensions.k8s.io': { groupVersion: 'apiextensions.k8s.io/v1' },
    'discovery.k8s.io': { groupVersion: kinds.endpointSlices.apiVersion },
  })
})

test('a group can be asked for alone', async () => {
  expect((await call('GET', '/apis/apps')).body).toMatchObject({
    kind: 'APIGroup',
    name: 'apps',
    preferredVersion: { groupVersion: 'apps/v1' },
  })
})

test('each kind is listed with its names, its scope and its verbs', async () => {
  const { body } = await call('GET', '/api/v1')
  expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' })
  const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
  expect(resourcesOf(body)).toMatchObject({
    pods: { kind: 'Pod', namespaced: true, shortNames: ['po'], verbs, categories: ['all'] },
    'pods/log': { kind: 'Pod', verbs: ['get'] },
    'pods/exec': { verbs: ['create', 'get'] },
    'pods/attach': { verbs: ['create', 'get'] },
    'pods/portforward': { verbs: ['create', 'get'] },
    'pods/status': { verbs: ['get', 'patch', 'update'] },
    configmaps: { kind: 'ConfigMap', namespaced: true, shortNames: ['cm'], verbs },
    secrets: { kind: 'Secret', namespaced: true },
    services: { kind: 'Service', shortNames: ['svc'] },
    endpoints: { kind: 'Endpoints', shortNames: ['ep'] },
    events: { kind: 'Event', shortNames: ['ev'] },
    serviceaccounts: { kind: 'ServiceAccount', shortNames: ['sa'] },
    namespaces: { kind: 'Namespace', namespaced: false, shortNames: ['ns'] },
    nodes: { kind: 'Node', namespaced: false, shortNames: ['no'] },
  })
})

test('workloads are listed with their status and their scale', async () => {
  const scale = { kind: 'Scale', group: 'autoscaling', version: 'v1' }
  expect(resourcesOf((await call('GET', '/apis/apps/v1')).body)).toMatchObject({
    deployments: { kind: 'Deployment', namespaced: true, shortNames: ['deploy'], categories: ['all'] },
    'deployments/scale': scale,
    'deployments/status': { kind: 'Deployment' },
    replicasets: { kind: 'ReplicaSet', shortNames: ['rs'] },
    'replicasets/scale': scale,
    statefulsets: { kind: 'StatefulSet', shortNames: ['sts'] },
    'statefulsets/scale': scale,
    daemonsets: { kind: 'DaemonSet', shortNames: ['ds'] },
    controllerrevisions: { kind: 'ControllerRevision' },
  })
})

test('jobs and cron jobs are listed', async () => {
  expect(resourcesOf((await call('GET', '/apis/batch/v1')).body)).toMatchObject({ jobs: { kind: 'Job' } })
  expect(resourcesOf((await call('GET', `/apis/${kinds.cronJobs.apiVersion}`)).body)).toMatchObject({
    cronjobs: { kind: 'CronJob', shortNames: ['cj'] },
  })
})

test('ingresses and network policies are listed', async () => {
  expect(resourcesOf((await call('GET', '/apis/networking.k8s.io/v1')).body)).toMatchObject({
    ingresses: { kind: 'Ingress', shortNames: ['ing'] },
    networkpolicies: { kind: 'NetworkPolicy', shortNames: ['netpol'] },
  })
})

test.each(['/apis/no.such.group/v1', '/apis/apps/v9', '/no-such-path', '/api/v1/no-such-kind'])(
  '%s is not there, and that is said',
  async path => {
    expect((await call('GET', path)).status).toBe(404)
  },
)

test('the server tells the fields of its kinds', async () => {
  const { definitions } = (await call('GET', '/openapi/v2')).body as { definitions: Record<string, object> }
  expect(definitions['io.k8s.api.apps.v1.Deployment']).toMatchObject({
    'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
  })
  expect(definitions['io.k8s.api.core.v1.PodSpec']).toMatchObject({
    properties: {
      containers: { 'x-kubernetes-patch-merge-key': 'name', 'x-kubernetes-patch-strategy': 'merge' },
    },
  })
})

test.runIf(isSince('OpenAPI v3'))('the fields can be asked for by group', async () => {
  const { body } = await call('GET', '/openapi/v3')
  expect(body).toMatchObject({ paths: { 'apis/apps/v1': { serverRelativeURL: expect.any(String) } } })
})

test('who has a wrong token is told that it is not authorized', async () => {
  const headers = { authorization: 'Bearer wrong' }
  const { status, reason } = (await callAsNobody('/api/v1/pods', headers)).body as Record<string, unknown>
  expect({ status, reason }).toEqual({ status: 'Failure', reason: 'Unauthorized' })
})

test('a node is ready to take pods, and says what runs them', async () => {
  const { items } = await call('GET', '/api/v1/nodes')
  expect(items).not.toHaveLength(0)
  expect(items[0]).toMatchObject({
    status: {
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
      addresses: expect.arrayContaining([expect.objectContaining({ type: 'InternalIP' })]),
      nodeInfo: {
        containerRuntimeVersion: expect.any(String),
        kubeletVersion: expect.stringMatching(/^v1\./),
      },
      allocatable: { cpu: expect.any(String), memory: expect.any(String), pods: expect.any(String) },
    },
  })
})

function resourcesOf(body: unknown): Record<string, unknown> {
  const resources = valueAt(body as object, 'resources') as (ApiObject & { name: string })[]
  return Object.fromEntries(resources.map(resource => [resource.name, resource]))
}
