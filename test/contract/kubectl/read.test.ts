import { expect, test } from 'vitest'
import { isSince } from '../differences.ts'
import { condition } from '../rig/collection.ts'
import { kinds } from '../rig/kinds.ts'
import { Kubectl } from '../rig/kubectl.ts'
import { podSpec, shell, untilTold, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('read')
const kubectl = new Kubectl(space.namespace)

await Promise.all([
  space.deployments.make(workload('web', shell(untilTold), { replicas: 1 })),
  space.services.make({
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  }),
  space.configMaps.make({
    metadata: { name: 'settings', labels: { tier: 'test' } },
    data: { colour: 'green' },
  }),
  space.statefulSets.make(workload('store', shell(untilTold), { serviceName: 'store', replicas: 0 })),
  space.cronJobs.make({
    metadata: { name: 'nightly' },
    spec: {
      schedule: '0 3 1 1 *',
      jobTemplate: { spec: { template: { spec: podSpec([shell('true')], { restartPolicy: 'Never' }) } } },
    },
  }),
])
await space.deployments.until('web', condition('Available', 'True'))
const [pod = ''] = await space.pods.names({ labelSelector: 'app=web' })

/** The words of each row. */
function rows(output: string): string[][] {
  return output
    .trim()
    .split('\n')
    .map(row => row.trim().split(/\s{2,}/))
}

test('get shows pods in columns', async () => {
  expect(rows(await kubectl.output('get', 'pods'))).toEqual([
    ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
    [pod, '1/1', 'Running', '0', expect.stringMatching(/^\d+m?\d*s$/)],
  ])
})

test('get -o wide adds address and node', async () => {
  const [titles, row] = rows(await kubectl.output('get', 'pods', '-o', 'wide'))
  expect(titles).toEqual([
    'NAME',
    'READY',
    'STATUS',
    'RESTARTS',
    'AGE',
    'IP',
    'NODE',
    'NOMINATED NODE',
    'READINESS GATES',
  ])
  expect(row?.slice(5)).toEqual([
    expect.stringMatching(/^\d+(\.\d+){3}$/),
    expect.any(String),
    '<none>',
    '<none>',
  ])
})

test.each([
  ['deployments', ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'], ['web', '1/1', '1', '1']],
  [
    'replicasets',
    ['NAME', 'DESIRED', 'CURRENT', 'READY', 'AGE'],
    [expect.stringMatching(/^web-/), '1', '1', '1'],
  ],
  ['statefulsets', ['NAME', 'READY', 'AGE'], ['store', '0/0']],
  [
    'services',
    ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
    ['web', 'ClusterIP', expect.any(String), '<none>', '80/TCP'],
  ],
  ['endpoints', ['NAME', 'ENDPOINTS', 'AGE'], ['web', expect.stringMatching(/:8080$/)]],
  ['configmaps/settings', ['NAME', 'DATA', 'AGE'], ['settings', '1']],
])('get shows %s in columns of their own', async (what, titles, cells) => {
  const [first, row] = rows(await kubectl.output('get', what))
  expect(first).toEqual(titles)
  expect(row?.slice(0, cells.length)).toEqual(cells)
})

test('get takes short names, several kinds and all', async () => {
  const names = (await kubectl.output('get', 'deploy,svc,sts', '-o', 'name')).split('\n')
  expect(names).toEqual(['deployment.apps/web', 'service/web', 'statefulset.apps/store'])
  const all = await kubectl.output('get', 'all', '-o', 'name')
  for (const name of [
    `pod/${pod}`,
    'service/web',
    'deployment.apps/web',
    'statefulset.apps/store',
    'cronjob.batch/nightly',
  ]) {
    expect(all).toContain(name)
  }
})

test('get -o json and -o yaml give the object as it is', async () => {
  const { object } = await space.configMaps.get('settings')
  const json = JSON.parse(await kubectl.output('get', 'configmap', 'settings', '-o', 'json'))
  expect(json).toMatchObject({
    kind: 'ConfigMap',
    metadata: { uid: object.metadata.uid },
    data: { colour: 'green' },
  })
  expect(await kubectl.output('get', 'configmap', 'settings', '-o', 'yaml')).toContain(
    '  colour: green\nkind: ConfigMap',
  )
})

test('get -o jsonpath and custom-columns pick fields', async () => {
  expect(await kubectl.output('get', 'configmap', 'settings', '-o', 'jsonpath={.data.colour}')).toBe('green')
  const columns = 'custom-columns=NAME:.metadata.name,COLOUR:.data.colour'
  expect(rows(await kubectl.output('get', 'configmap', 'settings', '-o', columns))).toEqual([
    ['NAME', 'COLOUR'],
    ['settings', 'green'],
  ])
})

test('get chooses by label and by field, and shows labels', async () => {
  expect(await kubectl.output('get', 'configmaps', '-l', 'tier=test', '-o', 'name')).toBe(
    'configmap/settings',
  )
  expect(await kubectl.output('get', 'pods', '--field-selector', 'status.phase=Failed', '-o', 'name')).toBe(
    '',
  )
  expect(await kubectl.output('get', 'configmaps', '-l', 'tier=test', '--show-labels')).toContain('tier=test')
})

test('get -w tells of changes', async () => {
  await using watching = kubectl.start(['get', 'configmaps', '-w', '-l', 'watched=yes', '-o', 'name'])
  await space.configMaps.make({ metadata: { name: 'watched', labels: { watched: 'yes' } } })
  await watching.until(lines => lines.includes('configmap/watched'))
})

test('get says what is not there', async () => {
  expect(await kubectl.run(['get', 'deployment', 'nothing'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Error from server (NotFound): deployments.apps "nothing" not found'),
  })
  expect((await kubectl.run(['get', 'nonsense'])).stderr).toContain(
    `the server doesn't have a resource type "nonsense"`,
  )
})

test('describe tells of a pod, and what happened to it', async () => {
  const text = await kubectl.output('describe', 'pod', pod)
  expect(text).toMatch(new RegExp(`^Name:\\s+${pod}$`, 'm'))
  expect(text).toMatch(/^Status:\s+Running$/m)
  expect(text).toMatch(/^Controlled By:\s+ReplicaSet\/web-/m)
  expect(text).toMatch(/Image:\s+busybox$/m)
  expect(text).toMatch(/Normal\s+Scheduled\s+/)
})

test.each([
  ['deployment/web', /Replicas:\s+1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable/],
  ['service/web', /TargetPort:\s+8080\/TCP/],
  ['configmap/settings', /colour:\n----\ngreen/],
  ['statefulset/store', /Replicas:\s+0 desired \| 0 total/],
  ['node', /Container Runtime Version:/],
])('describe tells of %s', async (what, expected) => {
  expect(await kubectl.output('describe', what)).toMatch(expected)
})

test.runIf(isSince('stable EndpointSlices'))('describe tells of the endpoints of a Service', async () => {
  expect(await kubectl.output('describe', 'service/web')).toMatch(/Endpoints:\s+\d+(\.\d+){3}:8080/)
})

test('explain tells of fields', async () => {
  expect(await kubectl.output('explain', 'deployment.spec.replicas')).toMatch(/replicas.*<integer>/s)
})

test('api-resources and api-versions tell what there is', async () => {
  const resources = await kubectl.output('api-resources')
  expect(resources).toMatch(/^deployments\s+deploy\s+apps\/v1\s+true\s+Deployment$/m)
  const versions = await kubectl.output('api-versions')
  expect(versions.split('\n')).toEqual(
    expect.arrayContaining(['v1', 'apps/v1', 'batch/v1', kinds.cronJobs.apiVersion]),
  )
})

test('events are shown', async () => {
  const shown = await kubectl.output('get', 'events', '--field-selector', `involvedObject.name=${pod}`)
  expect(shown).toMatch(new RegExp(`Normal\\s+Scheduled\\s+pod/${pod}`))
})

test('auth can-i says what one may', async () => {
  expect(await kubectl.output('auth', 'can-i', 'create', 'deployments')).toBe('yes')
})
