import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestNode, type TestNode } from './node.ts'

let node: TestNode

beforeEach(async () => {
  node = await startTestNode()
})

afterEach(() => node.close())

const isRunning = () => node.status().state.running !== undefined
const main = () => node.runtime.newest('main')
const read = (target: string, name: string) => readFileSync(path.join(main().source(target), name), 'utf8')

function createConfigMap(data: Record<string, string>, name = 'settings'): void {
  node.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
}

function createSecret(data: Record<string, string>): void {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])
  node.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys' },
    data: Object.fromEntries(encoded),
  })
}

test('variables come from values, ConfigMaps, Secrets, fields and limits, and may name one another', async () => {
  createConfigMap({ COLOR: 'red', SIZE: '3' })
  createSecret({ token: 'hush' })
  node.createPod(
    {},
    {
      command: ['serve', '$(COLOR)', '$$(COLOR)', '$(NOBODY)'],
      envFrom: [
        { configMapRef: { name: 'settings' }, prefix: 'MY_' },
        { configMapRef: { name: 'none', optional: true } },
      ],
      env: [
        { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'COLOR' } } },
        { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        { name: 'GREETING', value: 'hello $(COLOR) $(POD)' },
      ],
      resources: { limits: { memory: '64Mi' } },
    },
  )
  await node.until(isRunning)
  const { spec } = main()
  expect(spec.command).toEqual(['serve', 'red', '$(COLOR)', '$(NOBODY)'])
  expect(Object.fromEntries(spec.env.map(({ name, value }) => [name, value]))).toMatchObject({
    MY_COLOR: 'red',
    MY_SIZE: '3',
    TOKEN: 'hush',
    POD: 'web',
    IP: '10.88.0.1',
    APP: 'web',
    MEMORY: '64',
    GREETING: 'hello red web',
  })
})

test('services that were there before are variables, unless the pod does without', async () => {
  node.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'order-db' },
    spec: { clusterIP: '10.96.0.7', ports: [{ name: 'sql', port: 5432 }] },
  })
  node.createPod()
  await node.until(isRunning)
  expect(main().variable('ORDER_DB_SERVICE_HOST')).toBe('10.96.0.7')
  expect(main().variable('ORDER_DB_SERVICE_PORT_SQL')).toBe('5432')
  expect(main().variable('ORDER_DB_PORT_5432_TCP_ADDR')).toBe('10.96.0.7')
  node.deletePod()
  await node.until(() => node.pod() === undefined)
  node.createPod({ enableServiceLinks: false })
  await node.until(isRunning)
  expect(main().variable('ORDER_DB_SERVICE_HOST')).toBeUndefined()
})

test.each([
  ['configmap "settings" not found', { configMapKeyRef: { name: 'settings', key: 'COLOR' } }],
  ['secret "keys" not found', { secretKeyRef: { name: 'keys', key: 'token' } }],
])('what is missing is named, and the pod starts when it is there: %s', async (message, valueFrom) => {
  node.createPod({}, { env: [{ name: 'VALUE', valueFrom }] })
  await node.until(() => node.status().state.waiting?.reason === 'CreateContainerConfigError')
  expect(node.status().state.waiting?.message).toBe(message)
  expect(node.events).toContain(`Failed: Error: ${message}`)
  createConfigMap({ COLOR: 'red' })
  createSecret({ token: 'hush' })
  await node.until(isRunning)
})

