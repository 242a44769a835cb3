import { describe, expect, test } from 'vitest'
import { createRig } from './rig.ts'

const wait = { services: [], goal: 'live', timeoutMs: 10_000 } as const

describe('wait --for live', () => {
  test('answers at once where everything is live', async () => {
    const { client, makeLive } = await createRig()
    makeLive('api')
    makeLive('web')
    expect(await client.wait(wait)).toMatchObject({
      ok: true,
      value: { outcome: 'reached', services: [{ service: 'web' }, { service: 'api' }] },
    })
  })

  test('knows of an edit that was saved before the question, though nothing has told of it', async () => {
    const { client, makeLive, edit, store } = await createRig()
    makeLive('api')
    makeLive('web')
    edit('web')
    const waited = client.wait(wait)
    const seen = await new Promise(resolve => {
      store.subscribe(event => event.type === 'files-changed' && resolve(store.state.services.get('web')))
    })
    expect(seen).toMatchObject({ revision: 2 })
    makeLive('web')
    expect(await waited).toMatchObject({ ok: true, value: { outcome: 'reached' } })
  })

  test('fails at once with the failure of the newest state, also where that was there before', async () => {
    const { client, makeLive, failToRead } = await createRig()
    makeLive('api')
    failToRead('web')
    expect(await client.wait(wait)).toMatchObject({
      ok: true,
      value: {
        outcome: 'failed',
        failures: [{ service: 'web', failure: { message: 'no good', cure: 'Mend it.' } }],
      },
    })
    expect(await client.wait({ ...wait, services: ['api'] })).toMatchObject({
      value: { outcome: 'reached' },
    })
  })

  test('fails with the failure of what it waits for', async () => {
    const { client, dispatch, failToRead, store } = await createRig()
    dispatch({ type: 'cluster-connected', context: 'kind', provider: 'kind', isAnother: false, pods: [] })
    const read = { id: '1', kind: 'read', service: 'web', revision: 1 } as const
    dispatch({ type: 'task-started', task: read })
    const manifests = { digest: 'd', images: [] }
    dispatch({
      type: 'task-ended',
      task: read,
      tookMs: 1,
      outcome: { status: 'succeeded', result: { kind: 'read', manifests } },
    })
    const waited = client.wait({ ...wait, services: ['web'] })
    expect(store.snapshot().holds.get('service:web')).toEqual({ reason: 'dependencies', services: ['api'] })
    failToRead('api')
    expect(await waited).toMatchObject({
      value: { outcome: 'failed', failures: [{ service: 'api', failure: { message: 'no good' } }] },
    })
  })

  test('fails where the newest Devfile cannot be used', async () => {
    const { client, makeLive, dispatch } = await createRig()
    makeLive('api')
    makeLive('web')
    dispatch({ type: 'devfile-broken', failures: [{ code: 'config/load', message: 'no good' }] })
    expect(await client.wait(wait)).toMatchObject({
      value: { outcome: 'failed', failures: [{ failure: { code: 'config/load' } }] },
    })
    expect(await client.wait({ ...wait, goal: 'ready' })).toMatchObject({ value: { outcome: 'reached' } })
  })

  test('does not take for live what cannot be seen', async () => {
    const { client, makeLive, dispatch } = await createRig()
    makeLive('api')
    dispatch({ type: 'cluster-lost', failure: { code: 'cluster/unreachable', message: 'gone' } })
    const waited = client.wait({ ...wait, services: ['api'], timeoutMs: 50 })
    expect(await waited).toMatchObject({ value: { outcome: 'timed-out' } })
  })

  test('says at its time limit what it still waits for, and that devloop is paused', async () => {
    const { client, makeLive } = await createRig()
    makeLive('api')
    await client.pause()
    expect(await client.wait({ ...wait, timeoutMs: 50 })).toMatchObject({
      value: {
        outcome: 'timed-out',
        paused: true,
        waitingFor: [{ service: 'web', holds: [{ reason: 'paused' }] }],
      },
    })
  })

  test('of a disabled service fails, and of all passes over it', async () => {
    const { client, makeLive } = await createRig()
    makeLive('api')
    makeLive('web')
    await client.disable(['web'])
    expect(await client.wait(wait)).toMatchObject({
      value: { outcome: 'reached', services: [{ service: 'api' }] },
    })
    expect(await client.wait({ ...wait, services: ['web'] })).toMatchObject({
      value: {
        outcome: 'failed',
        failures: [{ failure: { code: 'control/disabled', cure: 'Enable it: devloop enable web' } }],
      },
    })
  })

  test('ends with up', async () => {
    const { client, dispatch } = await createRig()
    const waited = client.wait(wait)
    await client.status()
    dispatch({ type: 'stop-asked' })
    expect(await waited).toMatchObject({ value: { outcome: 'stopped' } })
  })

  test('names the service that was meant', async () => {
    const { client } = await createRig()
    expect(await client.wait({ ...wait, services: ['wep'] })).toMatchObject({
      ok: false,
      failure: { code: 'control/unknown-service', cure: 'Did you mean web?' },
    })
  })
})

test('wait --for ready is content with what was applied last, whatever was edited since', async () => {
  const { client, makeLive, failToRead, dispatch } = await createRig()
  makeLive('api')
  dispatch({
    type: 'files-changed',
    changes: [{ path: '/shop/k8s.yaml', kind: 'changed', inputs: ['service:api'] }],
    decisions: new Map(),
  })
  failToRead('api')
  const request = { ...wait, services: ['api'] }
  expect(await client.wait({ ...request, goal: 'ready' })).toMatchObject({ value: { outcome: 'reached' } })
  expect(await client.wait(request)).toMatchObject({ value: { outcome: 'failed' } })
})
