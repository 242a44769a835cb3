import { expect, test } from 'vitest'
import { isSince } from '../differences.ts'
import type { Manifest, Pattern } from '../rig/collection.ts'
import { pod, podSpec, shell, template, unschedulable, workload } from '../rig/manifests.ts'
import { openSpace, type Space } from '../rig/namespace.ts'

const space = await openSpace('validation')
const { pods, services, deployments, statefulSets, jobs, configMaps } = space

/** What is refused: a name for it, the kind, the manifest, and the field with what is said of it. */
type Refusal = readonly [string, Exclude<keyof Space, 'namespace'>, Manifest, string]

const named = (name: string, spec: Pattern): Manifest => ({ metadata: { name }, spec })
const selector = { matchLabels: { app: 'web' } }
const ports = [{ port: 80 }]

const refusals: readonly Refusal[] = [
  ['a pod without containers', 'pods', pod('web', []), 'spec.containers: Required value'],
  [
    'two containers of one name',
    'pods',
    pod('web', [shell('true'), shell('true')]),
    'spec.containers[1].name: Duplicate value: "main"',
  ],
  [
    'a container without an image',
    'pods',
    pod('web', shell('true', { image: '' })),
    'spec.containers[0].image: Required value',
  ],
  [
    'a container with a wrong name',
    'pods',
    pod('web', shell('true', { name: 'Web_Server' })),
    'spec.containers[0].name: Invalid value: "Web_Server"',
  ],
  [
    'a pull policy that does not exist',
    'pods',
    pod('web', shell('true', { imagePullPolicy: 'Sometimes' })),
    'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes"',
  ],
  [
    'a restart policy that does not exist',
    'pods',
    pod('web', shell('true'), { restartPolicy: 'Sometimes' }),
    'spec.restartPolicy: Unsupported value: "Sometimes"',
  ],
  [
    'a port that is none',
    'pods',
    pod('web', shell('true', { ports: [{ containerPort: 70_000 }] })),
    'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
  ],
  [
    'a variable without a name',
    'pods',
    pod('web', shell('true', { env: [{ name: '', value: '1' }] })),
    'spec.containers[0].env[0].name: Required value',
  ],
  [
    'a mount of a volume that is not there',
    'pods',
    pod('web', shell('true', { volumeMounts: [{ name: 'data', mountPath: '/data' }] })),
    'spec.containers[0].volumeMounts[0].name: Not found: "data"',
  ],
  [
    'two mounts at one place',
    'pods',
    pod(
      'web',
      shell('true', {
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'data', mountPath: '/data' },
        ],
      }),
      { volumes: [{ name: 'data', emptyDir: {} }] },
    ),
    'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique',
  ],
  [
    'a probe of two sorts',
    'pods',
    pod('web', shell('true', { readinessProbe: { exec: { command: ['true'] }, tcpSocket: { port: 80 } } })),
    'may not specify more than 1 handler type',
  ],
  [
    'a probe of no sort',
    'pods',
    pod('web', shell('true', { livenessProbe: { periodSeconds: 1 } })),
    'spec.containers[0].livenessProbe: Required value: must specify a handler type',
  ],
  [
    'a limit below its request',
    'pods',
    pod('web', shell('true', { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } })),
    'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit',
  ],
  [
    'a label that is none',
    'pods',
    { ...pod('web', shell('true')), metadata: { name: 'web', labels: { app: 'no spaces' } } },
    'metadata.labels: Invalid value: "no spaces"',
  ],
  ['a Service without ports', 'services', named('web', { selector: {} }), 'spec.ports: Required value'],
  [
    'two ports without names',
    'services',
    named('web', { ports: [{ port: 80 }, { port: 81 }] }),
    'spec.ports[0].name: Required value',
  ],
  [
    'a Service of a type that does not exist',
    'services',
    named('web', { type: 'Magic', ports }),
    'spec.type: Unsupported value: "Magic"',
  ],
  [
    'a Service with a name that DNS does not take',
    'services',
    named('1web', { ports }),
    'metadata.name: Invalid value: "1web"',
  ],
  [
    'a Deployment without a selector',
    'deployments',
    named('web', { template: template('web', [shell('true')]) }),
    'spec.selector: Required value',
  ],
  [
    'a Deployment that does not select its own pods',
    'deployments',
    named('web', { selector, template: template('other', [shell('true')]) }),
    '`selector` does not match template `labels`',
  ],
  [
    'a Deployment whose pods end',
    'deployments',
    named('web', { selector, template: template('web', [shell('true')], { restartPolicy: 'Never' }) }),
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
  ],
  [
    'a rolling update that may move nothing',
    'deployments',
    workload('web', shell('true'), { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    'may not be 0 when `maxSurge` is 0',
  ],
  [
    'a Job whose pods are always restarted',
    'jobs',
    named('web', { template: { spec: podSpec([shell('true')]) } }),
    'spec.template.spec.restartPolicy: ',
  ],
  [
    'a CronJob whose schedule cannot be read',
    'cronJobs',
    named('web', {
      schedule: 'every minute',
      jobTemplate: { spec: { template: { spec: podSpec([shell('true')], { restartPolicy: 'Never' }) } } },
    }),
    'spec.schedule: Invalid value: "every minute"',
  ],
  [
    'a ConfigMap with a key that is no file name',
    'configMaps',
    { metadata: { name: 'web' }, data: { 'a/b': '1' } },
    'data[a/b]: Invalid value: "a/b"',
  ],
  [
    'a Secret that is not encoded',
    'secrets',
    { metadata: { name: 'web' }, data: { a: 'not base64!' } },
    'illegal base64',
  ],
  [
    'an Ingress that leads nowhere',
    'ingresses',
    named('web', {}),
    'either `defaultBackend` or `rules` must be specified',
  ],
]

test.each(refusals)('%s is refused, and the field named', async (_what, kind, manifest, message) => {
  const answer = await space[kind].create(manifest)
  expect(answer.body).toMatchObject({ status: 'Failure', message: expect.stringContaining(message) })
  expect([400, 422]).toContain(answer.status)
})

test('all faults of an object are said at once, each with its field', async () => {
  const answer = await pods.create(pod('web', shell('true', { name: '', image: '' })))
  expect(answer).toMatchObject({
    status: 422,
    body: {
      message: expect.stringMatching(/^Pod "web" is invalid: \[.*\]$/),
      details: {
        name: 'web',
        kind: 'Pod',
        causes: [
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.containers[0].name' },
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.containers[0].image' },
        ],
      },
    },
  })
})

test('a value of the wrong type is a bad request', async () => {
  const answer = await deployments.create(workload('web', shell('true'), { replicas: 'three' }))
  expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
  expect(answer.text).toContain('Deployment')
})

test.runIf(isSince('field validation'))('who asks for it is told of fields that do not exist', async () => {
  const manifest = { metadata: { name: 'strict' }, dada: { a: '1' } }
  expect(await configMaps.create(manifest, { fieldValidation: 'Strict' })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('unknown field "dada"') },
  })
  const warned = await configMaps.create(manifest, { fieldValidation: 'Warn' })
  expect(warned).toMatchObject({ status: 201 })
  expect(warned.headers.warning).toContain('unknown field')
})

