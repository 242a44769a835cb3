import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configMap, deployment, pod, service, widget, widgetDefinition } from '../manifests.ts'
import { Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await Rig.start()
})
afterAll(() => rig.stop())

const configMaps = '/api/v1/namespaces/default/configmaps'
const deployments = '/apis/apps/v1/namespaces/default/deployments'
const pods = '/api/v1/namespaces/default/pods'

/** As a stranger that the server does not know, but for the headers. */
function callAsNobody(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ code: number; text: string }> {
  const url = `https://127.0.0.1:${rig.port}${path}`
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ca: rig.certificates.authority, agent: false, headers })
    outgoing.once('response', async answer =>
      resolve({ code: answer.statusCode ?? 0, text: await text(answer) }),
    )
    outgoing.once('error', reject)
    outgoing.end()
  })
}

test('who has neither certificate nor token is not let in, and who has the token is', async () => {
  expect(await callAsNobody('/api/v1/pods')).toMatchObject({ code: 401 })
  expect(await callAsNobody('/api/v1/pods', { authorization: 'Bearer wrong' })).toMatchObject({ code: 401 })
  expect(await callAsNobody('/api/v1/pods', { authorization: 'Bearer a-token' })).toMatchObject({ code: 200 })
})

test('devloop applies, reads, lists and deletes', async () => {
  const applied = await rig.client.apply(deployment('loop') as never)
  expect(applied).toMatchObject({ ok: true, value: { metadata: { generation: 1 }, spec: { replicas: 1 } } })
  const type = await rig.client.resourceType('apps/v1', 'Deployment')
  if (!type.ok) throw new Error(type.failure.message)
  const name = { name: 'loop', namespace: 'default' }
  expect(await rig.client.get(type.value, name)).toMatchObject({ ok: true })
  expect(await rig.client.list(type.value, { namespace: 'default' })).toMatchObject({
    value: [{ kind: 'Deployment' }],
  })
  expect(await rig.client.delete(type.value, name)).toMatchObject({ ok: true })
  expect(await rig.client.get(type.value, name)).toMatchObject({ failure: { kind: 'not-found' } })
})

test('devloop is told of a misspelt field by its path', async () => {
  const refused = await rig.client.apply(deployment('typo', {}, { imagee: 'x' }) as never)
  expect(refused).toMatchObject({
    failure: {
      kind: 'invalid',
      causes: [
        {
          field: 'spec.template.spec.containers[0].imagee',
          message: 'field not declared in schema',
        },
      ],
    },
  })
})

test('devloop sees that a field cannot change', async () => {
  await rig.client.apply(deployment('fixed') as never)
  const other = deployment('fixed', {
    selector: { matchLabels: { app: 'other' } },
    template: {
      metadata: { labels: { app: 'other' } },
      spec: { containers: [{ name: 'main', image: 'x' }] },
    },
  })
  expect(await rig.client.apply(other as never)).toMatchObject({
    failure: {
      kind: 'invalid',
      causes: [{ field: 'spec.selector', message: expect.stringContaining('field is immutable') }],
    },
  })
})

test('devloop looks for everything that can be deleted', async () => {
  const types = await rig.client.deletableTypes()
  expect(types.ok && types.value.map(({ plural }) => plural)).toEqual(
    expect.arrayContaining(['pods', 'deployments', 'cronjobs', 'ingresses', 'customresourcedefinitions']),
  )
})

test('an object of the wrong kind, place or name is refused', async () => {
  const post = (body: object) => rig.call('POST', configMaps, { body })
  expect((await post({ ...configMap('a'), kind: 'Secret' })).code).toBe(400)
  expect((await post({ ...configMap('a'), metadata: { name: 'a', namespace: 'kube-system' } })).code).toBe(
    400,
  )
  expect((await post({ ...configMap('a'), metadata: {} })).body.message).toContain(
    'name or generateName is required',
  )
  expect((await post(configMap('A_b'))).body.message).toContain('a lowercase RFC 1123 subdomain')
})

test('what cannot be read as JSON is said, and nothing breaks', async () => {
  expect((await rig.call('POST', configMaps, { body: '{' })).code).toBe(400)
  expect((await rig.call('POST', configMaps, { body: '[]' })).code).toBe(400)
  expect((await rig.call('POST', configMaps, { body: 'x', type: 'text/plain' })).code).toBe(415)
})