test('a key that a ConfigMap lacks is named', async () => {
  createConfigMap({})
  node.createPod(
    {},
    { env: [{ name: 'VALUE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'COLOR' } } }] },
  )
  await node.until(() => node.status().state.waiting?.reason === 'CreateContainerConfigError')
  expect(node.status().state.waiting?.message).toBe("couldn't find key COLOR in ConfigMap default/settings")
})

test('files of a ConfigMap change in the running container, all in one step', async () => {
  createConfigMap({ 'app.conf': 'one', 'old.conf': 'old' })
  node.createPod(
    { volumes: [{ name: 'config', configMap: { name: 'settings' } }] },
    { volumeMounts: [{ name: 'config', mountPath: '/etc/app' }] },
  )
  await node.until(isRunning)
  expect(read('/etc/app', 'app.conf')).toBe('one')
  const folder = main().source('/etc/app')
  const before = readlinkSync(path.join(folder, '..data'))
  node.kinds.update('configmaps', 'settings', 'default', current => ({
    ...current,
    data: { 'app.conf': 'two', 'new.conf': 'new' },
  }))
  await node.until(() => !readdirSync(folder).includes('old.conf'))
  expect(read('/etc/app', 'app.conf')).toBe('two')
  expect(read('/etc/app', 'new.conf')).toBe('new')
  expect(readlinkSync(path.join(folder, '..data'))).not.toBe(before)
})

test('chosen keys of a Secret have the paths and permissions that are asked for', async () => {
  createSecret({ token: 'hush', other: 'x' })
  node.createPod(
    {
      volumes: [
        {
          name: 'keys',
          secret: { secretName: 'keys', defaultMode: 0o400, items: [{ key: 'token', path: 'a/token' }] },
        },
      ],
    },
    {
      volumeMounts: [
        { name: 'keys', mountPath: '/keys' },
        { name: 'keys', mountPath: '/token', subPath: 'a/token' },
      ],
    },
  )
  await node.until(isRunning)
  expect(read('/keys', 'a/token')).toBe('hush')
  expect(readFileSync(main().source('/token'), 'utf8')).toBe('hush')
  expect(statSync(path.join(main().source('/keys'), 'a/token')).mode & 0o777).toBe(0o400)
  expect(readdirSync(main().source('/keys')).filter(name => !name.startsWith('..'))).toEqual(['a'])
})

test('the group of a pod is one of its containers, may read its secrets, and has what they write', async () => {
  createSecret({ token: 'hush' })
  const group = process.getgid?.() ?? 0
  node.createPod(
    {
      securityContext: { fsGroup: group, supplementalGroups: [7], runAsNonRoot: true },
      volumes: [
        { name: 'keys', secret: { secretName: 'keys', defaultMode: 0o400 } },
        { name: 'shared', emptyDir: {} },
      ],
    },
    {
      volumeMounts: [
        { name: 'keys', mountPath: '/keys' },
        { name: 'shared', mountPath: '/shared' },
      ],
    },
  )
  await node.until(isRunning)
  expect(main().spec).toMatchObject({ groups: [7, group], refusesRoot: true })
  const of = (file: string) => {
    const { mode, gid } = statSync(file)
    return [(mode & 0o7777).toString(8), gid]
  }
  expect(of(path.join(main().source('/keys'), 'token'))).toEqual(['440', group])
  expect(of(main().source('/shared'))).toEqual(['2777', group])
})

test('a pod waits for a volume that is missing, and says for which', async () => {
  node.createPod(
    { volumes: [{ name: 'config', configMap: { name: 'settings' } }] },
    { volumeMounts: [{ name: 'config', mountPath: '/etc/app' }] },
  )
  await node.until(() => node.events.some(event => event.startsWith('FailedMount')))
  expect(node.events).toContain(
    'FailedMount: MountVolume.SetUp failed for volume "config" : configmap "settings" not found',
  )
  expect(node.status().state.waiting?.reason).toBe('ContainerCreating')
  createConfigMap({ 'app.conf': 'one' })
  await node.until(isRunning)
})

test('containers share an emptyDir, see their own labels as files, and have a token for the API', async () => {
  node.createPod({
    volumes: [
      { name: 'shared', emptyDir: {} },
      {
        name: 'info',
        downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
      },
    ],
    containers: [
      {
        name: 'main',
        image: 'web',
        volumeMounts: [
          { name: 'shared', mountPath: '/shared' },
          { name: 'info', mountPath: '/info' },
        ],
      },
      {
        name: 'second',
        image: 'web',
        volumeMounts: [{ name: 'shared', mountPath: '/data', subPath: 'below' }],
      },
    ],
  })
  await node.until(() => isRunning() && node.status('second').state.running !== undefined)
  expect(node.runtime.newest('second').source('/data')).toBe(path.join(main().source('/shared'), 'below'))
  for (const [container, target] of [
    ['main', '/shared'],
    ['second', '/data'],
  ] as const) {
    const { mode } = statSync(node.runtime.newest(container).source(target))
    expect((mode & 0o777).toString(8)).toBe('777')
  }
  expect(read('/info', 'labels')).toBe('app="web"')
  const account = '/var/run/secrets/kubernetes.io/serviceaccount'
  expect(read(account, 'token')).toBe('token of default/default')
  expect(read(account, 'ca.crt')).toBe('the authority')
  expect(read(account, 'namespace')).toBe('default')
})

test('a mount never leaves its volume', async () => {
  node.createPod(
    { volumes: [{ name: 'shared', emptyDir: {} }] },
    {
      env: [{ name: 'UP', value: '../../..' }],
      volumeMounts: [{ name: 'shared', mountPath: '/data', subPathExpr: '$(UP)' }],
    },
  )
  await node.until(() => node.status().state.waiting?.reason === 'CreateContainerConfigError')
  expect(node.status().state.waiting?.message).toContain('leaves the volume')
})

test('names are asked for in the cluster first, and the pod knows its own', async () => {
  node.createPod({ hostname: 'db-0', dnsConfig: { options: [{ name: 'ndots', value: '2' }] } })
  await node.until(isRunning)
  expect(node.runtime.pods[0]).toMatchObject({
    hostname: 'db-0',
    dns: {
      servers: ['10.96.0.10'],
      searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      options: ['ndots:5', 'ndots:2'],
    },
  })
})
