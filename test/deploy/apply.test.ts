import { beforeEach, describe, expect, test } from 'vitest'
import { applyObjects } from '../../src/deploy/apply.ts'
import type { Failure } from '../../src/model/failure.ts'
import { FakeKubeApi } from '../fakes/kube-api.ts'
import { objectsOf } from './manifest-text.ts'

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: shop/web }] }
`
const migrate = (command: string) => `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate }
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: migrate, image: shop/web, command: [${command}] }] }
`
const claim = (storageClassName: string) => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: ${storageClassName} }
`
const configMap = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings } }'

let api: FakeKubeApi
let lines: string[]

beforeEach(() => {
  api = new FakeKubeApi()
  lines = []
})

describe('what was applied', () => {
  test('runs the newest build, in the namespace of the Devfile, and is found again by its labels', async () => {
    await apply(web)
    expect(api.object('Deployment', 'web', 'default')).toMatchObject({
      metadata: {
        labels: {
          'app.kubernetes.io/managed-by': 'devloop',
          'devloop.dev/project': 'shop',
          'devloop.dev/service': 'web',
        },
        annotations: { 'kubernetes.io/change-cause': 'src/index.js' },
      },
      spec: { template: { spec: { containers: [{ image: 'shop/web:devloop-1' }] } } },
    })
  })

  test('keeps the namespace that the manifest names', async () => {
    api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tools' } })
    await apply(web.replace('name: web', 'name: web, namespace: tools'))
    expect(api.object('Deployment', 'web', 'tools')).toBeDefined()
  })

  test('is what to wait for: workloads by the generation and template that the cluster now has', async () => {
    const first = await apply(`${web}---\n${configMap}`)
    const again = await apply(web)
    const scaled = await apply(web.replace('replicas: 1', 'replicas: 2'))
    const newer = await apply(web, 'shop/web:devloop-2')
    const all = [first, again, scaled, newer].map(({ workloads: [workload] }) => workload)
    expect(all.map(workload => workload?.generation)).toEqual([1, 1, 2, 3])
    expect(new Set(all.slice(0, 3).map(workload => workload?.template)).size).toBe(1)
    expect(all[3]?.template).not.toBe(all[0]?.template)
    expect(first.workloads).toMatchObject([
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web', source: { line: 2 } },
    ])
  })
})

