import { expect, test } from 'vitest'
import { textAt, valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import { condition, type Pattern } from '../rig/collection.ts'
import { inShell } from '../rig/exec.ts'
import { node, pod, shell, untilTold, webServer, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('services')
const { services, endpoints, endpointSlices, pods, deployments, statefulSets, namespace } = space
const port = { port: 80, targetPort: 8080 }

// One pod that asks, and two that answer, serve most of the checks.
await Promise.all([
  pods.make(pod('client', shell(untilTold, { image: 'node:20-alpine' }))),
  deployments.make(workload('web', webServer(), { replicas: 2 })),
  makeService('web', { ports: [{ name: 'http', ...port }] }),
])
await Promise.all([
  pods.until('client', condition('Ready', 'True')),
  deployments.until('web', { status: { availableReplicas: 2 } }),
])

function makeService(name: string, spec: Pattern = {}) {
  return services.make({ metadata: { name }, spec: { selector: { app: name }, ports: [port], ...spec } })
}

/**
 * What comes back from an address, asked from within the pod `client` until it answers; bounded by its 30 s. The address of a Service
 * that the node does not know yet leads out of the cluster: who answers there with another status is not meant.
 */
function ask(url: string, count = 1) {
  const program = `
    const end = Date.now() + 30000
    const again = (left, why) => {
      if (Date.now() > end) throw why
      setTimeout(ask, 200, left)
    }
    const ask = left => left > 0 && require('http').get('${url}', { agent: false, timeout: 5000 }, answer => {
      if (answer.statusCode !== 200) return again(left, new Error(answer.resume().statusCode))
      answer.on('data', data => console.log(String(data))).on('end', () => ask(left - 1))
    }).on('timeout', function () { this.destroy() }).on('error', error => again(left, error))
    ask(${count})`
  return inShell(space, 'client', `node -e "${program}"`)
}

/** The addresses of a name, asked from within the pod `client` until there are as many. */
async function resolve(name: string, count: number) {
  const program = `
    const end = Date.now() + 30000
    const look = () => require('dns').lookup('${name}', { all: true, family: 4 }, (error, found = []) => {
      if (found.length !== ${count} && Date.now() < end) setTimeout(look, 200)
      else console.log(error ? error.code : found.map(one => one.address).sort().join(' '))
    })
    look()`
  return (await inShell(space, 'client', `node -e "${program}"`)).trim()
}

async function addressesOf(app: string) {
  const { items } = await pods.list({ labelSelector: `app=${app}` })
  return items.map(item => textAt(item, 'status.podIP')).sort()
}

test('a Service gets an address of its own, and keeps it', async () => {
  const made = await makeService('addressed')
  expect(made).toMatchObject({
    spec: {
      type: 'ClusterIP',
      clusterIP: expect.stringMatching(/^10\.96\.\d+\.\d+$/),
      clusterIPs: [textAt(made, 'spec.clusterIP')],
    },
  })
  const { object } = await services.patch('addressed', 'merge', { spec: { ports: [{ port: 81 }] } })
  expect(textAt(object, 'spec.clusterIP')).toBe(textAt(made, 'spec.clusterIP'))
})

test('an address can be asked for, and is given only once', async () => {
  const made = await makeService('first-come')
  const clusterIP = textAt(made, 'spec.clusterIP')
  const second = await services.create({
    metadata: { name: 'second-come' },
    spec: { clusterIP, ports: [port] },
  })
  expect(second).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining('provided IP is already allocated') },
  })
})

test('the pods of a Service that are ready are its endpoints', async () => {
  const addresses = await addressesOf('web')
  const found = await endpoints.until('web', {
    subsets: [{ addresses: [{}, {}], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] }],
  })
  const listed = valueAt(found, 'subsets.0.addresses') as {
    ip: string
    targetRef: object
    nodeName: string
  }[]
  expect(listed.map(({ ip }) => ip).sort()).toEqual(addresses)
  expect(listed[0]).toMatchObject({ targetRef: { kind: 'Pod', namespace }, nodeName: expect.any(String) })
})

test('they are told as slices, too', async () => {
  const labelSelector = 'kubernetes.io/service-name=web'
  const [slice] = await endpointSlices.untilAll(
    labelSelector,
    ([found]) => (valueAt(found ?? {}, 'endpoints') as Pattern[] | undefined)?.length === 2,
  )
  expect(slice).toMatchObject({
    metadata: {
      generateName: 'web-',
      labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
      ownerReferences: [{ kind: 'Service', name: 'web', controller: true }],
    },
    addressType: 'IPv4',
    endpoints: [
      { addresses: [expect.any(String)], conditions: { ready: true }, targetRef: { kind: 'Pod' } },
      { addresses: [expect.any(String)], conditions: { ready: true } },
    ],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  })
})

test('a pod that is not ready is no endpoint, until it is', async () => {
  const readinessProbe = { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1, timeoutSeconds: 5 }
  await makeService('hesitant')
  await pods.make(pod('hesitant', shell(untilTold, { readinessProbe })))
  await pods.until('hesitant', { status: { phase: 'Running' } })
  await endpoints.until('hesitant', {
    subsets: [{ notReadyAddresses: [{ targetRef: { name: 'hesitant' } }] }],
  })
  await inShell(space, 'hesitant', 'touch /tmp/ready')
  await endpoints.until('hesitant', { subsets: [{ addresses: [{ targetRef: { name: 'hesitant' } }] }] })
  await pods.delete('hesitant')
  using watch = await endpoints.watch({ fieldSelector: 'metadata.name=hesitant' })
  await watch.until(events => events.some(({ object }) => valueAt(object, 'subsets') === undefined))
})

