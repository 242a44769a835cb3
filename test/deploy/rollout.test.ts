import { describe, expect, test } from 'vitest'
import type { ObservedPod } from '../../src/deploy/observed-pod.ts'
import type { PodObject } from '../../src/deploy/pod-object.ts'
import { assessRollout } from '../../src/deploy/rollout.ts'
import { findTrouble } from '../../src/deploy/trouble.ts'
import type { WorkloadObject } from '../../src/deploy/workloads.ts'
import { templateAnnotation } from '../../src/model/kube.ts'
import type { AppliedWorkload } from '../../src/model/rollout.ts'
import { healthyStages, type PodFixture, podFixture, workloadFixture } from './fixtures.ts'

const now = Date.parse('2026-11-21T08:00:00Z')

describe('a rollout is live', () => {
  const live = { ...workloadFixture('healthy') }
  live.spec = { ...live.spec, replicas: 1 }

  test('once the pod is ready, and not before', () => {
    const phases = healthyStages().map(pod => assess(applied(live), [pod], live).rollout.phase)
    expect(phases).toEqual(['progressing', 'progressing', 'progressing', 'ready'])
  })

  test('only with every pod that is wanted', () => {
    const both = workloadFixture('healthy')
    expect(assess(applied(both), [podFixture('healthy').pod], both).rollout).toMatchObject({
      phase: 'progressing',
      wanted: 2,
      ready: 1,
    })
  })

  test('an old pod that is still ready does not make the new apply live', () => {
    const next = changeTemplate(live, 't2')
    const { rollout } = assess(applied(next), [podFixture('healthy').pod], next)
    expect(rollout).toMatchObject({ phase: 'progressing', ready: 0, pods: [{ isNew: false, isReady: true }] })
  })

  test('not by what the cluster showed before the apply', () => {
    const pods = [podFixture('healthy').pod]
    const ofTemplate = { ...applied(live), template: 't2' }
    const ofGeneration = { ...applied(live), generation: 2 }
    expect(assess(ofTemplate, pods, live).rollout.phase).toBe('progressing')
    expect(assess(ofGeneration, pods, live).rollout.phase).toBe('progressing')
  })

  test('only when the Job that was made anew has ended, not the one before it', () => {
    const job = workloadFixture('job-complete')
    expect(assess({ ...applied(job), template: 't2' }, [], job).rollout.phase).toBe('progressing')
  })

  test('without waiting for what has no pods, such as a CronJob or a custom resource of a familiar name', () => {
    const cron = { ...applied(live), apiVersion: 'batch/v1', kind: 'CronJob' }
    const foreign = { ...applied(live), apiVersion: 'jobs.example.com/v1', kind: 'Job' }
    for (const workload of [cron, foreign]) expect(assess(workload, []).rollout.phase).toBe('none')
  })

  test('with none at all where none is wanted', () => {
    const scaled = { ...live, spec: { ...live.spec, replicas: 0 } }
    expect(assess(applied(scaled), [], scaled).rollout).toMatchObject({ phase: 'ready', wanted: 0 })
  })

  test('with the old pods of a StatefulSet that its partition keeps', () => {
    const set = changeTemplate(workloadFixture('sts'), 't2')
    set.spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } }
    const pods = [ordinal(set, 0, 't1'), ordinal(set, 1, 't2')]
    expect(assess(applied(set), pods, set).rollout.phase).toBe('ready')
  })

  test('with a DaemonSet on every node', () => {
    const set = workloadFixture('ds')
    const pod = owned(podFixture('healthy').pod, set, 'ds-x')
    expect(assess(applied(set), [], set).rollout).toMatchObject({ phase: 'progressing', wanted: 1 })
    expect(assess(applied(set), [pod], set).rollout.phase).toBe('ready')
  })

  test('when a Job has done its work', () => {
    const job = workloadFixture('job-complete')
    expect(assess(applied(job), [podFixture('job-complete').pod], job).rollout.phase).toBe('ready')
  })

  test('when a bare pod has ended well', () => {
    const { pod } = podFixture('bare-completed')
    expect(assess(applied(pod), [pod]).rollout.phase).toBe('ready')
  })
})