describe('the order', () => {
  test('gives each object what it needs, however the manifests are written', async () => {
    const namespace = '{ apiVersion: v1, kind: Namespace, metadata: { name: tools } }'
    const inIt = web.replace('name: web', 'name: web, namespace: tools')
    await apply(
      [inIt, configMap.replace('settings', 'settings, namespace: tools'), namespace].join('\n---\n'),
    )
    expect(api.calls.filter(call => call.startsWith('apply'))).toEqual([
      'apply Namespace/tools',
      'apply ConfigMap/settings',
      'apply Deployment/web',
    ])
  })

  test('waits until a new kind is served before it applies objects of that kind', async () => {
    const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec: { group: example.com, names: { kind: Widget } }
`
    const widget = '{ apiVersion: example.com/v1, kind: Widget, metadata: { name: first } }'
    await apply(`${widget}\n---${definition}`)
    expect(api.object('Widget', 'first', 'default')).toBeDefined()
  })
})

describe('a field that cannot change', () => {
  test('is changed by making the object anew, and the user is told', async () => {
    await apply(migrate('up'))
    const before = api.object('Job', 'migrate', 'default')
    const { recreated } = await apply(migrate('down'))
    expect(recreated).toEqual(['Job/migrate'])
    expect(lines).toEqual(['Job/migrate has a field that cannot change: deleting it and making it anew'])
    expect(api.object('Job', 'migrate', 'default')?.metadata.uid).not.toBe(before?.metadata.uid)
  })

  test.each([
    ['Deployment', web, web.replaceAll('app: web', 'app: shop')],
    ['StatefulSet', statefulSet('web'), statefulSet('shop')],
    ['Pod', pod('web'), pod('shop')],
  ])('of a %s too', async (kind, before, after) => {
    await apply(before)
    const applying = apply(after)
    if (kind === 'Pod') await containersEnd()
    expect((await applying).recreated).toEqual([`${kind}/web`])
  })

  test('of what holds data is never changed by deleting that', async () => {
    await apply(claim('fast'))
    expect(await reject(claim('slow'))).toMatchObject({ code: 'deploy/rejected' })
    expect(api.calls).not.toContain('delete PersistentVolumeClaim/data')
  })

  test('is waited for no longer than the user wants', async () => {
    await apply(pod('web'))
    const controller = new AbortController()
    const applying = run(pod('shop'), 'shop/web:devloop-1', controller.signal)
    await seen('get Pod/web')
    controller.abort()
    expect((await applying).ok).toBe(false)
  })
})

describe('what the cluster refuses', () => {
  test('stops what comes after it, and leaves what came before', async () => {
    api.errors.set('apply ConfigMap/settings', { kind: 'invalid', message: 'data: expected map' })
    const serviceAccount = '{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web } }'
    expect(await reject([web, configMap, serviceAccount].join('\n---\n'))).toMatchObject({
      code: 'deploy/rejected',
      at: { object: 'ConfigMap/settings' },
    })
    expect(api.object('ServiceAccount', 'web', 'default')).toBeDefined()
    expect(api.object('Deployment', 'web', 'default')).toBeUndefined()
  })

  test('such as a kind that it does not know', async () => {
    const failure = await reject('{ apiVersion: example.com/v1, kind: Widget, metadata: { name: first } }')
    expect(failure.message).toBe('The cluster knows no Widget in example.com/v1.')
  })

  test('such as a namespace that is not there', async () => {
    const failure = await reject(web.replace('name: web', 'name: web, namespace: nowhere'))
    expect(failure.message).toBe('The namespace nowhere for Deployment/web does not exist.')
  })

  test('is applied by the same apply once it is mended', async () => {
    api.errors.set('apply Deployment/web', { kind: 'unreachable', message: 'connection refused' })
    expect(await reject(web)).toMatchObject({ code: 'cluster/unreachable' })
    api.errors.clear()
    expect((await apply(web)).workloads).toHaveLength(1)
  })
})

async function run(text: string, reference = 'shop/web:devloop-1', signal = AbortSignal.timeout(10_000)) {
  return applyObjects(api, {
    project: 'shop',
    service: 'web',
    namespace: 'default',
    images: new Map([['docker.io/shop/web', reference]]),
    restartable: new Map(),
    supervisor: () => [],
    changeCause: 'src/index.js',
    objects: await objectsOf(text),
    signal,
    onLine: line => lines.push(line),
  })
}

async function apply(text: string, reference?: string) {
  const applied = await run(text, reference)
  if (!applied.ok) throw new Error(JSON.stringify(applied.failure))
  return applied.value
}

async function reject(text: string): Promise<Failure> {
  const applied = await run(text)
  if (applied.ok) throw new Error('it was applied')
  return applied.failure
}

/** Settles once devloop has asked for something. */
async function seen(call: string): Promise<void> {
  await expect.poll(() => api.calls, { interval: 5 }).toContain(call)
}

/** The kubelet lets go of the deleted pod. */
async function containersEnd(): Promise<void> {
  await seen('delete Pod/web')
  await expect.poll(() => api.object('Pod', 'web', 'default')?.metadata.deletionTimestamp).toBeDefined()
  const deleted = api.object('Pod', 'web', 'default')
  if (deleted) api.remove(deleted)
}

function statefulSet(serviceName: string): string {
  return `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: ${serviceName}
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: shop/web }] } }
`
}

function pod(command: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: shop/web, command: [${command}] }] }
`
}
