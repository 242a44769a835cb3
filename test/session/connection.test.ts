import { EventEmitter, once } from 'node:events'
import { expect, test } from 'vitest'
import type { Cluster } from '../../src/cluster/connect.ts'
import type { Failure } from '../../src/model/failure.ts'
import type { ApiError } from '../../src/model/kube-api.ts'
import { fail, ok, type Result } from '../../src/model/result.ts'
import { openConnection } from '../../src/session/connection.ts'

const unreachable: Failure = { code: 'cluster/unreachable', message: 'nobody answers' }

test('a cluster that is not there is told, and used as soon as it answers', async () => {
  const answers = [fail(unreachable), ok(fakeCluster({ uid: 'one' }))]
  const { events, failures, connection } = open(() => answers.shift())
  const [, isAnother] = await once(events, 'connected')
  expect(failures).toEqual([unreachable])
  expect(isAnother).toBe(false)
  await connection.close()
})

test('a cluster that has not made its namespaces yet is waited for', async () => {
  const young = fakeCluster({ error: { kind: 'not-found', message: 'no namespace default' } })
  const grown = fakeCluster({ uid: 'one' })
  const answers = [ok(young), ok(grown)]
  const { events, connection } = open(() => answers.shift())
  expect((await once(events, 'connected'))[0]).toBe(grown)
  expect(young.isClosed).toBe(true)
  await connection.close()
})

test('the same cluster goes on where it was', async () => {
  const cluster = fakeCluster({ uid: 'one' })
  const { events, connection } = open(() => ok(cluster))
  await once(events, 'connected')
  connection.recover()
  expect(await once(events, 'connected')).toEqual([cluster, false, ['pod-1']])
  expect(cluster.isClosed).toBe(false)
  await connection.close()
})

test('a cluster that was made anew, with other credentials, is told as another one', async () => {
  const old = fakeCluster({ uid: 'one' })
  const next = fakeCluster({ uid: 'two' })
  const answers = [ok(old), ok(next)]
  const { events, connection, opened } = open(() => answers.shift())
  await once(events, 'connected')
  old.answer = { error: { kind: 'unauthorized', message: 'who are you?' } }
  connection.recover()
  expect(await once(events, 'connected')).toEqual([next, true, ['pod-1']])
  expect(opened).toEqual([old, next])
  expect(old.isClosed).toBe(true)
  await connection.close()
  expect(next.isClosed).toBe(true)
})

test('closing ends the wait for a cluster that never answers', async () => {
  const { connection } = open(() => fail(unreachable))
  const waiting = connection.cluster(new AbortController().signal)
  await connection.close()
  expect(await waiting).toBeUndefined()
})

type Answer = { readonly uid: string } | { readonly error: ApiError }

interface FakeCluster extends Cluster {
  answer: Answer
  isClosed: boolean
}

/** Of a cluster, what a connection asks for: it has one pod of the project. */
function fakeCluster(answer: Answer): FakeCluster {
  const cluster = {
    answer,
    isClosed: false,
    api: {
      get: async () => {
        const now: Answer = cluster.answer
        return 'uid' in now ? ok({ metadata: { uid: now.uid } }) : fail(now.error)
      },
      list: async () => ok([{ metadata: { uid: 'pod-1' } }]),
    },
    close: async () => {
      cluster.isClosed = true
    },
  }
  return cluster as unknown as FakeCluster
}

function open(connect: () => Result<Cluster> | undefined) {
  const events = new EventEmitter()
  const failures: Failure[] = []
  const opened: Cluster[] = []
  const connection = openConnection({
    connect: async () => connect() ?? fail(unreachable),
    project: 'shop',
    onOpen: cluster => opened.push(cluster),
    onConnected: (cluster, isAnother, pods) => events.emit('connected', cluster, isAnother, pods),
    onFailure: failure => failures.push(failure),
  })
  return { events, failures, opened, connection }
}
