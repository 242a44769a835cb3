import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ContainerLog } from '../../src/logs/container-log.ts'
import type { LogLine } from '../../src/model/log.ts'
import { ok } from '../../src/model/result.ts'
import { FakePodLog, timeAt } from '../fakes/pod-log.ts'

const source = { service: 'web', namespace: 'shop', pod: 'web-1', container: 'web' }

let node: FakePodLog
let log: ContainerLog
let lines: LogLine[]
let isPodGone: boolean
let looks: number
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  node = new FakePodLog()
  lines = []
  isPodGone = false
  looks = 0
})
afterEach(async () => {
  await log.close()
  expect(node.openStreams).toBe(0)
  vi.useRealTimers()
})

function follow(tailLines?: number) {
  log = new ContainerLog({
    api: { openPodLog: async (request, options) => node.open(request, options) },
    source,
    container: node.state(),
    async look() {
      looks++
      return ok(isPodGone ? undefined : node.state())
    },
    onLines: batch => lines.push(...batch),
    ...(tailLines !== undefined && { tailLines }),
  })
}

/** How often the newest instance was asked for. */
const followed = () => node.openings.filter(({ isFollowed }) => isFollowed).length
const said = () => lines.map(({ text }) => text)
const sees = (...texts: readonly string[]) =>
  vi.waitFor(() => expect(said()).toEqual(texts), { timeout: 2_000 })
/** Lets the pause between two tries pass. */
const later = () => vi.advanceTimersByTimeAsync(6_000)

test('a container is heard from its first line on, and each line as it is said', async () => {
  node.start().say('1', 'starting')
  follow()
  await sees('starting')
  node.say('2', 'ready')
  await sees('starting', 'ready')
  expect(lines[0]).toEqual({ time: timeAt('1'), source, text: 'starting' })
})

test('a connection that breaks again and again loses nothing and repeats nothing, also of the same nanosecond', async () => {
  node.start().say('1.5', 'a', 'b')
  follow()
  await sees('a', 'b')
  node.cut()
  node.say('1.5', 'c')
  await later()
  await sees('a', 'b', 'c')
  node.cut()
  node.say('1.6', 'd')
  await later()
  await sees('a', 'b', 'c', 'd')
  expect(node.openings.findLast(({ isFollowed }) => isFollowed)).toMatchObject({ since: timeAt('0') })
})

test('half a line that came before a cut is shown once, as a whole', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  node.cut({ time: timeAt('2'), text: 'hal' })
  node.say('2', 'half a line')
  await later()
  await sees('a', 'half a line')
})

test('the last words of a container are heard, even without a line end', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  node.end({ time: '2', text: 'panic' })
  await later()
  await sees('a', 'panic')
})

test('a container that has ended is not asked again, until it starts anew', async () => {
  node.start().say('1', 'a').end()
  follow()
  await later()
  await sees('a')
  const asked = node.openings.length
  log.update({ ...node.state() })
  await later()
  expect(node.openings.length).toBe(asked)
  node.start().say('3', 'again')
  log.update(node.state())
  await sees('a', 'again')
})

test('a server that ends the stream of a container that runs is asked again, with pauses that grow', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  for (let count = 0; count < 20; count++) {
    node.endStreams()
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(followed()).toBeLessThan(12)
  node.say('2', 'b')
  await later()
  await sees('a', 'b')
})

test('a restart during a cut loses neither the end of the one nor the beginning of the other', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  node.cut()
  node.say('1.5', 'last words').end()
  node.start().say('2', 'first words')
  await later()
  await sees('a', 'last words', 'first words')
})

