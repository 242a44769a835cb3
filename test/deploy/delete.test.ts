import { beforeEach, describe, expect, test } from 'vitest'
import { deleteObjects } from '../../src/deploy/delete.ts'
import type { KubeObject } from '../../src/model/kube.ts'
import { FakeKubeApi } from '../fakes/kube-api.ts'

let api: FakeKubeApi
let lines: string[]

beforeEach(() => {
  api = new FakeKubeApi()
  lines = []
})

describe('devloop down', () => {
  test('deletes all of the project, in the reverse of the order in which it was applied', async () => {
    for (const kind of ['Namespace', 'ConfigMap', 'Deployment']) put(kind, 'shop')
    expect(await remove()).toEqual({ ok: true, value: 3 })
    expect(deletions()).toEqual(['delete Deployment/shop', 'delete ConfigMap/shop', 'delete Namespace/shop'])
    expect(lines).toEqual(['deleting Deployment/shop', 'deleting ConfigMap/shop', 'deleting Namespace/shop'])
  })

  test('leaves what is not of the project', async () => {
    put('ConfigMap', 'ours')
    api.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'default' } })
    await remove()
    expect(api.object('ConfigMap', 'theirs', 'default')).toBeDefined()
  })

  test('of one service leaves the others', async () => {
    put('ConfigMap', 'web', { 'devloop.dev/service': 'web' })
    put('ConfigMap', 'cart', { 'devloop.dev/service': 'cart' })
    await remove('web')
    expect(api.object('ConfigMap', 'web', 'default')).toBeUndefined()
    expect(api.object('ConfigMap', 'cart', 'default')).toBeDefined()
  })

  test('of a disabled service leaves what holds data, so that it is there when the service comes back', async () => {
    for (const kind of ['Namespace', 'PersistentVolumeClaim', 'Deployment'])
      put(kind, 'db', { 'devloop.dev/service': 'db' })
    const request = { project: 'shop', service: 'db', keepsData: true, onLine: () => {} }
    await deleteObjects(api, { ...request, signal: new AbortController().signal })
    expect(deletions()).toEqual(['delete Deployment/db'])
  })

  test('a second time says that there is nothing', async () => {
    put('ConfigMap', 'web')
    await remove()
    expect(await remove()).toEqual({ ok: true, value: 0 })
  })

  test('leaves to the cluster what the cluster made, and waits until it is gone', async () => {
    put('Deployment', 'web')
    const pod = put(
      'Pod',
      'web-x',
      {},
      { ownerReferences: [{ kind: 'ReplicaSet', name: 'web', uid: '1', controller: true }] },
    )
    let isDone = false
    const removing = remove().finally(() => {
      isDone = true
    })
    await expect.poll(() => api.calls.filter(call => call === 'list Pod').length).toBeGreaterThan(1)
    expect(isDone).toBe(false)
    api.remove(pod)
    expect(await removing).toEqual({ ok: true, value: 1 })
    expect(deletions()).toEqual(['delete Deployment/web'])
  })

  test('goes on where somebody else deletes at the same time', async () => {
    put('ConfigMap', 'web')
    api.errors.set('delete ConfigMap/web', {
      kind: 'not-found',
      status: 404,
      message: 'configmaps "web" not found',
    })
    const removing = remove()
    await expect.poll(deletions).toEqual(['delete ConfigMap/web'])
    const object = api.object('ConfigMap', 'web', 'default')
    if (object) api.remove(object)
    expect((await removing).ok).toBe(true)
  })

  test('names what is still there when the user ends it, and what that waits for', async () => {
    put('ConfigMap', 'web', {}, { finalizers: ['example.com/backup'] })
    const controller = new AbortController()
    const removing = remove(undefined, controller.signal)
    await expect.poll(deletions).toEqual(['delete ConfigMap/web'])
    controller.abort()
    expect(await removing).toMatchObject({
      ok: false,
      failure: { code: 'deploy/delete', why: 'ConfigMap/web is still there (waits for example.com/backup)' },
    })
  })

  test('names what the cluster does not let it delete', async () => {
    put('ConfigMap', 'web')
    api.errors.set('delete ConfigMap/web', { kind: 'forbidden', status: 403, message: 'you may not' })
    expect(await remove()).toMatchObject({
      ok: false,
      failure: { code: 'deploy/delete', why: 'ConfigMap/web: you may not' },
    })
  })

  test('does not take a cluster that does not answer for one that is empty', async () => {
    put('ConfigMap', 'web')
    api.errors.set('list ConfigMap', { kind: 'unreachable', message: 'connection refused' })
    expect(await remove()).toMatchObject({ ok: false, failure: { why: 'connection refused' } })
  })

  test('works for a user who may not list every kind', async () => {
    put('ConfigMap', 'web')
    api.errors.set('list Secret', { kind: 'forbidden', status: 403, message: 'you may not' })
    expect(await remove()).toEqual({ ok: true, value: 1 })
  })
})

function put(kind: string, name: string, labels: object = {}, metadata: object = {}): KubeObject {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1'
  const namespace = kind === 'Namespace' ? {} : { namespace: 'default' }
  return api.put({
    apiVersion,
    kind,
    metadata: { name, ...namespace, labels: { 'devloop.dev/project': 'shop', ...labels }, ...metadata },
  })
}

function remove(service?: string, signal = AbortSignal.timeout(10_000)) {
  return deleteObjects(api, {
    project: 'shop',
    ...(service !== undefined && { service }),
    signal,
    onLine: line => lines.push(line),
  })
}

function deletions(): readonly string[] {
  return api.calls.filter(call => call.startsWith('delete'))
}
