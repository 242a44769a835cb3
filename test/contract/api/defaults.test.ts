import { expect, test } from 'vitest'
import { isSince } from '../differences.ts'
import type { Manifest, Pattern } from '../rig/collection.ts'
import { template } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const { pods, services, deployments, statefulSets, daemonSets, jobs, cronJobs } = await openSpace('defaults')
const dryRun = 'All'
const bare = { name: 'main', image: 'busybox:1' }
const selector = { matchLabels: { app: 'web' } }

/** Without what some versions mount into every pod. */
function podOf(spec: Pattern): Manifest {
  return named({ automountServiceAccountToken: false, ...spec })
}

function named(spec: Pattern): Manifest {
  return { metadata: { name: 'web' }, spec }
}

test('a pod gets what it does not say', async () => {
  const spec = {
    containers: [
      { ...bare, ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 } } },
      { name: 'latest', image: 'busybox' },
    ],
    volumes: [{ name: 'config', configMap: { name: 'config' } }, { name: 'none' }],
  }
  expect(await pods.create(podOf(spec), { dryRun })).toMatchObject({
    status: 201,
    body: {
      spec: {
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        terminationGracePeriodSeconds: 30,
        serviceAccountName: 'default',
        schedulerName: 'default-scheduler',
        securityContext: {},
        enableServiceLinks: true,
        containers: [
          {
            imagePullPolicy: 'IfNotPresent',
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
            resources: {},
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            readinessProbe: {
              httpGet: { path: '/', port: 80, scheme: 'HTTP' },
              timeoutSeconds: 1,
              periodSeconds: 10,
              successThreshold: 1,
              failureThreshold: 3,
            },
          },
          { name: 'latest', imagePullPolicy: 'Always' },
        ],
        volumes: expect.arrayContaining([
          { name: 'config', configMap: { name: 'config', defaultMode: 0o644 } },
          { name: 'none', emptyDir: {} },
        ]),
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    },
  })
})

test.each([
  ['Guaranteed', { limits: { cpu: '100m', memory: '64Mi' } }],
  ['Burstable', { requests: { cpu: '0.5' } }],
])('a pod is %s by what it asks for', async (qosClass, resources) => {
  const answer = await pods.create(podOf({ containers: [{ ...bare, resources }] }), { dryRun })
  expect(answer.body).toMatchObject({ status: { qosClass } })
})

test('quantities are given back in their canonical form', async () => {
  const resources = { requests: { cpu: '0.5', memory: '1024Mi' } }
  const answer = await pods.create(podOf({ containers: [{ ...bare, resources }] }), { dryRun })
  expect(answer.body).toMatchObject({
    spec: { containers: [{ resources: { requests: { cpu: '500m', memory: '1Gi' } } }] },
  })
})

test('a Service gets what it does not say', async () => {
  const answer = await services.create(named({ ports: [{ port: 80 }], selector: { app: 'web' } }))
  expect(answer).toMatchObject({
    status: 201,
    body: {
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        clusterIP: expect.stringMatching(/^10\.96\./),
        ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      },
      status: { loadBalancer: {} },
    },
  })
})

test('a Deployment gets what it does not say', async () => {
  const answer = await deployments.create(named({ selector, template: template('web', [bare]) }), { dryRun })
  expect(answer).toMatchObject({
    status: 201,
    body: {
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      },
      status: {},
    },
  })
})

test('a StatefulSet gets what it does not say', async () => {
  const spec = { selector, serviceName: 'web', template: template('web', [bare]) }
  expect((await statefulSets.create(named(spec), { dryRun })).body).toMatchObject({
    spec: {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    },
  })
})

test('a DaemonSet gets what it does not say', async () => {
  const answer = await daemonSets.create(named({ selector, template: template('web', [bare]) }), { dryRun })
  expect(answer.body).toMatchObject({
    spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } },
  })
})

test('a Job gets what it does not say, and selects its own pods', async () => {
  const spec = { template: { spec: { containers: [bare], restartPolicy: 'Never' } } }
  const { object } = await jobs.create(named(spec), { dryRun })
  const { uid } = object.metadata
  const label = isSince('prefixed labels of Jobs') ? 'batch.kubernetes.io/controller-uid' : 'controller-uid'
  expect(object).toMatchObject({
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      selector: { matchLabels: { [label]: uid } },
      template: { metadata: { labels: { [label]: uid, 'job-name': 'web' } } },
    },
  })
})

test('a CronJob gets what it does not say', async () => {
  const jobTemplate = { spec: { template: { spec: { containers: [bare], restartPolicy: 'Never' } } } }
  const answer = await cronJobs.create(named({ schedule: '*/5 * * * *', jobTemplate }), { dryRun })
  expect(answer.body).toMatchObject({
    spec: {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
  })
})