describe('a pod that crashed must prove itself', () => {
  const live = changeTemplate(workloadFixture('healthy'), 't1')
  live.metadata.name = 'crash-1'
  live.spec.replicas = 1
  const { pod } = podFixture('crash-1')
  const running = structuredClone(pod)
  const [container] = running.status?.containerStatuses ?? []
  if (container) container.state = { running: { startedAt: '2026-11-21T07:59:59Z' } }
  if (running.status) running.status.conditions = [{ type: 'Ready', status: 'True' }]

  test('before it counts as live, for it may be about to crash again', () => {
    const { rollout, changesAt } = assess(applied(live), [running], live)
    expect(rollout).toMatchObject({ phase: 'failed', failure: { code: 'rollout/crash' } })
    expect(changesAt).toBe(now + 1_000)
  })

  test('by outliving the instance before it', () => {
    const { rollout } = assess(applied(live), [running], live, { changedAt: now - 1_000 })
    expect(rollout.phase).toBe('ready')
  })
})

describe('a rollout fails', () => {
  test('at the line of the manifest, with what the pod says', () => {
    const live = changeTemplate(workloadFixture('healthy'), 't1')
    live.metadata.name = 'crash-1'
    const { rollout } = assess(applied(live), [podFixture('crash-1')], live)
    expect(rollout).toMatchObject({
      phase: 'failed',
      failure: {
        code: 'rollout/crash',
        at: { file: '/shop/k8s/web.yaml', line: 7, object: 'Deployment/crash-1' },
        output: ['Listening soon', "Error: cannot find module 'express'"],
      },
    })
  })

  test('only after a while where the cluster may yet find a node', () => {
    const live = changeTemplate(workloadFixture('healthy'), 't1')
    live.metadata.name = 'unschedulable-cpu'
    const pods = [podFixture('unschedulable-cpu')]
    const at = (seenAt: number) => assess(applied(live), pods, live, { seenAt })
    expect(at(now)).toMatchObject({ rollout: { phase: 'progressing' }, changesAt: now + 2_000 })
    expect(at(now).rollout.failure).toBeUndefined()
    expect(at(now - 3_000).rollout).toMatchObject({
      phase: 'progressing',
      failure: { code: 'rollout/unschedulable' },
    })
    expect(at(now - 15_000).rollout.phase).toBe('failed')
  })

  test("at the Deployment's own deadline", () => {
    const live = workloadFixture('deadline')
    const { rollout } = assess(applied(live), [], live)
    expect(rollout.phase).toBe('failed')
    expect(rollout.failure).toMatchObject({
      code: 'rollout/stalled',
      message: '0 of 1 pods is ready, and no more have become so within its progressDeadlineSeconds.',
    })
  })

  test('when the cluster makes no pods for the want of a ServiceAccount', () => {
    const live = workloadFixture('quota')
    expect(assess(applied(live), [], live).rollout).toMatchObject({
      phase: 'failed',
      failure: {
        code: 'deploy/rejected',
        message:
          'The ServiceAccount nosuch does not exist, so the cluster makes no pods of Deployment/quota.',
      },
    })
  })

  test('with the Job that gave up, and the last lines of its last try', () => {
    const job = workloadFixture('job-fails')
    const { pod } = podFixture('job-fails')
    const said = { ...podFixture('job-fails'), pod, log: ['no database'] }
    expect(assess(applied(job), [said], job).rollout).toMatchObject({
      phase: 'failed',
      failure: {
        code: 'rollout/job',
        message: 'The Job job-fails failed after 1 attempt.',
        why: 'The container app crashed: exit code 5.',
        output: ['no database'],
      },
    })
  })

  test('with the Job that took too long', () => {
    const job = workloadFixture('job-deadline')
    expect(assess(applied(job), [], job).rollout.failure).toMatchObject({
      code: 'rollout/job',
      message: 'The Job job-deadline did not end within its activeDeadlineSeconds, and was stopped.',
    })
  })
})

