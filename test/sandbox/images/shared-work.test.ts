import { expect, test } from 'vitest'
import { share } from '../../../src/sandbox/images/build/shared-work.ts'

const quiet = { signal: new AbortController().signal, onWait: () => {} }

test('what several ask for at the same time is done once, and each gets it', async () => {
  const { promise: made, resolve } = Promise.withResolvers<string>()
  let times = 0
  const work = () => {
    times++
    return made
  }
  const asked = [share('a', work, quiet), share('a', work, quiet)]
  const other = share('b', async () => 'other', quiet)
  resolve('layer')
  expect(await Promise.all([...asked, other])).toEqual(['layer', 'layer', 'other'])
  expect(times).toBe(1)
  expect(await share('a', async () => 'anew', quiet)).toBe('anew')
})

test('where the one who does it is cancelled, the next one does it, and a third waits for that', async () => {
  const first = Promise.withResolvers<undefined>()
  const second = Promise.withResolvers<string>()
  const waiting: string[] = []
  const ask = (name: string, work: Promise<string | undefined>) =>
    share('a', () => work, { ...quiet, onWait: () => waiting.push(name) })
  const cancelled = ask('first', first.promise)
  const others = [ask('second', second.promise), ask('third', Promise.resolve('never asked'))]
  first.resolve(undefined)
  expect(await cancelled).toBeUndefined()
  second.resolve('layer')
  expect(await Promise.all(others)).toEqual(['layer', 'layer'])
  expect(waiting).toEqual(['second', 'third', 'third'])
})

test('one who waits and is cancelled waits no longer, and ends nobody else’s work', async () => {
  const { promise: made, resolve } = Promise.withResolvers<string>()
  const controller = new AbortController()
  const working = share('a', () => made, quiet)
  const waiting = share('a', () => made, { ...quiet, signal: controller.signal })
  controller.abort()
  expect(await waiting).toBeUndefined()
  resolve('layer')
  expect(await working).toBe('layer')
})
