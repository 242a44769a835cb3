import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ok } from '../../src/model/result.ts'
import type { ContainerInstance } from '../../src/model/sync.ts'
import type { OpenAgent } from '../../src/sync/stream.ts'
import { createSyncer, type Syncer, type SyncRequest } from '../../src/sync/syncer.ts'
import { type LocalAgent, localAgent, openNothing } from './shell-agent.ts'
import { value } from './stream-rig.ts'
import { contentsOf, edits, makeTrees, type Trees } from './trees.ts'

const instance: ContainerInstance = { id: 'uid/web/1', namespace: 'shop', pod: 'web-1', container: 'web' }

let trees: Trees
let agent: LocalAgent
let syncer: Syncer
/** How many agents were opened. */
let opened = 0
beforeEach(async () => {
  trees = await makeTrees()
  agent = localAgent(['dash'])
  opened = 0
  use(agent.open)
})
afterEach(async () => {
  await syncer.close()
  await trees[Symbol.asyncDispose]()
})

function use(open: OpenAgent): void {
  const counted: OpenAgent = (...args) => {
    opened++
    return open(...args)
  }
  syncer = createSyncer({ open: () => counted, onCrash: () => {} })
}

function request(more: Partial<SyncRequest>): SyncRequest {
  return {
    instance,
    edits: [],
    isUnknown: false,
    isRestartDue: false,
    signal: new AbortController().signal,
    onLine: () => {},
    ...more,
  }
}

/** Ends the agent, and does not end itself before that is seen. */
const killAgent = "kill -KILL $(cut -d' ' -f4 /proc/$PPID/stat); sleep 2"

test('files come first, then the steps for some of them, then what makes all of them live, each once', async () => {
  await writeFile(`${trees.host}/a`, 'new')
  await writeFile(`${trees.host}/b`, 'new')
  const log = `${trees.container}/log`
  const files = edits(trees, ['a', 'b'], {
    runs: [`cat ${trees.container}/a >>${log}`],
    after: { run: `echo ' live' >>${log}` },
  })
  const lines: string[] = []
  const synced = await syncer.sync(request({ edits: files, onLine: line => lines.push(line) }))
  expect(synced).toEqual({ ok: true, value: { files: 2, isRestarted: false } })
  expect(await readFile(log, 'utf8')).toBe('new live\n')
  expect(lines.map(line => line.slice(0, 5))).toEqual(['$ cat', '$ ech'])
})

test('a command that fails is told with its exit code and its last lines', async () => {
  await writeFile(`${trees.host}/a`, '')
  const files = edits(trees, ['a'], { runs: ['echo "no such module"; exit 7'] })
  expect(await syncer.sync(request({ edits: files }))).toMatchObject({
    ok: false,
    failure: {
      code: 'sync/command',
      message: expect.stringContaining('exit code 7'),
      at: { object: 'shop/web-1/web' },
      output: ['no such module'],
    },
  })
})

test('a stream that breaks under a command is opened again, and the command has its effect', async () => {
  const files = edits(trees, ['a'], { runs: [breakOnce()] })
  await writeFile(`${trees.host}/a`, 'new')
  expect(value(await syncer.sync(request({ edits: files })))).toEqual({ files: 1, isRestarted: false })
  expect(opened).toBe(2)
  expect(await contentsOf(trees.container)).toMatchObject({ a: 'new', done: '' })
})

test('a stream that breaks after the first files were sent does not make their commands be forgotten', async () => {
  const files = edits(trees, ['a'], { runs: [breakOnce()] })
  await writeFile(`${trees.host}/a`, 'new')
  expect(value(await syncer.sync(request({ edits: files, isUnknown: true })))).toMatchObject({ files: 1 })
  expect(await contentsOf(trees.container)).toMatchObject({ done: '' })
})

test('a stream that breaks each time is told in the end', async () => {
  await writeFile(`${trees.host}/a`, '')
  const files = edits(trees, ['a'], { runs: [killAgent] })
  expect(await syncer.sync(request({ edits: files }))).toMatchObject({
    ok: false,
    failure: { code: 'sync/lost' },
  })
  expect(opened).toBeLessThanOrEqual(4)
})

test('what a container does not take is told with its own words', async () => {
  await writeFile(`${trees.host}/a`, '')
  const files = edits({ ...trees, container: '/proc' }, ['a'])
  expect(await syncer.sync(request({ edits: files }))).toMatchObject({
    ok: false,
    failure: {
      code: 'sync/refused',
      message: 'Container web did not take /proc/a.',
      why: expect.any(String),
    },
  })
})

test('a container without a shell is told with a cure', async () => {
  use(openNothing)
  expect(await syncer.sync(request({}))).toMatchObject({
    ok: false,
    failure: { code: 'sync/no-shell', cure: expect.stringContaining('sh') },
  })
})

test('a command that is no longer wanted is not waited for, nor are those after it begun', async () => {
  await writeFile(`${trees.host}/a`, '')
  const controller = new AbortController()
  const files = edits(trees, ['a'], {
    runs: [`while [ -e ${trees.container}/a ]; do sleep 0.05; done`, `touch ${trees.container}/late`],
  })
  const onLine = () => controller.abort()
  const synced = await syncer.sync(request({ edits: files, signal: controller.signal, onLine }))
  expect(synced.ok).toBe(false)
  expect(await contentsOf(trees.container)).toEqual({ a: '' })
})

test('a sync that is cancelled while its files are sent runs no command any more', async () => {
  const names = Array.from({ length: 300 }, (_, i) => `file-${i}`)
  await Promise.all(names.map(name => writeFile(`${trees.host}/${name}`, name)))
  const controller = new AbortController()
  const files = edits(trees, names, { runs: [`touch ${trees.container}/late`] })
  value(await syncer.sync(request({})))
  const syncing = syncer.sync(request({ edits: files, signal: controller.signal }))
  controller.abort()
  expect((await syncing).ok).toBe(false)
  expect(await contentsOf(trees.container)).not.toHaveProperty('late')
})

test('after a sync was cancelled the next one works', async () => {
  await writeFile(`${trees.host}/a`, 'new')
  await syncer.sync(request({ edits: edits(trees, ['a']), signal: AbortSignal.abort() }))
  expect(value(await syncer.sync(request({ edits: edits(trees, ['a']) })))).toMatchObject({ files: 1 })
})

test('a container that is attached has its stream before the first edit, one that has left has none', async () => {
  syncer.attach([instance])
  syncer.attach([instance])
  value(await syncer.sync(request({})))
  expect(opened).toBe(1)
  const { exitCode } = agent.child()
  expect(exitCode).toBeNull()
  const ended = new Promise(resolve => agent.child().once('exit', resolve))
  syncer.attach([])
  await ended
})

test('closing while containers come and go leaves nothing open', async () => {
  const streams: { readonly destroyed: boolean }[] = []
  use(async (...args) => {
    const result = await agent.open(...args)
    if (result.ok) streams.push(result.value.streams)
    return result.ok ? ok(result.value) : result
  })
  for (let i = 0; i < 10; i++) {
    syncer.attach([{ ...instance, id: `${i}` }])
    await Promise.resolve()
  }
  await syncer.close()
  expect(streams.every(({ destroyed }) => destroyed)).toBe(true)
})

/** A command that ends its agent the first time, and leaves a file the second time. */
function breakOnce(): string {
  const { container } = trees
  return `if mkdir ${container}/once; then ${killAgent}; exit; fi; touch ${container}/done`
}
