import { expect, test } from 'vitest'
import { initialState } from '../../src/engine/reduce.ts'
import type { State } from '../../src/engine/state.ts'
import type { ObjectName } from '../../src/model/kube-api.ts'
import { fail, ok } from '../../src/model/result.ts'
import type { Pod } from '../../src/model/rollout.ts'
import { restartService } from '../../src/session/restart.ts'
import { shop } from '../engine/world.ts'
import { readyPod } from '../fakes/pod.ts'

const reference = 'shop/web:devloop-1'

test('a process that can be started anew in place is, and its pod stays', async () => {
  const deleted: ObjectName[] = []
  const restarted: string[] = []
  const words = await restartService('web', {
    state: running([pod('web-1'), pod('web-2')]),
    api: deleting(deleted),
    restartInPlace: async ({ pod: name }) => {
      restarted.push(name)
      return ok(undefined)
    },
  })
  expect(restarted).toEqual(['web-1', 'web-2'])
  expect(deleted).toEqual([])
  expect(words).toBe('web: process started anew')
})

test('where it cannot be, and where another image runs, there are new pods; one that ends already is left alone', async () => {
  const deleted: ObjectName[] = []
  const words = await restartService('web', {
    state: running([pod('web-1'), pod('redis-1', 'redis:7'), { ...pod('web-0'), isTerminating: true }]),
    api: deleting(deleted),
    restartInPlace: async () => fail({ code: 'sync/restart', message: 'no supervisor' }),
  })
  expect(deleted.map(({ name }) => name)).toEqual(['web-1', 'redis-1'])
  expect(words).toBe('web: new pods on the way')
})

test('a pod that the cluster does not let go is said', async () => {
  const words = await restartService('web', {
    state: running([pod('redis-1', 'redis:7')]),
    api: { delete: async () => fail({ kind: 'forbidden', message: 'pods is forbidden' }) },
    restartInPlace: async () => ok(undefined),
  })
  expect(words).toBe('web was not restarted: pods is forbidden')
})

function deleting(deleted: ObjectName[]) {
  return {
    delete: async (_: unknown, name: ObjectName) => {
      deleted.push(name)
      return ok(undefined)
    },
  }
}

/** The service `web` of the shop, of which these pods are there. */
function running(pods: readonly Pod[]): State {
  const state = initialState(shop, 0)
  const image = state.images.get('web')
  const service = state.services.get('web')
  if (!image || !service) throw new Error('the shop has no web')
  const built = {
    ...image,
    built: { revision: image.revision, reference },
    loaded: { reference, clusterEpoch: 0, outcome: { podReference: reference } },
  }
  const rollout = { phase: 'ready', wanted: pods.length, ready: pods.length, pods } as const
  return {
    ...state,
    images: new Map(state.images).set('web', built),
    services: new Map(state.services).set('web', { ...service, rollout }),
  }
}

function pod(name: string, image = reference): Pod {
  return readyPod(name, { containers: [{ name: 'app', image, runningId: '1', ports: [] }] })
}
