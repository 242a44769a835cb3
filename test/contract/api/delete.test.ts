import { expect, test } from 'vitest'
import { valueAt } from '../rig/answer.ts'
import { untilLogged } from '../rig/log.ts'
import { pod, shell, unschedulable, untilTold, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('delete')
const { configMaps, pods, replicaSets, deployments } = space

/** A ReplicaSet whose pods need not run. */
function makeReplicaSet(name: string, replicas = 2) {
  return replicaSets.make(workload(name, unschedulable(), { replicas }))
}

/** A ConfigMap that belongs to others. */
function makeOwned(
  name: string,
  owners: readonly { readonly name: string; readonly uid: string }[],
  more = {},
) {
  const ownerReferences = owners.map(({ name, uid }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name,
    uid,
    ...more,
  }))
  return configMaps.make({ metadata: { name, ownerReferences } })
}

test('a deletion says what is gone', async () => {
  const { metadata } = await configMaps.make({ metadata: { name: 'short-lived' } })
  expect(await configMaps.delete('short-lived')).toMatchObject({
    status: 200,
    body: {
      kind: 'Status',
      status: 'Success',
      details: { name: 'short-lived', kind: 'configmaps', uid: metadata.uid },
    },
  })
  expect((await configMaps.get('short-lived')).status).toBe(404)
})

test('a deletion of what is not there says so', async () => {
  expect(await configMaps.delete('absent')).toMatchObject({ status: 404, body: { reason: 'NotFound' } })
})

test('only the object that is meant is deleted', async () => {
  const { metadata } = await configMaps.make({ metadata: { name: 'certain' } })
  const uid = '00000000-0000-4000-8000-000000000000'
  expect(await configMaps.delete('certain', { preconditions: { uid } })).toMatchObject({
    status: 409,
    body: {
      reason: 'Conflict',
      message: expect.stringMatching(/UID in (the )?precondition/),
    },
  })
  const stale = { preconditions: { resourceVersion: '1' } }
  expect((await configMaps.delete('certain', stale)).status).toBe(409)
  expect((await configMaps.delete('certain', { preconditions: { uid: metadata.uid } })).status).toBe(200)
})

test('a dry run of a deletion deletes nothing', async () => {
  await configMaps.make({ metadata: { name: 'spared' } })
  expect((await configMaps.delete('spared', { dryRun: ['All'] })).status).toBe(200)
  expect((await configMaps.get('spared')).status).toBe(200)
})

test('an object with finalizers stays until they are gone', async () => {
  await configMaps.make({ metadata: { name: 'held', finalizers: ['example.com/hold'] } })
  expect(await configMaps.delete('held')).toMatchObject({
    status: 200,
    body: {
      kind: 'ConfigMap',
      metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0 },
    },
  })
  expect((await configMaps.get('held')).status).toBe(200)
  expect((await configMaps.create({ metadata: { name: 'held' } })).body).toMatchObject({
    reason: 'AlreadyExists',
    message: expect.stringContaining('configmaps "held" already exists'),
  })
  await configMaps.patch('held', 'merge', { metadata: { finalizers: null } })
  expect((await configMaps.get('held')).status).toBe(404)
})

test('an object that is being deleted takes no new finalizers', async () => {
  await configMaps.make({ metadata: { name: 'leaving', finalizers: ['example.com/hold'] } })
  await configMaps.delete('leaving')
  const patch = { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } }
  expect(await configMaps.patch('leaving', 'merge', patch)).toMatchObject({
    status: 422,
    body: {
      message: expect.stringContaining('no new finalizers can be added if the object is being deleted'),
    },
  })
  await configMaps.patch('leaving', 'merge', { metadata: { finalizers: null } })
})

test('a watcher hears of a deletion that has begun, and of its end', async () => {
  const metadata = { name: 'departing', finalizers: ['example.com/hold'] }
  await configMaps.make({ metadata })
  using watch = await configMaps.watch({ fieldSelector: 'metadata.name=departing' })
  await configMaps.delete('departing')
  await configMaps.patch('departing', 'merge', { metadata: { finalizers: null } })
  await watch.until(events => events.some(({ type }) => type === 'DELETED'))
  expect(watch.story.slice(0, 2)).toEqual(['ADDED departing', 'MODIFIED departing'])
  expect(watch.entries[1]?.object.metadata).toHaveProperty('deletionTimestamp')
})

test('a selection is deleted at once, and nothing else', async () => {
  const make = (name: string, batch: string) => configMaps.make({ metadata: { name, labels: { batch } } })
  await Promise.all([make('batch-a', 'one'), make('batch-b', 'one'), make('batch-c', 'two')])
  expect(await configMaps.deleteAll({ labelSelector: 'batch=one' })).toMatchObject({ status: 200 })
  expect(await configMaps.names({ labelSelector: 'batch' })).toEqual(['batch-c'])
})

test('what belongs to a deleted object goes after it', async () => {
  await makeReplicaSet('background')
  await pods.untilAll('app=background', found => found.length === 2)
  await replicaSets.delete('background', { propagationPolicy: 'Background' })
  expect((await replicaSets.get('background')).status).toBe(404)
  await pods.untilAll('app=background', found => found.length === 0)
})

