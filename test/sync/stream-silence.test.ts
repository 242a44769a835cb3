import { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ok } from '../../src/model/result.ts'
import { type OpenAgent, openSyncStream } from '../../src/sync/stream.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** An agent that begins and then says nothing more. */
const silentAgent: OpenAgent = async command => {
  const streams = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  streams.push(`\n${command.at(-1)} ready bytes\n`)
  return ok({ streams, ended: new Promise(() => {}), close: () => streams.destroy() })
}

test('a stream that fell silent while nothing happened is noticed within 25 s', async () => {
  const opened = await openSyncStream(silentAgent, new AbortController().signal)
  if (!opened.ok) throw new Error(opened.failure.message)
  await vi.advanceTimersByTimeAsync(25_000)
  expect(await opened.value.lost).toMatchObject({ kind: 'lost' })
})

test('a change that is not acknowledged is told lost, so that it can be sent again', async () => {
  const opened = await openSyncStream(silentAgent, new AbortController().signal)
  if (!opened.ok) throw new Error(opened.failure.message)
  const write = opened.value.write('/app/file', Buffer.from('x'))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(await write).toMatchObject({ ok: false, failure: { kind: 'lost' } })
})
