import { expect, test } from 'vitest'
import { type ApiObject, textAt, valueAt } from '../rig/answer.ts'
import { condition, type Pattern } from '../rig/collection.ts'
import { shell, unschedulable, webServer, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('deployment')
const { deployments, replicaSets, pods } = space

/** A container that does nothing, in a version that its variable tells. */
function idle(version = '1', more: Pattern = {}) {
  return shell('sleep 1000', { env: [{ name: 'VERSION', value: version }], ...more })
}

/** Never becomes ready. */
const unready = { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } }

function changeTo(name: string, version: string, spec: Pattern = {}) {
  const containers = [{ name: 'main', env: [{ name: 'VERSION', value: version }] }]
  return deployments.patch(name, 'strategic', { spec: { template: { spec: { containers } }, ...spec } })
}

/** Waits until exactly so many pods of the newest template are there and available. */
function untilComplete(name: string, replicas: number, generation: number) {
  return deployments.until(name, {
    status: {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    },
  })
}

function revisionOf(object: ApiObject) {
  return Number(object.metadata.annotations?.['deployment.kubernetes.io/revision'])
}

function versionOf(object: ApiObject, path = 'spec.template.spec.containers.0.env.0.value') {
  return valueAt(object, path)
}

test('a Deployment brings its pods, and says when they are available', async () => {
  await deployments.make(workload('brings', idle(), { replicas: 2 }))
  const done = await untilComplete('brings', 2, 1)
  expect(done).toMatchObject(condition('Available', 'True', { reason: 'MinimumReplicasAvailable' }))
  await deployments.until('brings', condition('Progressing', 'True', { reason: 'NewReplicaSetAvailable' }))
  expect(revisionOf(done)).toBe(1)
})