test('a body that is too large is not read', async () => {
  const body = { ...configMap('large'), data: { x: 'x'.repeat(4 * 1024 * 1024) } }
  const answer = await rig.call('POST', configMaps, { body }).catch(() => ({ code: 413 }))
  expect(answer.code).toBe(413)
})

test('a field that does not exist is warned of, refused or dropped, as the client asks', async () => {
  const body = { ...configMap('extra'), dta: {} }
  const post = (fieldValidation: string) =>
    rig.call('POST', configMaps, { body, query: { fieldValidation, dryRun: 'All' } })
  expect((await post('Warn')).headers.warning).toContain('unknown field \\"dta\\"')
  expect((await post('Strict')).body.message).toContain('strict decoding error: unknown field "dta"')
  const { code, headers, body: dropped } = await post('Ignore')
  expect({ code, warning: headers.warning, dta: dropped.dta }).toEqual({ code: 201 })
})

test('an update of an older version is a conflict', async () => {
  const { body } = await rig.call('POST', configMaps, { body: configMap('raced') })
  const put = (data: object) => rig.call('PUT', `${configMaps}/raced`, { body: { ...body, data } })
  expect((await put({ x: '1' })).code).toBe(200)
  expect((await put({ x: '2' })).body).toMatchObject({
    reason: 'Conflict',
    message: expect.stringContaining('the object has been modified'),
  })
})

test('patches of all three types change what they name', async () => {
  await rig.call('POST', deployments, {
    body: deployment('patched', {}, { env: [{ name: 'A', value: '1' }] }),
  })
  const patch = async (type: string, body: object) => {
    const answer = await rig.call('PATCH', `${deployments}/patched`, { type, body })
    expect(answer.text).toContain('"kind":"Deployment"')
    return answer.body.spec.template.spec.containers[0]
  }
  const container = (fields: object) => ({
    spec: { template: { spec: { containers: [{ name: 'main', ...fields }] } } },
  })
  const merged = await patch(
    'application/strategic-merge-patch+json',
    container({ env: [{ name: 'B', value: '2' }] }),
  )
  expect(merged).toMatchObject({
    image: 'busybox:1',
    env: [{ name: 'B' }, { name: 'A' }].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  })
  const operations = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'busybox:2' }]
  expect(await patch('application/json-patch+json', operations)).toMatchObject({ image: 'busybox:2' })
  const replaced = await patch('application/merge-patch+json', container({ image: 'busybox:3' }))
  expect(replaced).toMatchObject({ image: 'busybox:3' })
  expect(replaced.env).toBeUndefined()
})

test('a JSON patch whose test fails changes nothing', async () => {
  await rig.call('POST', configMaps, { body: configMap('tested', { data: { x: '1' } }) })
  const operations = [
    { op: 'replace', path: '/data/x', value: '2' },
    { op: 'test', path: '/data/x', value: '1' },
  ]
  const answer = await rig.call('PATCH', `${configMaps}/tested`, {
    type: 'application/json-patch+json',
    body: operations,
  })
  expect(answer.code).toBe(422)
  expect((await rig.call('GET', `${configMaps}/tested`)).body.data).toEqual({ x: '1' })
})

test('a workload is scaled by its scale alone', async () => {
  await rig.call('POST', deployments, { body: deployment('scaled') })
  const scale = `${deployments}/scaled/scale`
  const { body } = await rig.call('GET', scale)
  expect(body).toMatchObject({
    kind: 'Scale',
    spec: { replicas: 1 },
    status: { replicas: 0, selector: 'app=scaled' },
  })
  const patched = await rig.call('PATCH', scale, {
    type: 'application/strategic-merge-patch+json',
    body: { spec: { replicas: 3 } },
  })
  expect(patched.body).toMatchObject({ spec: { replicas: 3 } })
  await rig.call('PUT', scale, { body: { spec: { replicas: 4 } } })
  expect((await rig.call('GET', `${deployments}/scaled`)).body).toMatchObject({
    spec: { replicas: 4 },
    metadata: { generation: 3 },
  })
})

