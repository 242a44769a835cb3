import { describe, expect, test } from 'vitest'
import { explainRejection } from '../../src/deploy/rejection.ts'
import type { ApiError } from '../../src/model/kube-api.ts'
import { objectsOf } from './manifest-text.ts'

const text = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: two
  replica: 2
  selector:
    matchLabels: { app: shop }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          imagePullPolicy: Allways
`

/** Answers of a real API server (1.20), and what a person reads of them. */
const refusals: readonly { answer: ApiError; line: number | undefined; message: string; cure: RegExp }[] = [
  {
    answer: invalid('spec.replica', 'field not declared in schema'),
    line: 7,
    message: 'The cluster refuses Deployment/web: spec.replica: field not declared in schema.',
    cure: /spelling.*kubectl explain deployment\.spec lists the fields/,
  },
  {
    answer: invalid('spec.replicas', 'expected numeric (int or float), got *value.valueUnstructured'),
    line: 6,
    message:
      'The cluster refuses Deployment/web: spec.replicas: expected numeric (int or float), got *value.valueUnstructured.',
    cure: /Correct the field/,
  },
  {
    answer: invalid(
      'spec.template.metadata.labels',
      'Invalid value: `selector` does not match template `labels`',
    ),
    line: 12,
    message:
      'The cluster refuses Deployment/web: spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`.',
    cure: /Correct the field/,
  },
  {
    answer: invalid('spec.template.spec.containers[0].imagePullPolicy', 'Unsupported value: "Allways"'),
    line: 16,
    message:
      'The cluster refuses Deployment/web: spec.template.spec.containers[0].imagePullPolicy: Unsupported value: "Allways".',
    cure: /Correct the field/,
  },
  {
    answer: invalid('spec.template.spec.containers[0].image', 'Required value'),
    line: 15,
    message: 'The cluster refuses Deployment/web: spec.template.spec.containers[0].image: Required value.',
    cure: /Correct the field/,
  },
  {
    answer: { kind: 'not-found', status: 404, message: 'namespaces "shop" not found' },
    line: 1,
    message: 'The namespace shop for Deployment/web does not exist.',
    cure: /kubectl create namespace shop/,
  },
  {
    answer: { kind: 'unknown-kind', message: 'the cluster does not know apps/v1 (Deployment)' },
    line: 1,
    message: 'The cluster knows no Deployment in apps/v1.',
    cure: /Check apiVersion and kind/,
  },
  {
    answer: { kind: 'forbidden', status: 403, message: 'deployments.apps "web" is forbidden' },
    line: 1,
    message: 'The cluster does not let you apply Deployment/web.',
    cure: /Use a context whose user may/,
  },
  {
    answer: { kind: 'unreachable', message: 'connection refused' },
    line: undefined,
    message: 'The cluster does not answer while Deployment/web is applied.',
    cure: /Start the cluster/,
  },
]

describe('what the cluster refuses is shown at the line that is wrong, with what to do', () => {
  test.each(refusals)('$message', async ({ answer, line, message, cure }) => {
    const [one] = await objectsOf(text)
    if (!one) throw new Error('no object')
    const failure = explainRejection(answer, one, 'shop')
    expect(failure.message).toBe(message)
    expect(failure.at?.line).toBe(line)
    expect(failure.cure).toMatch(cure)
  })
})

test('of many faults in one object the first few are named', async () => {
  const [one] = await objectsOf(text)
  const causes = Array.from({ length: 20 }, (_, index) => ({ field: `spec.field${index}`, message: 'wrong' }))
  const failure = one && explainRejection({ kind: 'invalid', message: 'many', causes }, one, 'shop')
  expect(failure?.message.match(/wrong/g)).toHaveLength(5)
})

function invalid(field: string, message: string): ApiError {
  return {
    kind: 'invalid',
    status: 422,
    message: `Deployment.apps "web" is invalid: ${field}: ${message}`,
    causes: [{ field, message }],
  }
}