describe('a StatefulSet that waits for a broken old pod', () => {
  const set = workloadFixture('stuck')

  test('says which pod to delete, so that the mended version can start', () => {
    const old = { ...podFixture('crash-1'), pod: owned(podFixture('crash-1').pod, set, 'stuck-0') }
    expect(assess(applied(set), [old], set).rollout).toMatchObject({
      phase: 'failed',
      failure: {
        code: 'rollout/stalled',
        message: 'The old pod stuck-0 is not replaced: Kubernetes waits for it to become ready first.',
        cure: 'Delete it, and the new one follows: "kubectl delete pod -n obs-trouble stuck-0".',
        output: ['Listening soon', "Error: cannot find module 'express'"],
      },
    })
  })

  test('is named while the old pod may yet become ready', () => {
    const { pod, ...rest } = podFixture('readiness-exec')
    const old = { ...rest, pod: owned(pod, set, 'stuck-0') }
    expect(assess(applied(set), [old], set).rollout).toMatchObject({
      phase: 'progressing',
      failure: { code: 'rollout/stalled', why: expect.stringContaining('database not reachable') },
    })
  })

  test('is no failure while the old pod merely starts', () => {
    const [first] = healthyStages()
    const starting = first && owned(first, set, 'stuck-0')
    expect(assess(applied(set), starting ? [starting] : [], set).rollout.failure).toBeUndefined()
  })
})

function assess(
  workload: AppliedWorkload,
  pods: readonly (PodObject | PodFixture)[],
  live?: WorkloadObject,
  times: Partial<ObservedPod> = {},
) {
  const fixtures = pods.map(one =>
    'warnings' in one ? (one as PodFixture) : { pod: one as PodObject, warnings: [], log: [] },
  )
  return assessRollout({
    workloads: [workload],
    pods: fixtures.map(({ pod }) => ({ object: pod, seenAt: now, changedAt: now, ...times })),
    live: () => live,
    diagnose(pod) {
      const fixture = fixtures.find(one => one.pod === pod)
      return findTrouble(pod, fixture?.warnings ?? [], fixture?.log ?? [])
    },
    now,
  })
}

/** The apply that made this object. */
function applied(object: WorkloadObject | PodObject): AppliedWorkload {
  const { apiVersion, kind, metadata } = object
  const template = (object as WorkloadObject).spec.template ?? object
  return {
    apiVersion,
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    template: template.metadata?.annotations?.[templateAnnotation] ?? '',
    generation: metadata.generation ?? 0,
    source: { file: '/shop/k8s/web.yaml', line: 7 },
  }
}

/** The object after one more apply, which its controller has seen. */
function changeTemplate(object: WorkloadObject, template: string): WorkloadObject {
  const changed = structuredClone(object)
  const generation = (object.metadata.generation ?? 0) + 1
  changed.metadata.generation = generation
  changed.spec.template = { metadata: { annotations: { [templateAnnotation]: template } } }
  changed.status = { ...changed.status, observedGeneration: generation }
  return changed
}

function owned(pod: PodObject, owner: WorkloadObject, name: string): PodObject {
  const { kind, metadata } = owner
  const reference = { kind, name: metadata.name, uid: metadata.uid ?? '', controller: true }
  return { ...pod, metadata: { ...pod.metadata, name, ownerReferences: [reference] } }
}

/** A ready pod of a StatefulSet. */
function ordinal(set: WorkloadObject, index: number, template: string): PodObject {
  const pod = owned(podFixture('healthy').pod, set, `${set.metadata.name}-${index}`)
  return { ...pod, metadata: { ...pod.metadata, annotations: { [templateAnnotation]: template } } }
}