test('objects are selected, and come in pages of one moment', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) {
    await rig.call('POST', configMaps, { body: configMap(name, {}, { labels: { page: name } }) })
  }
  const query = { labelSelector: 'page in (page-a, page-c),page' }
  const first = await rig.call('GET', configMaps, { query: { ...query, limit: '1' } })
  expect(first.body).toMatchObject({
    items: [{ metadata: { name: 'page-a' } }],
    metadata: { remainingItemCount: 1 },
  })
  await rig.call('DELETE', `${configMaps}/page-c`)
  const next = { ...query, limit: '1', continue: first.body.metadata.continue }
  expect((await rig.call('GET', configMaps, { query: next })).body.items).toMatchObject([
    { metadata: { name: 'page-c' } },
  ])
})

test('a selection is deleted at once', async () => {
  for (const name of ['swept-a', 'swept-b']) {
    await rig.call('POST', configMaps, { body: configMap(name, {}, { labels: { swept: 'yes' } }) })
  }
  await rig.call('DELETE', configMaps, { query: { labelSelector: 'swept=yes' } })
  expect((await rig.call('GET', configMaps, { query: { labelSelector: 'swept' } })).body.items).toEqual([])
})

test('kubectl get has its columns', async () => {
  await rig.call('POST', pods, { body: pod('shown', { nodeName: 'node' }) })
  await rig.call('PATCH', `${pods}/shown/status`, {
    type: 'application/merge-patch+json',
    body: {
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'main',
            ready: false,
            restartCount: 2,
            image: '',
            imageID: '',
            state: { waiting: { reason: 'CrashLoopBackOff' } },
          },
        ],
      },
    },
  })
  const { body } = await rig.call('GET', `${pods}/shown`, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
  })
  const names = body.columnDefinitions.map(({ name }: { name: string }) => name)
  expect(names.slice(0, 5)).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age'])
  expect(body.rows[0].cells.slice(0, 4)).toEqual(['shown', '0/1', 'CrashLoopBackOff', '2'])
})

test('the kind of a definition is served with its columns, until the definition goes', async () => {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  await rig.call('POST', definitions, { body: widgetDefinition() })
  const widgets = '/apis/example.com/v1/namespaces/default/widgets'
  expect((await rig.call('POST', widgets, { body: widget('a', { size: 2 }) })).code).toBe(201)
  expect(await rig.client.resourceType('example.com/v1', 'Widget')).toMatchObject({ ok: true })
  const { body } = await rig.call('GET', widgets, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  })
  expect(body.rows[0].cells).toEqual(['a', 2])
  await rig.call('PATCH', `${widgets}/a/scale`, {
    type: 'application/merge-patch+json',
    body: { spec: { replicas: 3 } },
  })
  expect((await rig.call('GET', `${widgets}/a`)).body.spec).toEqual({ size: 2, replicas: 3 })
  await rig.call('DELETE', `${definitions}/widgets.example.com`)
  expect((await rig.call('GET', widgets)).code).toBe(404)
})

test('older versions of a kind show the same objects', async () => {
  const old = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers'
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  const spec = { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 50 }
  const body = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec,
  }
  expect((await rig.call('POST', old, { body })).code).toBe(201)
  const { body: newer } = await rig.call('GET', `${old.replace('v1', 'v2')}/web`)
  expect(newer.spec.metrics).toMatchObject([{ resource: { target: { averageUtilization: 50 } } }])
  expect((await rig.call('GET', `${old}/web`)).body.spec.targetCPUUtilizationPercentage).toBe(50)
})

test('whoever asks may do everything', async () => {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: {} }
  const { body: review } = await rig.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    body,
  })
  expect(review.status.allowed).toBe(true)
})

test('an evicted pod goes', async () => {
  await rig.call('POST', pods, { body: pod('evicted') })
  const body = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'evicted', namespace: 'default' },
  }
  expect((await rig.call('POST', `${pods}/evicted/eviction`, { body })).code).toBe(201)
  expect((await rig.call('GET', `${pods}/evicted`)).code).toBe(404)
})

test('the address of a service is there with the answer', async () => {
  const { body } = await rig.call('POST', '/api/v1/namespaces/default/services', { body: service('web') })
  expect(body.spec.clusterIP).toMatch(/^10\.96\./)
})