test('a field that does not exist is dropped where nobody asks', async () => {
  const made = await configMaps.make({ metadata: { name: 'lenient' }, dada: { a: '1' } })
  expect(made).not.toHaveProperty('dada')
})

test('the selector of a Deployment stays', async () => {
  const labels = { app: 'settled', more: 'yes' }
  const manifest = workload('settled', shell('true'), { replicas: 0 })
  await deployments.make({
    ...manifest,
    spec: {
      ...(manifest.spec as Pattern),
      template: { ...template('settled', [shell('true')]), metadata: { labels } },
    },
  })
  expect(
    await deployments.patch('settled', 'merge', { spec: { selector: { matchLabels: labels } } }),
  ).toMatchObject({
    status: 422,
    body: { message: expect.stringMatching(/spec\.selector: Invalid value: .*field is immutable/) },
  })
})

test('the template of a Job stays', async () => {
  const spec = {
    suspend: true,
    parallelism: 0,
    template: { spec: podSpec([shell('true')], { restartPolicy: 'Never' }) },
  }
  await jobs.make({ metadata: { name: 'settled' }, spec })
  const path = '/spec/template/spec/containers/0/image'
  expect(await jobs.patch('settled', 'json', [{ op: 'replace', path, value: 'other' }])).toMatchObject({
    status: 422,
    body: { message: expect.stringMatching(/spec\.template: Invalid value: .*field is immutable/s) },
  })
})

test('of a StatefulSet only a part can change', async () => {
  await statefulSets.make(workload('settled', shell('true'), { serviceName: 'a', replicas: 0 }))
  expect(await statefulSets.patch('settled', 'merge', { spec: { serviceName: 'b' } })).toMatchObject({
    status: 422,
    body: {
      message: expect.stringContaining(
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas'",
      ),
    },
  })
})

test('the address of a Service stays', async () => {
  await services.make(named('settled', { ports }))
  expect(await services.patch('settled', 'merge', { spec: { clusterIP: '10.96.123.45' } })).toMatchObject({
    status: 422,
    body: {
      message: expect.stringMatching(
        /spec\.clusterIPs?(\[0\])?: Invalid value: .*(field is immutable|may not change once set)/,
      ),
    },
  })
})

test('of a pod only its images can change', async () => {
  await pods.make(pod('settled', unschedulable()))
  const value = [{ name: 'A', value: '1' }]
  expect(
    await pods.patch('settled', 'json', [{ op: 'add', path: '/spec/containers/0/env', value }]),
  ).toMatchObject({
    status: 422,
    body: {
      message: expect.stringContaining('spec: Forbidden: pod updates may not change fields other than'),
    },
  })
  const image = [{ op: 'replace', path: '/spec/containers/0/image', value: 'busybox:other' }]
  expect((await pods.patch('settled', 'json', image)).status).toBe(200)
})
