import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EventWithoutTime } from '../../src/engine/loop.ts'
import type { Snapshot } from '../../src/engine/port.ts'
import { initialState } from '../../src/engine/reduce.ts'
import type { SyncTask } from '../../src/engine/task.ts'
import type { Project } from '../../src/model/project.ts'
import { ok } from '../../src/model/result.ts'
import type { ContainerInstance, SyncEdit } from '../../src/model/sync.ts'
import { openSyncSide, type SyncSide } from '../../src/session/sync-side.ts'
import { localAgent } from '../sync/shell-agent.ts'

const instance: ContainerInstance = { id: 'uid/web/1', namespace: 'shop', pod: 'web-1', container: 'web' }
const never = new AbortController().signal

let root = ''
let host = ''
let container = ''
let side: SyncSide
/** What changed since the build. */
let edits = new Map<string, SyncEdit>()
let hasShell = true
/** Of the container that runs. */
let hasAgentShell = true
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'devloop-sync-side-'))
  host = path.join(root, 'host')
  container = path.join(root, 'container')
  for (const folder of [host, container]) await mkdir(folder)
  edits = new Map()
  hasShell = true
  hasAgentShell = true
  side = open()
  await side.refresh('shop/web')
})
afterEach(async () => {
  await side.close()
  await rm(root, { recursive: true, force: true })
})

test('a container of an earlier devloop gets what differs, and loses what was deleted since the build', async () => {
  await writeFile(`${host}/same`, 'same')
  await writeFile(`${container}/same`, 'same')
  await writeFile(`${host}/new`, '')
  await writeFile(`${container}/deleted`, '')
  edits.set(`${host}/deleted`, edit('deleted', 1))
  expect(await sync({ from: -1 })).toMatchObject({ ok: true, value: { kind: 'sync', files: 2 } })
  expect((await readdir(container)).sort()).toEqual(['new', 'same'])
})

test('a container that is known gets what changed since, and nothing else', async () => {
  for (const [index, name] of ['had', 'next', 'later'].entries()) {
    await writeFile(`${host}/${name}`, name)
    edits.set(`${host}/${name}`, edit(name, index + 1))
  }
  expect(await sync({ from: 1, to: 2 })).toMatchObject({ value: { files: 1 } })
  expect(await readdir(container)).toEqual(['next'])
})

test('where the image has no shell to restart its process, a file that needs that makes an image', async () => {
  const change = { path: `${host}/app.js`, kind: 'changed', inputs: ['image:shop/web'] } as const
  const decision = () => side.decide([change]).get('shop/web')?.get(change.path)?.kind
  expect(decision()).toBe('sync')
  hasShell = false
  expect(await side.restartable('shop/web', 'shop/web:devloop-1', never)).toEqual({
    ok: true,
    value: undefined,
  })
  expect(decision()).toBe('rebuild')
  hasShell = true
  await side.restartable('shop/web', 'shop/web:devloop-2', never)
  expect(decision()).toBe('sync')
})

test('a container without a shell that ran before is as its image made it, and no fault', async () => {
  hasAgentShell = false
  await writeFile(`${host}/a`, '')
  expect(await sync({ from: -1 })).toEqual({
    ok: true,
    value: { kind: 'sync', files: 0, isRestarted: false },
  })
  edits.set(`${host}/a`, edit('a', 1))
  expect(await sync({ from: 0 })).toMatchObject({ ok: false, failure: { code: 'sync/no-shell' } })
})

test('of an image that was not looked into yet every change makes a new one', () => {
  const change = { path: `${host}/app.js`, kind: 'changed', inputs: ['image:shop/other'] } as const
  expect(side.decide([change]).get('shop/other')?.get(change.path)).toMatchObject({ kind: 'rebuild' })
})

function edit(name: string, version: number): SyncEdit {
  return { path: `${host}/${name}`, target: `${container}/${name}`, runs: [], version }
}

function sync(more: Partial<SyncTask>) {
  const range = { from: 0, to: 9, isEnded: false }
  const task: SyncTask = {
    id: '1',
    kind: 'sync',
    service: 'web',
    image: 'shop/web',
    instance,
    ...range,
    ...more,
  }
  return side.sync(task, { signal: never, onLine: () => {} })
}

/** As the runtime tells it: only in how the process ended. */
function withoutShell() {
  const streams = new PassThrough()
  streams.end()
  const ended = { kind: 'broken', message: 'exec: "sh": not found', isMissingProgram: true }
  return { streams, ended: Promise.resolve(ended) }
}

function open(): SyncSide {
  const rules = {
    sync: [
      { from: `${host}/app.js`, to: `${container}/app.js`, after: 'restart' as const },
      { from: host, to: container },
    ],
    runs: [],
    rebuildOn: [],
  }
  const inputs = { cwd: host, inputs: [host], ignore: [] }
  const builder = { kind: 'custom', command: 'true', ...inputs, sync: { kind: 'rules', rules } } as const
  const project = { name: 'shop', images: [{ ref: 'shop/web', builder }], services: [] } as unknown as Project
  const agent = localAgent(['dash'])
  return openSyncSide({
    dispatch: (_: EventWithoutTime) => {},
    snapshot() {
      const state = initialState(project, 0)
      const image = state.images.get('shop/web')
      if (!image) throw new Error('no image')
      const changed = { ...image, edits: { version: edits.size, base: 0, byPath: edits } }
      const images = new Map([['shop/web', changed]])
      return { state: { ...state, images }, statuses: new Map(), holds: new Map() } satisfies Snapshot
    },
    objects: () => [],
    live: async () => undefined,
    filesOf: async () => (await readdir(host)).map(name => `${host}/${name}`),
    starts: { read: async () => ok({ entrypoint: [], command: ['app'], hasShell }) },
    api: () => ({
      async execPod({ command }, options) {
        if (!hasAgentShell) return ok(withoutShell()) as never
        const opened = await agent.open(command, options?.signal ?? never)
        if (!opened.ok) throw new Error('no shell on this machine')
        return ok({ streams: opened.value.streams, ended: opened.value.ended }) as never
      },
      podLog: async () => ok([]) as never,
    }),
  })
}
