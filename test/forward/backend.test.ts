import { expect, test } from 'vitest'
import { pickBackend, type Targets } from '../../src/forward/backend.ts'
import type { PortRule, PortTarget } from '../../src/model/project.ts'
import type { Pod } from '../../src/model/rollout.ts'
import { readyPod } from '../fakes/pod.ts'

const rule = (target: PortTarget): PortRule => ({
  text: '8080:…',
  host: 'localhost',
  localPort: 8080,
  target,
})
const byPod = (port: number | string) => rule({ kind: 'pod', port })
const byService = (port: number | string, name = 'web') => rule({ kind: 'service', name, port })

function pod(name: string, changes: Partial<Pod> = {}): Pod {
  const containers = [{ name: 'main', image: 'web', ports: [{ name: 'http', port: 3000 }] }]
  return readyPod(name, { labels: { app: 'web' }, containers, ...changes })
}

const webService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'public', port: 80, targetPort: 'http' }, { port: 81 }] },
}

function targets(pods: readonly Pod[], projectPods = pods): Targets {
  return { pods, projectPods, objects: [webService], restartsOf: () => 0 }
}

const pick = (rule: PortRule, pods: readonly Pod[], projectPods = pods) =>
  pickBackend('web', rule, targets(pods, projectPods))

test('a new pod that is ready comes before an old one', () => {
  const pods = [pod('a', { isNew: false }), pod('b')]
  expect(pick(byPod(3000), pods)).toMatchObject({ state: 'ready', backend: { pod: 'b', port: 3000 } })
})

test('the old pod goes on while the new one starts', () => {
  const pods = [pod('a', { isNew: false }), pod('b', { isReady: false })]
  expect(pick(byPod(3000), pods)).toMatchObject({ backend: { pod: 'a' } })
})

test('a pod that is going gets no connection, even where it is the only one', () => {
  expect(pick(byPod(3000), [pod('a', { isTerminating: true })])).toEqual({ state: 'waiting' })
})

test('the choice among equals does not change with their order', () => {
  const pods = [pod('a'), pod('b')]
  expect(pick(byPod(3000), pods)).toEqual(pick(byPod(3000), pods.toReversed()))
})

test('a port is found by its name', () => {
  expect(pick(byPod('http'), [pod('a')])).toMatchObject({ backend: { port: 3000 } })
})

test('a port that no container declares is still tried: declaring is optional', () => {
  expect(pick(byPod(9229), [pod('a')])).toMatchObject({ backend: { port: 9229 } })
})

test('a workload without the port does not get the connections of the one that has it and starts', () => {
  const worker = pod('worker', { containers: [{ name: 'main', image: 'web', ports: [] }] })
  expect(pick(byPod(3000), [worker, pod('web', { isReady: false })])).toEqual({ state: 'waiting' })
})

test('a Kubernetes Service leads to the pods that it selects, of other services too, on its target port', () => {
  const all = [pod('x', { labels: { app: 'other' } }), pod('w'), pod('v', { namespace: 'elsewhere' })]
  expect(pick(byService(80), [], all)).toMatchObject({ backend: { pod: 'w', port: 3000 } })
  expect(pick(byService('public'), [], all)).toMatchObject({ backend: { pod: 'w', port: 3000 } })
  expect(pick(byService(81), [], all)).toMatchObject({ backend: { pod: 'w', port: 81 } })
})

test.each([
  ['a port name that no container has', byPod('grpc'), 'http'],
  ['a Kubernetes Service that is not there', byService(80, 'wbe'), 'svc/web'],
  ['a port that the Kubernetes Service has not', byService(8080), 'svc/web:80'],
])('%s is a failure that says what there is', (_, wrong, choice) => {
  expect(pick(wrong, [pod('a')])).toMatchObject({
    state: 'failed',
    failure: { code: 'forward/target', cure: expect.stringContaining(choice) },
  })
})