test('its pods belong to a ReplicaSet of the template, and that to the Deployment', async () => {
  const { metadata } = await deployments.make(workload('belongs', unschedulable(), { replicas: 1 }))
  const [set] = await replicaSets.untilAll('app=belongs', found => found.length === 1)
  const hash = set?.metadata.labels?.['pod-template-hash']
  expect(set).toMatchObject({
    metadata: {
      name: `belongs-${hash}`,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: 'belongs',
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { selector: { matchLabels: { app: 'belongs', 'pod-template-hash': hash } } },
  })
  const [pod] = await pods.untilAll('app=belongs', found => found.length === 1)
  expect(pod?.metadata).toMatchObject({
    name: expect.stringMatching(new RegExp(`^belongs-${hash}-[a-z0-9]{5}$`)),
    generateName: `belongs-${hash}-`,
    labels: { app: 'belongs', 'pod-template-hash': hash },
    ownerReferences: [
      { kind: 'ReplicaSet', name: `belongs-${hash}`, uid: set?.metadata.uid, controller: true },
    ],
  })
})

test('a rolling update keeps as many available as it promises', async () => {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  await deployments.make(workload('rolls', idle(), { replicas: 2, strategy }))
  await untilComplete('rolls', 2, 1)
  using watch = await deployments.watch({ fieldSelector: 'metadata.name=rolls' })
  using scaled = await replicaSets.watch({ labelSelector: 'app=rolls' })
  await changeTo('rolls', '2')
  await untilComplete('rolls', 2, 2)
  const seen = watch.entries.map(({ object }) => object)
  expect(Math.min(...seen.map(object => Number(valueAt(object, 'status.availableReplicas'))))).toBe(2)
  expect(mostWanted(scaled.entries.map(({ object }) => object))).toBe(3)
  const sets = await replicaSets.untilAll('app=rolls', found =>
    found.every(set => valueAt(set, 'status.replicas') === valueAt(set, 'spec.replicas')),
  )
  const byRevision = sets.toSorted((one, other) => revisionOf(one) - revisionOf(other))
  expect(byRevision.map(set => [revisionOf(set), versionOf(set), valueAt(set, 'spec.replicas')])).toEqual([
    [1, '1', 0],
    [2, '2', 2],
  ])
})

/**
 * The most pods that the sets were to have at any time. How many there are is told with a delay: of a set that was made smaller and one
 * that was made larger, the second may have its pods first.
 */
function mostWanted(sets: readonly ApiObject[]): number {
  const wanted = new Map<string, number>()
  return Math.max(
    ...sets.map(set => {
      wanted.set(set.metadata.name, Number(valueAt(set, 'spec.replicas')))
      return [...wanted.values()].reduce((sum, one) => sum + one, 0)
    }),
  )
}

test('a new version that never gets ready leaves the old one running', async () => {
  await deployments.make(workload('stuck', idle(), { replicas: 1 }))
  await untilComplete('stuck', 1, 1)
  const containers = [{ name: 'main', ...unready }]
  await deployments.patch('stuck', 'strategic', {
    spec: { progressDeadlineSeconds: 3, template: { spec: { containers } } },
  })
  await deployments.until('stuck', {
    status: { updatedReplicas: 1, availableReplicas: 1, unavailableReplicas: 1, replicas: 2 },
  })
  const stuck = await deployments.until(
    'stuck',
    condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' }),
  )
  expect(stuck).toMatchObject(condition('Available', 'True'))
})

test('Recreate ends all old pods before it starts new ones', async () => {
  await deployments.make(workload('recreated', idle(), { replicas: 2, strategy: { type: 'Recreate' } }))
  await untilComplete('recreated', 2, 1)
  const old = await pods.names({ labelSelector: 'app=recreated' })
  using watch = await pods.watch({ labelSelector: 'app=recreated' })
  await changeTo('recreated', '2')
  await untilComplete('recreated', 2, 2)
  await watch.until(events => events.filter(({ type }) => type === 'DELETED').length === 2)
  const lastEnd = watch.story.findLastIndex(event => event.startsWith('DELETED'))
  const firstStart = watch.entries.findIndex(
    ({ type, object }) => type === 'ADDED' && !old.includes(object.metadata.name),
  )
  expect(firstStart).toBeGreaterThan(lastEnd)
})

test('an earlier template comes back as its own ReplicaSet, with a new revision', async () => {
  await deployments.make(workload('returns', idle(), { replicas: 0 }))
  const [first] = await replicaSets.untilAll('app=returns', found => found.length === 1)
  await changeTo('returns', '2')
  await replicaSets.untilAll('app=returns', found => found.length === 2)
  await changeTo('returns', '1')
  const sets = await replicaSets.untilAll('app=returns', found => Math.max(...found.map(revisionOf)) === 3)
  expect(sets).toHaveLength(2)
  const again = sets.find(set => revisionOf(set) === 3)
  expect(again?.metadata.uid).toBe(first?.metadata.uid)
  expect(again?.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision-history': '1' })
})

test('only as many old ReplicaSets are kept as the history is long', async () => {
  await deployments.make(workload('forgets', idle(), { replicas: 0, revisionHistoryLimit: 1 }))
  for (const revision of [1, 2, 3]) {
    await deployments.until('forgets', {
      metadata: { annotations: { 'deployment.kubernetes.io/revision': String(revision) } },
      status: { observedGeneration: revision },
    })
    await changeTo('forgets', String(revision + 1))
  }
  await replicaSets.untilAll(
    'app=forgets',
    found => found.length === 2 && found.some(set => revisionOf(set) === 4),
  )
})

test('a paused Deployment takes a new template and rolls it out only when it goes on', async () => {
  await deployments.make(workload('paused', idle(), { replicas: 0 }))
  await replicaSets.untilAll('app=paused', found => found.length === 1)
  await deployments.patch('paused', 'merge', { spec: { paused: true } })
  await changeTo('paused', '2')
  await deployments.until('paused', { status: { observedGeneration: 3 } })
  await deployments.until('paused', condition('Progressing', 'Unknown', { reason: 'DeploymentPaused' }))
  expect(await replicaSets.names({ labelSelector: 'app=paused' })).toHaveLength(1)
  await deployments.patch('paused', 'merge', { spec: { paused: false } })
  await replicaSets.untilAll('app=paused', found => found.length === 2)
})

test('what is scaled changes its number of pods and no revision', async () => {
  await deployments.make(workload('scaled', idle(), { replicas: 1 }))
  await untilComplete('scaled', 1, 1)
  const [only] = await pods.names({ labelSelector: 'app=scaled' })
  await deployments.patch('scaled', 'merge', { spec: { replicas: 3 } }, { part: 'scale' })
  await untilComplete('scaled', 3, 2)
  expect(await pods.names({ labelSelector: 'app=scaled' })).toContain(only)
  await deployments.patch('scaled', 'merge', { spec: { replicas: 0 } }, { part: 'scale' })
  await pods.untilAll('app=scaled', found => found.length === 0)
  const done = await deployments.until('scaled', { status: { observedGeneration: 3 } })
  expect(revisionOf(done)).toBe(1)
})

test('a pod that is deleted is replaced', async () => {
  await deployments.make(workload('replaced', idle(), { replicas: 1 }))
  await untilComplete('replaced', 1, 1)
  const [old] = await pods.names({ labelSelector: 'app=replaced' })
  await pods.delete(old ?? '')
  const found = await pods.untilAll(
    'app=replaced',
    ([pod, ...more]) =>
      pod?.metadata.name !== old && more.length === 0 && valueAt(pod ?? {}, 'status.phase') === 'Running',
  )
  expect(found).toHaveLength(1)
})

test('a pod counts as available once it was ready for as long as was asked', async () => {
  await deployments.make(workload('patient', idle(), { replicas: 1, minReadySeconds: 3 }))
  await deployments.until('patient', { status: { readyReplicas: 1 } })
  using watch = await deployments.watch({ fieldSelector: 'metadata.name=patient' })
  const isAvailable = ({ object }: { object: ApiObject }) => valueAt(object, 'status.availableReplicas') === 1
  await watch.until(events => events.some(isAvailable))
  const [pod] = await pods.untilAll('app=patient', found => found.length === 1)
  const ready = (valueAt(pod ?? {}, 'status.conditions') as Pattern[]).find(({ type }) => type === 'Ready')
  const readyAt = Date.parse(String(ready?.lastTransitionTime))
  expect(Date.now() - readyAt).toBeGreaterThanOrEqual(2_900)
})

test('a web server is available only when its probe says so', async () => {
  using watch = await deployments.watch({ fieldSelector: 'metadata.name=probed' })
  await deployments.make(workload('probed', webServer(), { replicas: 1 }))
  await untilComplete('probed', 1, 1)
  await watch.until(events =>
    events.some(({ object }) => valueAt(object, 'status.unavailableReplicas') === 1),
  )
  const [pod] = await pods.untilAll('app=probed', found => found.length === 1)
  expect(textAt(pod ?? {}, 'status.podIP')).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
})
