import { expect, test } from 'vitest'
import { valueAt } from '../rig/answer.ts'
import { condition, type Pattern } from '../rig/collection.ts'
import { Kubectl } from '../rig/kubectl.ts'
import { shell, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('write')
const kubectl = new Kubectl(space.namespace)
const { configMaps, deployments, replicaSets, pods, secrets } = space

function configMap(name: string, data: Pattern): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
}

function deployment(name: string, version = '1', replicas = 0): string {
  const container = shell('sleep 1000', { env: [{ name: 'VERSION', value: version }] })
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    ...workload(name, container, { replicas }),
  })
}

const apply = (input: string, ...more: string[]) => kubectl.outputOf(['apply', '-f', '-', ...more], { input })

test('apply creates, configures, and says when nothing changed', async () => {
  expect(await apply(configMap('applied', { a: '1', b: '1' }))).toBe('configmap/applied created')
  expect(await apply(configMap('applied', { a: '1', b: '1' }))).toBe('configmap/applied unchanged')
  expect(await apply(configMap('applied', { a: '2' }))).toBe('configmap/applied configured')
  expect(valueAt((await configMaps.get('applied')).object, 'data')).toEqual({ a: '2' })
})

test('apply leaves what others have added', async () => {
  await apply(deployment('shared'))
  await deployments.patch('shared', 'merge', {
    metadata: { annotations: { added: 'yes' } },
    spec: { minReadySeconds: 5 },
  })
  expect(await apply(deployment('shared', '2'))).toBe('deployment.apps/shared configured')
  expect((await deployments.get('shared')).body).toMatchObject({
    metadata: { annotations: { added: 'yes' } },
    spec: { minReadySeconds: 5, template: { spec: { containers: [{ env: [{ value: '2' }] }] } } },
  })
})

test('apply --server-side says whose fields are in conflict', async () => {
  const output = await apply(configMap('server-side', { a: '1' }), '--server-side')
  expect(output).toBe('configmap/server-side serverside-applied')
  await configMaps.apply({ metadata: { name: 'server-side' }, data: { a: '2' } }, 'other', { force: true })
  const args = ['apply', '--server-side', '-f', '-']
  const input = configMap('server-side', { a: '3' })
  expect(await kubectl.run(args, { input })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('conflict with "other": .data.a'),
  })
  await kubectl.outputOf([...args, '--force-conflicts'], { input })
  expect((await configMaps.get('server-side')).body).toMatchObject({ data: { a: '3' } })
})

test('apply --dry-run=server changes nothing', async () => {
  expect(await apply(configMap('dry', { a: '1' }), '--dry-run=server')).toBe(
    'configmap/dry created (server dry run)',
  )
  expect((await configMaps.get('dry')).status).toBe(404)
})

test('apply refuses a manifest that is wrong, and names the field', async () => {
  const input = JSON.stringify({ ...JSON.parse(deployment('wrong')), spec: { replicas: 1, replicaz: 2 } })
  const { code, stderr } = await kubectl.run(['apply', '-f', '-'], { input })
  expect(code).toBe(1)
  expect(stderr).toMatch(/replicaz|spec\.selector/)
})

test('diff shows what an apply would change', async () => {
  await apply(configMap('compared', { a: 'old' }))
  expect(
    await kubectl.run(['diff', '-f', '-'], { input: configMap('compared', { a: 'old' }) }),
  ).toMatchObject({ code: 0, stdout: '' })
  const { code, stdout } = await kubectl.run(['diff', '-f', '-'], {
    input: configMap('compared', { a: 'new' }),
  })
  expect(code).toBe(1)
  expect(stdout).toMatch(/^- {2}a: old$/m)
  expect(stdout).toMatch(/^\+ {2}a: new$/m)
})

test('create, label, annotate, patch and replace write', async () => {
  await kubectl.output('create', 'configmap', 'written', '--from-literal=a=1')
  await kubectl.output('label', 'configmap', 'written', 'tier=test')
  await kubectl.output('annotate', 'configmap', 'written', 'note=yes')
  await kubectl.output('patch', 'configmap', 'written', '-p', '{"data":{"b":"2"}}')
  expect((await configMaps.get('written')).body).toMatchObject({
    metadata: { labels: { tier: 'test' }, annotations: { note: 'yes' } },
    data: { a: '1', b: '2' },
  })
  await kubectl.outputOf(['replace', '-f', '-'], { input: configMap('written', { c: '3' }) })
  expect(valueAt((await configMaps.get('written')).object, 'data')).toEqual({ c: '3' })
})

test('create secret encodes, and create deployment and expose bring what serves', async () => {
  await kubectl.output('create', 'secret', 'generic', 'made', '--from-literal=password=open sesame')
  expect((await secrets.get('made')).body).toMatchObject({ data: { password: 'b3BlbiBzZXNhbWU=' } })
  await kubectl.output('create', 'deployment', 'made', '--image=busybox', '--replicas=0')
  expect(await kubectl.output('expose', 'deployment', 'made', '--port=80')).toBe('service/made exposed')
  expect((await space.services.get('made')).body).toMatchObject({ spec: { selector: { app: 'made' } } })
})

