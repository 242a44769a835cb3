import fc from 'fast-check'
import { expect, test } from 'vitest'
import { admit } from '../../../src/sandbox/schema/admit.ts'
import { builtInType } from '../../../src/sandbox/schema/built-in-types.ts'
import { check } from '../../../src/sandbox/schema/check.ts'
import { Kinds } from '../../../src/sandbox/schema/kind.ts'
import { canonicalQuantity, compareQuantities, isQuantity } from '../../../src/sandbox/schema/quantity.ts'
import type { Schema } from '../../../src/sandbox/schema/types.ts'
import { deployment, pod, service } from '../manifests.ts'

const kinds = new Kinds()

function admitted(resource: string, object: object) {
  const kind = kinds.get(resource)
  if (!kind) throw new Error(`no ${resource}`)
  return admit(kind, object as Readonly<Record<string, unknown>>, undefined)
}

function errorsOf(resource: string, object: object): string[] {
  return admitted(resource, object).errors.map(({ field, message }) => `${field}: ${message}`)
}

test('every type that a kind is made of is there, and can be read', () => {
  const seen = new Set<string>()
  const read = (schema: Schema): void => {
    if (schema.kind === 'list') read(schema.items)
    if (schema.kind === 'dictionary') read(schema.values)
    if (schema.kind !== 'object' || seen.has(schema.name ?? '')) return
    seen.add(schema.name ?? '')
    for (const field of schema.fields.values()) read(field.schema)
  }
  for (const kind of kinds.all()) for (const version of kind.versions) read(version.schema)
  expect(seen.size).toBeGreaterThan(300)
  expect(builtInType('core.v1.PodSpec').fields.get('containers')).toMatchObject({
    isRequired: true,
    schema: { kind: 'list', merge: 'map', keys: ['name'] },
    patch: { mergeKey: 'name', isMerged: true },
  })
})

test('newer fields than the test cluster has are known', () => {
  const fields = builtInType('core.v1.Container').fields
  for (const name of ['startupProbe', 'restartPolicy', 'resizePolicy']) expect(fields.has(name)).toBe(true)
})

test('a pod gets what it does not say', () => {
  const { value, errors } = admitted('pods', pod('web', { containers: [{ name: 'main', image: 'nginx' }] }))
  expect(errors).toEqual([])
  expect(value).toMatchObject({
    spec: {
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      serviceAccountName: 'default',
      containers: [{ imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log' }],
    },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  })
})

test('a deployment rolls by quarters where it does not say otherwise, and not where it recreates', () => {
  expect(admitted('deployments.apps', deployment('web')).value).toMatchObject({
    spec: {
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    },
  })
  const { value } = admitted('deployments.apps', deployment('web', { strategy: { type: 'Recreate' } }))
  expect((value as unknown as { spec: { strategy: object } }).spec.strategy).toEqual({ type: 'Recreate' })
})

test('a null is the same as nothing', () => {
  const { value } = admitted('deployments.apps', deployment('web', { replicas: null }))
  expect(value).toMatchObject({ spec: { replicas: 1 } })
})

test('all faults are said at once, in the words of Kubernetes', () => {
  const wrong = pod('web', {
    containers: [
      { name: 'Main', image: '', ports: [{ containerPort: 70_000 }] },
      { name: 'other', image: 'x', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      { name: 'other', image: 'x', env: [{ name: '1=2', value: 'x' }], livenessProbe: {} },
    ],
  })
  expect(errorsOf('pods', wrong)).toEqual([
    expect.stringContaining('spec.containers[0].name: Invalid value: "Main": a lowercase RFC 1123 label'),
    'spec.containers[0].image: Required value',
    'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    'spec.containers[1].volumeMounts[0].name: Not found: "data"',
    expect.stringContaining('spec.containers[2].env[0].name: Invalid value: "1=2"'),
    'spec.containers[2].livenessProbe: Required value: must specify a handler type',
    'spec.containers[2].name: Duplicate value: "other"',
  ])
})

test('a deployment must select its own pods, which may not end', () => {
  const wrong = deployment('web', {
    selector: { matchLabels: { app: 'other' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'x' }] },
    },
  })
  expect(errorsOf('deployments.apps', wrong)).toEqual([
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
  ])
})

test('a service of two ports names them', () => {
  expect(errorsOf('services', service('web', { ports: [{ port: 80 }, { port: 81 }] }))).toEqual([
    'spec.ports[0].name: Required value',
    'spec.ports[1].name: Required value',
  ])
})

test('fields that a kind does not have are found, wherever they are', () => {
  const wrong = { ...deployment('web', {}, { imag: 'x' }), extra: 1 }
  const { unknown, pruned } = check(builtInType('apps.v1.Deployment'), wrong)
  expect(unknown).toEqual(['spec.template.spec.containers[0].imag', 'extra'])
  expect(JSON.stringify(pruned)).not.toContain('imag"')
})

test('a value of another type is found', () => {
  const { mismatches } = check(builtInType('apps.v1.Deployment'), deployment('web', { replicas: '3' }))
  expect(mismatches).toEqual([{ path: 'spec.replicas', found: 'string', expected: 'numeric (int or float)' }])
})

test.each([
  ['0.5', '500m'],
  ['1000m', '1'],
  ['1024Mi', '1Gi'],
  ['1500Mi', '1500Mi'],
  ['0.5Gi', '512Mi'],
  ['1000', '1k'],
  ['1e3', '1e3'],
  ['0', '0'],
  ['-250m', '-250m'],
  ['.1', '100m'],
])('the amount %s is given back as %s', (given, canonical) => {
  expect(canonicalQuantity(given)).toBe(canonical)
})

test('the canonical form of an amount is the same amount, and stays as it is', () => {
  const units = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi')
  fc.assert(
    fc.property(fc.nat(1_000_000), units, (digits, unit) => {
      const text = `${digits}${unit}`
      const canonical = canonicalQuantity(text)
      expect(isQuantity(canonical)).toBe(true)
      expect(compareQuantities(text, canonical)).toBe(0)
      expect(canonicalQuantity(canonical)).toBe(canonical)
    }),
  )
})