test('a restart of which the cluster has not told yet is heard in order', async () => {
  node.start().say('1', 'first').end({ time: '1.5', text: 'last words' })
  const seen = node.state()
  node.start().say('2', 'second')
  log = new ContainerLog({
    api: { openPodLog: async (request, options) => node.open(request, options) },
    source,
    container: seen,
    look: async () => ok(seen),
    onLines: batch => lines.push(...batch),
  })
  await sees('first', 'last words', 'second')
  log.update(node.state())
  node.end({ time: '3', text: 'again' }).start().say('4', 'third')
  await later()
  log.update(node.state())
  await sees('first', 'last words', 'second', 'again', 'third')
})

test('a restart between two requests loses nothing, whichever of them it comes before', async () => {
  for (const restartedBefore of [1, 2, 3]) {
    node = new FakePodLog()
    lines = []
    node.start().say('1', 'first').end({ time: '1.5', text: 'last words' })
    const seen = node.state()
    log = new ContainerLog({
      api: {
        async openPodLog(request, options) {
          if (node.openings.length === restartedBefore - 1) node.start().say('2', 'second')
          return node.open(request, options)
        },
      },
      source,
      container: seen,
      look: async () => ok(node.state()),
      onLines: batch => lines.push(...batch),
    })
    await later()
    await sees('first', 'last words', 'second')
    await log.close()
  }
})

test('a container that has crashed before it was first seen shows the crash, then what runs now', async () => {
  node.start().say('1', 'boom').end({ time: '2', text: 'dead' })
  node.start().say('3', 'second try')
  follow()
  await sees('boom', 'dead', 'second try')
})

test('where the node has cleared the crashed one away, what runs is heard all the same', async () => {
  node.start().say('3', 'second try')
  log = new ContainerLog({
    api: { openPodLog: async (request, options) => node.open(request, options) },
    source,
    container: { ...node.state(), started: 2 },
    look: async () => ok({ ...node.state(), started: 2 }),
    onLines: batch => lines.push(...batch),
  })
  await sees('second try')
})

test('of a container that ran long before, only the last lines are read, and all new ones', async () => {
  node.start().say('1', 'a', 'b', 'c')
  follow(2)
  await sees('b', 'c')
  node.cut()
  node.say('1.5', 'd')
  await later()
  await sees('b', 'c', 'd')
})

test('of a container that had crashed long before, only the last lines of both are read', async () => {
  node.start().say('1', 'a', 'b', 'c').end()
  node.start().say('20', 'd').say('30', 'e', 'f')
  follow(2)
  await sees('b', 'c', 'e', 'f')
})

test('a log that was rotated while the connection was cut goes on with what there is', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  node.cut()
  node.say('1.2', 'in the old file').rotate().say('1.3', 'in the new file')
  await later()
  await sees('a', 'in the new file')
})

test('a pod that is gone says its last words, and is asked no more', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  const left = log.leave()
  node.say('2', 'stopping').end()
  await left
  expect(said()).toEqual(['a', 'stopping'])
  expect(followed()).toBe(1)
})

test('a pod that was found to be gone after a cut is asked no more', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  isPodGone = true
  node.cut()
  await later()
  await later()
  expect(looks).toBe(1)
  expect(followed()).toBe(1)
})

test('a stream that stays open though its pod is gone is closed after a while', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  const left = log.leave()
  await later()
  await left
  expect(node.openStreams).toBe(0)
})

test('a server that does not answer is asked at most every few seconds, and what was said meanwhile is not lost', async () => {
  node.start().say('1', 'a')
  follow()
  await sees('a')
  node.error = { kind: 'unreachable', message: 'connection refused' }
  node.cut()
  const before = node.openings.length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(node.openings.length - before).toBeLessThan(20)
  node.say('30', 'meanwhile')
  node.error = undefined
  await later()
  await sees('a', 'meanwhile')
})

test('closing ends a wait of any kind at once', async () => {
  node.start()
  node.error = { kind: 'unreachable', message: 'away' }
  follow()
  await vi.advanceTimersByTimeAsync(1_000)
  await log.close()
  const asked = node.openings.length
  await later()
  expect(node.openings.length).toBe(asked)
})