test('scale scales, at a number that is expected', async () => {
  await apply(deployment('scaled'))
  expect(await kubectl.output('scale', 'deployment', 'scaled', '--replicas=1')).toBe(
    'deployment.apps/scaled scaled',
  )
  await deployments.until('scaled', { spec: { replicas: 1 } })
  const wrong = await kubectl.run(['scale', 'deployment', 'scaled', '--current-replicas=5', '--replicas=0'])
  expect(wrong).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Expected replicas to be 5, was 1'),
  })
  await kubectl.output('scale', 'deployment', 'scaled', '--replicas=0')
  await pods.untilAll('app=scaled', found => found.length === 0)
})

test('rollout history, undo, restart, pause and resume steer a rollout', async () => {
  await apply(deployment('steered', '1'))
  await replicaSets.untilAll('app=steered', found => found.length === 1)
  await apply(deployment('steered', '2'))
  await replicaSets.untilAll('app=steered', found => found.length === 2)
  const history = await kubectl.output('rollout', 'history', 'deployment/steered')
  expect(history).toMatch(/^1 .*\n2 /m)
  expect(await kubectl.output('rollout', 'history', 'deployment/steered', '--revision=1')).toMatch(
    /VERSION:\s+1/,
  )

  expect(await kubectl.output('rollout', 'undo', 'deployment/steered')).toBe(
    'deployment.apps/steered rolled back',
  )
  await deployments.until('steered', {
    metadata: { annotations: { 'deployment.kubernetes.io/revision': '3' } },
    spec: { template: { spec: { containers: [{ env: [{ name: 'VERSION', value: '1' }] }] } } },
  })

  await kubectl.output('rollout', 'pause', 'deployment/steered')
  expect((await deployments.get('steered')).body).toMatchObject({ spec: { paused: true } })
  expect((await kubectl.run(['rollout', 'restart', 'deployment/steered'])).stderr).toContain(
    `can't restart paused deployment`,
  )
  await kubectl.output('rollout', 'resume', 'deployment/steered')
  expect(await kubectl.output('rollout', 'restart', 'deployment/steered')).toBe(
    'deployment.apps/steered restarted',
  )
  await deployments.until('steered', {
    metadata: { annotations: { 'deployment.kubernetes.io/revision': '4' } },
  })
})

test('set image and set env change a template', async () => {
  await apply(deployment('set'))
  expect(await kubectl.output('set', 'env', 'deployment/set', 'VERSION=9')).toContain('env updated')
  expect(await kubectl.output('set', 'image', 'deployment/set', 'main=node:20-alpine')).toContain(
    'image updated',
  )
  expect((await deployments.get('set')).body).toMatchObject({
    spec: {
      template: {
        spec: { containers: [{ image: 'node:20-alpine', env: [{ name: 'VERSION', value: '9' }] }] },
      },
    },
  })
})

test('rollout status and wait return when a condition is met, and fails when it is not in time', async () => {
  await apply(deployment('awaited', '1', 1))
  expect(await kubectl.output('rollout', 'status', 'deployment/awaited', '--timeout=90s')).toContain(
    'deployment "awaited" successfully rolled out',
  )
  expect(
    await kubectl.output('wait', '--for=condition=Available', 'deployment/awaited', '--timeout=90s'),
  ).toBe('deployment.apps/awaited condition met')
  expect(
    await kubectl.run(['wait', '--for=condition=Never', 'deployment/awaited', '--timeout=1s']),
  ).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('timed out waiting for the condition'),
  })
  const path = '--for=jsonpath={.status.readyReplicas}=1'
  expect(await kubectl.output('wait', path, 'deployment/awaited', '--timeout=90s')).toContain('condition met')
})

test('delete deletes, and waits until an object is gone', async () => {
  await apply(configMap('deleted', {}))
  expect(await kubectl.output('delete', 'configmap', 'deleted')).toMatch(/^configmap "deleted" deleted/)
  expect((await configMaps.get('deleted')).status).toBe(404)
  expect(await kubectl.run(['delete', 'configmap', 'deleted'])).toMatchObject({ code: 1 })
  expect(await kubectl.run(['delete', 'configmap', 'deleted', '--ignore-not-found'])).toMatchObject({
    code: 0,
  })
})

test('wait --for=delete returns when an object is gone', async () => {
  await configMaps.make({ metadata: { name: 'going', finalizers: ['example.com/hold'] } })
  const waiting = kubectl.output('wait', '--for=delete', 'configmap/going', '--timeout=30s')
  await kubectl.output('delete', 'configmap', 'going', '--wait=false')
  await configMaps.patch('going', 'merge', { metadata: { finalizers: null } })
  await waiting
})

test('delete -l deletes a selection, and --cascade=orphan leaves what belongs to it', async () => {
  await apply(deployment('orphaner'))
  await replicaSets.untilAll('app=orphaner', found => found.length === 1)
  await kubectl.output('delete', 'deployment', '-l', 'app=orphaner', '--cascade=orphan')
  const [left] = await replicaSets.untilAll(
    'app=orphaner',
    ([set]) => set?.metadata.ownerReferences === undefined,
  )
  expect(left).toBeDefined()
})

test('the conditions of a new Deployment are there for who waits for them', async () => {
  await apply(deployment('conditional'))
  await deployments.until('conditional', condition('Available', 'True'))
})
