import { EventEmitter, once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ApiError } from '../../src/model/kube-api.ts'
import { configMap, configMapType, openRealCluster } from './real-cluster.ts'

test('a change after two quiet minutes is seen within a second, and without listing again', async () => {
  await using real = await openRealCluster('quiet')
  const { cluster, namespace } = real
  const events = new EventEmitter()
  let lists = 0
  const interruptions: (ApiError | undefined)[] = []
  const watch = cluster.api.watch(
    configMapType,
    { namespace, labelSelector: 'purpose=e2e' },
    {
      onList: () => {
        lists++
        events.emit('list')
      },
      onChange: object => events.emit('change', object.metadata.name, performance.now()),
      onDelete: () => {},
      onInterrupted: error => interruptions.push(error),
    },
  )
  await once(events, 'list')

  await wait(125_000) // The quiet itself is what is tested.
  const change = once(events, 'change')
  const appliedAt = performance.now()
  const applied = await cluster.api.apply(configMap(namespace, 'late'))
  expect(applied.ok).toBe(true)
  const [name, seenAt] = (await change) as [string, number]
  await watch.close()

  expect(name).toBe('late')
  expect(seenAt - appliedAt).toBeLessThan(1_000)
  expect(lists).toBe(1)
  expect(interruptions).toEqual([])
}, 180_000)
