import { PassThrough } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { fail, ok } from '../../src/model/result.ts'
import { type HeldStream, holdStream } from '../../src/sync/held-stream.ts'
import type { OpenAgent } from '../../src/sync/stream.ts'
import { localAgent, openNothing } from './shell-agent.ts'
import { value } from './stream-rig.ts'

const opened: HeldStream[] = []
afterEach(async () => {
  for (const held of opened.splice(0)) await held.close()
})

const never = new AbortController().signal

function hold(open: OpenAgent): HeldStream {
  const held = holdStream({ open, onCrash: () => {} })
  opened.push(held)
  return held
}

test('a container that is only just starting is waited for', async () => {
  const agent = localAgent(['dash'])
  let attempts = 0
  const held = hold(async (...args) =>
    attempts++ < 2 ? fail({ message: 'container not created yet' }) : agent.open(...args),
  )
  expect(value(await value(await held.get(never)).run('exit 3')).exitCode).toBe(3)
  expect(attempts).toBe(3)
})

test('a container that cannot be reached is told in the end, and used as soon as it can be', async () => {
  const agent = localAgent(['dash'])
  let isThere = false
  const held = hold(async (...args) => (isThere ? agent.open(...args) : fail({ message: 'no route' })))
  expect(await held.get(never)).toEqual({ ok: false, failure: { message: 'no route' } })
  isThere = true
  await vi.waitUntil(async () => (await held.get(never)).ok, 10_000)
})

test('a container that was out of reach for long is opened at once when it may be there again', async () => {
  const agent = localAgent(['dash'])
  let isThere = false
  const held = hold(async (...args) => (isThere ? agent.open(...args) : fail({ message: 'no route' })))
  await held.get(never)
  isThere = true
  const askedAt = performance.now()
  held.hasten()
  expect(value(await value(await held.get(never)).run('exit 0')).exitCode).toBe(0)
  // The pause that it was in takes 1.6 s.
  expect(performance.now() - askedAt).toBeLessThan(1_000)
})

test('a container without a shell is told at once, and not asked again', async () => {
  const open = vi.fn(openNothing)
  const held = hold(open)
  expect(await held.get(never)).toMatchObject({ ok: false, failure: { isMissingProgram: true } })
  expect(await held.get(never)).toMatchObject({ ok: false })
  expect(open).toHaveBeenCalledTimes(1)
})

test('a stream that broke is replaced by another one', async () => {
  const agent = localAgent(['dash'])
  const held = hold(agent.open)
  const first = value(await held.get(never))
  agent.child().kill('SIGKILL')
  await first.lost
  const second = value(await held.get(never))
  expect(second).not.toBe(first)
  expect(value(await second.run('exit 0')).exitCode).toBe(0)
})

test('who waits no longer is let go', async () => {
  const held = hold(silent().open)
  const controller = new AbortController()
  const waiting = held.get(controller.signal)
  controller.abort()
  expect(await waiting).toMatchObject({ ok: false })
  expect(await held.get(AbortSignal.abort())).toMatchObject({ ok: false })
})

test('closing lets go who waits, and ends an attempt that is under way', async () => {
  const agent = silent()
  const held = hold(agent.open)
  const waiting = held.get(never)
  await held.close()
  expect(await waiting).toMatchObject({ ok: false })
  expect(agent.streams.every(stream => stream.destroyed)).toBe(true)
  expect(await held.get(never)).toMatchObject({ ok: false })
})

test('at whatever moment of its opening a stream is closed, nothing stays open', async () => {
  for (let turns = 0; turns < 40; turns++) {
    const agent = silent()
    const held = hold(agent.open)
    agent.greet()
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    await held.close()
    expect(agent.streams.every(stream => stream.destroyed)).toBe(true)
  }
})

/** An agent that says nothing but its greeting, when it is told to. */
function silent() {
  const streams: PassThrough[] = []
  let isGreeting = false
  const open: OpenAgent = async command => {
    const stream = new PassThrough()
    streams.push(stream)
    if (isGreeting) stream.write(`${greetingOf(command)}\n`)
    return ok({ streams: stream, ended: new Promise(() => {}), close: () => void stream.destroy() })
  }
  return { open, streams, greet: () => (isGreeting = true) }
}

/** What an agent says first: its token, and what its container can do. */
function greetingOf(command: readonly string[]): string {
  const token = command.join(' ').match(/\b[0-9a-f]{16}\b/)?.[0]
  return `${token} ready bytes tar`
}