test('a port can be named by what the container calls it', async () => {
  await makeService('by-port-name', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'web' }] })
  await endpoints.until('by-port-name', { subsets: [{ ports: [{ port: 8080 }] }] })
})

test.each([
  ['its address', async () => textAt((await services.get('web')).object, 'spec.clusterIP')],
  ['its name', async () => 'web'],
  ['its name and namespace', async () => `web.${namespace}`],
  ['its full name', async () => `web.${namespace}.svc.cluster.local`],
])('a pod reaches a Service by %s', async (_by, host) => {
  expect(await ask(`http://${await host()}/`)).toMatch(/^web-[a-z0-9]+-[a-z0-9]{5}\n$/)
})

test('the pods of a Service take turns', async () => {
  await resolve('web', 1)
  const answered = new Set((await ask('http://web/', 40)).trim().split('\n'))
  expect(answered.size).toBe(2)
})

test('a pod is reached by its own address', async () => {
  const [address] = await addressesOf('web')
  expect(await ask(`http://${address}:8080/`)).toMatch(/^web-/)
})

test('a name that nothing has is not found', async () => {
  expect(await resolve(`no-such-service.${namespace}.svc.cluster.local`, 0)).toMatch(
    /^(ENOTFOUND|EAI_AGAIN)$/,
  )
})

test('a headless Service has no address, and its name is that of its pods', async () => {
  const made = await makeService('headless', { clusterIP: 'None', selector: { app: 'web' } })
  expect(textAt(made, 'spec.clusterIP')).toBe('None')
  expect(await resolve(`headless.${namespace}.svc.cluster.local`, 2)).toBe(
    (await addressesOf('web')).join(' '),
  )
})

test('each pod of a StatefulSet has a name', async () => {
  await makeService('peers', { clusterIP: 'None' })
  await statefulSets.make(workload('peers', webServer(), { serviceName: 'peers', replicas: 1 }))
  await statefulSets.until('peers', { status: { readyReplicas: 1 } })
  expect(await ask('http://peers-0.peers:8080/')).toBe('peers-0\n')
})

test('a Service without a selector leads where its endpoints say', async () => {
  await services.make({ metadata: { name: 'manual' }, spec: { ports: [port] } })
  const [ip] = await addressesOf('web')
  await endpoints.make({
    metadata: { name: 'manual' },
    subsets: [{ addresses: [{ ip }], ports: [{ port: 8080 }] }],
  })
  expect(await ask('http://manual/')).toMatch(/^web-/)
})

test('a Service of type NodePort gets a port of the nodes', async () => {
  const made = await makeService('outside', { type: 'NodePort', selector: { app: 'web' } })
  const nodePort = Number(valueAt(made, 'spec.ports.0.nodePort'))
  expect(nodePort).toBeGreaterThanOrEqual(30_000)
  expect(nodePort).toBeLessThanOrEqual(32_767)
})

test('a Service of type ExternalName has no address', async () => {
  const made = await services.make({
    metadata: { name: 'external' },
    spec: { type: 'ExternalName', externalName: 'example.com' },
  })
  expect(valueAt(made, 'spec.clusterIP')).toBeUndefined()
})

test('a Service that is deleted takes its endpoints and slices along', async () => {
  await makeService('gone', { selector: { app: 'web' } })
  await endpoints.until('gone', { subsets: [{}] })
  await endpointSlices.untilAll('kubernetes.io/service-name=gone', found => found.length === 1)
  await services.delete('gone')
  await endpoints.untilGone('gone')
  await endpointSlices.untilAll('kubernetes.io/service-name=gone', found => found.length === 0)
})

test('an old pod is no endpoint as soon as it is to end', async () => {
  await makeService('leaving')
  await pods.make(
    pod('leaving', node('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'), {
      terminationGracePeriodSeconds: 30,
    }),
  )
  await endpoints.until('leaving', { subsets: [{ addresses: [{}] }] })
  await pods.delete('leaving', { gracePeriodSeconds: 30 })
  using watch = await endpoints.watch({ fieldSelector: 'metadata.name=leaving' })
  await watch.until(events =>
    events.some(({ object }) => valueAt(object, 'subsets.0.addresses') === undefined),
  )
  expect((await pods.get('leaving')).status).toBe(200)
  await pods.delete('leaving', { gracePeriodSeconds: 0 })
})

test('the API server is a Service, too', async () => {
  const { object } = await call('GET', '/api/v1/namespaces/default/services/kubernetes')
  expect(object).toMatchObject({ spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] } })
})

test('an Ingress is taken as it is, defaults filled in', async () => {
  const backend = { service: { name: 'web', port: { number: 80 } } }
  const rules = [{ host: 'web.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }]
  const made = await space.ingresses.make({ metadata: { name: 'web' }, spec: { rules } })
  expect(made).toMatchObject({ spec: { rules }, status: { loadBalancer: {} } })
})
