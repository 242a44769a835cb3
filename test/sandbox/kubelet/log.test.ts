import { renameSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LogRequest } from '../../../src/sandbox/api/pod-streams.ts'
import { rotatedFile } from '../../../src/sandbox/runtime/output-log.ts'
import { startTestNode, type TestNode } from './node.ts'

let node: TestNode
const reading = new AbortController()

beforeEach(async () => {
  node = await startTestNode()
  node.createPod({ restartPolicy: 'OnFailure' })
  await node.until(() => node.status().state.running !== undefined)
})

afterEach(() => node.close())

type Options = Partial<LogRequest>

const open = (options: Options = {}) =>
  node.kubelet.streams.log(
    {
      pod: 'web',
      namespace: 'default',
      container: 'main',
      hasTimestamps: false,
      isFollowed: false,
      isPrevious: false,
      ...options,
    },
    reading.signal,
  )

async function read(options?: Options): Promise<string> {
  const opened = await open(options)
  if (!opened.ok) return opened.failure.message
  let text = ''
  for await (const chunk of opened.value) text += chunk
  return text
}

const main = () => node.runtime.newest('main')

test('a log has all lines, the last ones, those since a time, or only so many bytes', async () => {
  main().say('one', new Date('2026-01-01T00:00:00Z'))
  main().say('two', new Date('2026-01-01T00:01:00Z'))
  main().say('three', new Date('2026-01-01T00:02:00Z'))
  expect(await read()).toBe('one\ntwo\nthree\n')
  expect(await read({ tailLines: 2 })).toBe('two\nthree\n')
  expect(await read({ tailLines: 0 })).toBe('')
  expect(await read({ tailLines: 9 })).toBe('one\ntwo\nthree\n')
  expect(await read({ since: new Date('2026-01-01T00:01:00Z') })).toBe('two\nthree\n')
  expect(await read({ limitBytes: 5 })).toBe('one\nt')
  expect(await read({ tailLines: 1, hasTimestamps: true })).toBe('2026-01-01T00:02:00.000000000Z three\n')
})

test('who follows a log reads what comes, through a rotation, until the container ends', async () => {
  main().say('one')
  const opened = await open({ isFollowed: true })
  if (!opened.ok) throw new Error(opened.failure.message)
  const lines: string[] = []
  const ended = (async () => {
    for await (const chunk of opened.value) lines.push(...chunk.toString().trim().split('\n'))
  })()
  await node.until(() => lines.length === 1)
  main().say('two')
  await node.until(() => lines.length === 2)
  const { logFile } = main().spec
  main().say('three')
  renameSync(logFile, rotatedFile(logFile))
  main().say('four')
  await node.until(() => lines.length === 4)
  main().say('five')
  main().end(0)
  await ended
  expect(lines).toEqual(['one', 'two', 'three', 'four', 'five'])
  expect(await read()).toBe('one\ntwo\nthree\nfour\nfive\n')
  expect(await read({ tailLines: 3 })).toBe('three\nfour\nfive\n')
})

test('a reader that is slower than the log misses no line of the file that it reads', async () => {
  const { logFile } = main().spec
  const lines = 20_000
  const fill = (prefix: string) => {
    for (let i = 0; i < lines; i++) main().say(`${prefix}${i}`)
  }
  fill('old ')
  const opened = await open({ isFollowed: true })
  if (!opened.ok) throw new Error(opened.failure.message)
  let text = ''
  let isRotated = false
  const ended = (async () => {
    for await (const chunk of opened.value) {
      text += chunk
      if (isRotated) continue
      isRotated = true
      // The new file is longer than what was read of the one before.
      renameSync(logFile, rotatedFile(logFile))
      fill('new ')
      main().end(0)
    }
  })()
  await ended
  const wanted = ['old', 'new'].flatMap(prefix => Array.from({ length: lines }, (_, i) => `${prefix} ${i}`))
  expect(text.split('\n').slice(0, -1)).toEqual(wanted)
})

test('the log of the instance before is there after a restart', async () => {
  expect(await read({ isPrevious: true })).toBe('previous terminated container "main" in pod "web" not found')
  main().say('first')
  main().end(1)
  await node.until(() => node.status().restartCount === 1 && node.status().state.running !== undefined)
  main().say('second')
  expect(await read()).toBe('second\n')
  expect(await read({ isPrevious: true })).toBe('first\n')
})

test('a container that has not started says why', async () => {
  node.deletePod(0)
  node.createPod({}, { image: 'shop' })
  await node.until(() => node.status().state.waiting?.reason === 'ErrImagePull')
  expect(await read()).toMatch(/^container "main" in pod "web" is waiting to start: There is no image "shop"/)
})
