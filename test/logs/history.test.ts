import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogTarget } from '../../src/logs/collector.ts'
import { readHistory } from '../../src/logs/history.ts'
import type { LogLine } from '../../src/model/log.ts'
import { FakeKubeApi } from '../fakes/kube-api.ts'
import { timeAt } from '../fakes/pod-log.ts'

const signal = new AbortController().signal

function target(api: FakeKubeApi, pod: string): LogTarget {
  const container = api.podLogs.get(`${pod}/web`)?.state() ?? { name: 'web', started: 1, isRunning: true }
  return { uid: pod, source: { service: 'web', namespace: 'shop', pod, container: 'web' }, container }
}

async function read(api: FakeKubeApi, pods: readonly string[], since?: string) {
  const targets = pods.map(pod => target(api, pod))
  const history = readHistory({ api, targets, signal, ...(since !== undefined && { since }) })
  const lines: LogLine[] = []
  for await (const batch of history.batches) lines.push(...batch)
  return { lines: lines.map(({ text }) => text), history }
}

test('what several containers have said comes in the order of time', () => {
  const logs = fc.array(fc.array(fc.integer({ min: 0, max: 59_999 })), { minLength: 1, maxLength: 5 })
  return fc.assert(
    fc.asyncProperty(logs, async written => {
      const api = new FakeKubeApi()
      for (const [index, times] of written.entries()) {
        const log = api.addPodLog(`web-${index}`, 'web').start()
        for (const ms of times.toSorted((a, b) => a - b)) {
          const time = (ms / 1_000).toFixed(3)
          log.say(time, timeAt(time))
        }
      }
      const { lines } = await read(
        api,
        [...api.podLogs.keys()].map(key => key.replace('/web', '')),
      )
      expect(lines).toEqual(
        written
          .flat()
          .map(ms => timeAt((ms / 1_000).toFixed(3)))
          .toSorted(),
      )
    }),
    { numRuns: 50 },
  )
})

test('a crash is shown before what runs now, and no line twice', async () => {
  const api = new FakeKubeApi()
  api
    .addPodLog('web-1', 'web')
    .start()
    .say('1', 'boom')
    .end({ time: '1', text: 'dead' })
    .start()
    .say('1.1', 'again')
  expect((await read(api, ['web-1'])).lines).toEqual(['boom', 'dead', 'again'])
})

test('a restart between two requests hides no line', async () => {
  const api = new FakeKubeApi()
  const log = api.addPodLog('web-1', 'web').start().say('1', 'boom').say('5', 'again').end()
  const open = api.openPodLog.bind(api)
  api.openPodLog = (request, options) => {
    if (log.openings.length === 1) log.start().say('6', 'back')
    return open(request, options)
  }
  expect((await read(api, ['web-1'])).lines).toEqual(['boom', 'again'])
})

test('nothing older than what was asked for is shown, though the server knows whole seconds only', async () => {
  const api = new FakeKubeApi()
  api
    .addPodLog('web-1', 'web')
    .start()
    .say('1', 'old')
    .say('5.1', 'same second')
    .say('5.6', 'new')
    .say('6', 'newer')
  expect((await read(api, ['web-1'], timeAt('5.5'))).lines).toEqual(['new', 'newer'])
})

test('what waits to start has said nothing, and what cannot be read is told', async () => {
  const api = new FakeKubeApi()
  api.addPodLog('web-1', 'web')
  api.addPodLog('web-2', 'web').start().say('1', 'a')
  const error = { kind: 'forbidden', status: 403, message: 'you may not' } as const
  api.addPodLog('web-3', 'web').start().error = error
  const { lines, history } = await read(api, ['web-1', 'web-2', 'web-3', 'web-4'])
  expect(lines).toEqual(['a'])
  expect(history.errors).toEqual([error])
})