test('with foreground propagation an object goes only after what belongs to it', async () => {
  const owner = await configMaps.make({ metadata: { name: 'last' } })
  await makeOwned('first', [owner.metadata], { blockOwnerDeletion: true })
  await configMaps.patch('first', 'merge', { metadata: { finalizers: ['example.com/hold'] } })
  expect(await configMaps.delete('last', { propagationPolicy: 'Foreground' })).toMatchObject({
    status: 200,
    body: { metadata: { finalizers: ['foregroundDeletion'], deletionTimestamp: expect.any(String) } },
  })
  await configMaps.until('first', { metadata: { deletionTimestamp: expect.any(String) } })
  expect((await configMaps.get('last')).status).toBe(200)
  await configMaps.patch('first', 'merge', { metadata: { finalizers: null } })
  await configMaps.untilGone('last')
})

test('orphans stay, and belong to nobody', async () => {
  await makeReplicaSet('bereaved', 1)
  await pods.untilAll('app=bereaved', found => found.length === 1)
  await replicaSets.delete('bereaved', { propagationPolicy: 'Orphan' })
  await replicaSets.untilGone('bereaved')
  const found = await pods.untilAll('app=bereaved', found =>
    found.every(({ metadata }) => metadata.ownerReferences === undefined),
  )
  expect(found).toHaveLength(1)
  expect(found[0]?.metadata).not.toHaveProperty('deletionTimestamp')
})

test('orphans are adopted by whoever selects them', async () => {
  await makeReplicaSet('adopted', 1)
  const [orphan] = await pods.untilAll('app=adopted', found => found.length === 1)
  await replicaSets.delete('adopted', { propagationPolicy: 'Orphan' })
  await replicaSets.untilGone('adopted')
  const { metadata } = await makeReplicaSet('adopted', 1)
  const owners = await pods.until(orphan?.metadata.name ?? '', {
    metadata: { ownerReferences: [{ kind: 'ReplicaSet', uid: metadata.uid, controller: true }] },
  })
  expect(owners.metadata.uid).toBe(orphan?.metadata.uid)
})

test('what belongs to an object that never was is removed', async () => {
  await makeOwned('stray', [{ name: 'never-was', uid: '00000000-0000-4000-8000-000000000000' }])
  await configMaps.untilGone('stray')
})

test('what belongs to several objects goes with the last of them', async () => {
  const [one, two] = await Promise.all(
    ['parent-one', 'parent-two'].map(name => configMaps.make({ metadata: { name } })),
  )
  if (!one || !two) throw new Error('two objects were made')
  await makeOwned('child', [one.metadata, two.metadata])
  await configMaps.delete('parent-one')
  const child = await configMaps.until('child', {
    metadata: { ownerReferences: [{ name: 'parent-two', uid: two.metadata.uid }] },
  })
  expect(child.metadata).not.toHaveProperty('deletionTimestamp')
  await configMaps.delete('parent-two')
  await configMaps.untilGone('child')
})

test('a Deployment goes with its ReplicaSets and their pods', async () => {
  await deployments.make(workload('family', unschedulable(), { replicas: 1 }))
  await pods.untilAll('app=family', found => found.length === 1)
  await deployments.delete('family')
  await Promise.all([
    replicaSets.untilAll('app=family', found => found.length === 0),
    pods.untilAll('app=family', found => found.length === 0),
  ])
})

test('a pod that runs is given its time to end, and goes when it has', async () => {
  await pods.make(pod('graceful', shell(untilTold), { terminationGracePeriodSeconds: 60 }))
  await untilLogged(space, 'graceful', 'ready')
  expect(await pods.delete('graceful')).toMatchObject({
    status: 200,
    body: {
      kind: 'Pod',
      metadata: { deletionGracePeriodSeconds: 60, deletionTimestamp: expect.any(String) },
    },
  })
  const startedAt = performance.now()
  await pods.untilGone('graceful')
  expect(performance.now() - startedAt).toBeLessThan(58_000)
})

test('the time that a pod is given can be shortened, and not lengthened', async () => {
  await pods.make(pod('hastened', shell('trap "" TERM; echo ready; sleep 1000')))
  await untilLogged(space, 'hastened', 'ready')
  const graceAfter = async (gracePeriodSeconds: number) =>
    valueAt(
      (await pods.delete('hastened', { gracePeriodSeconds })).object,
      'metadata.deletionGracePeriodSeconds',
    )
  expect(await graceAfter(90)).toBe(90)
  expect(await graceAfter(95)).toBe(90)
  expect(await graceAfter(80)).toBe(80)
  await pods.delete('hastened', { gracePeriodSeconds: 0 })
  expect((await pods.get('hastened')).status).toBe(404)
})

test('a pod that is given no time is gone at once', async () => {
  await pods.make(pod('sudden', shell(untilTold), { terminationGracePeriodSeconds: 100 }))
  await pods.delete('sudden', { gracePeriodSeconds: 0 })
  expect((await pods.get('sudden')).status).toBe(404)
})

test('a propagation that does not exist is refused', async () => {
  await configMaps.make({ metadata: { name: 'confused' } })
  const answer = await configMaps.delete('confused', { propagationPolicy: 'Sideways' })
  expect(answer.status).toBe(422)
  expect(answer.text).toContain('Foreground')
  expect((await configMaps.get('confused')).status).toBe(200)
})
