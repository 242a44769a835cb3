import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type AttachedUp, type AttachOptions, attachTo } from '../../src/control/attached.ts'
import { controlClient } from '../../src/control/client.ts'
import { Recording } from '../../src/control/recording.ts'
import type { Event } from '../../src/engine/events.ts'
import { logTimestamp } from '../../src/model/log.ts'
import { createRig, type Rig, up } from './rig.ts'

const anyone = { version: up.version, past: true, signal: new AbortController().signal }

async function attach({ client }: Rig, options: Partial<AttachOptions> = {}): Promise<AttachedUp> {
  const attached = await attachTo(client, { ...anyone, ...options })
  if (!attached.ok) throw new Error(attached.failure.message)
  return attached.value
}

/** Follows, and waits for events. */
function watch(attached: AttachedUp) {
  const events: Event[] = []
  const waiting = new Set<() => void>()
  attached.subscribe(event => {
    events.push(event)
    for (const look of waiting) look()
  })
  const ended = attached.follow()
  const until = (type: Event['type'], times = 1) =>
    new Promise<void>(resolve => {
      const look = () => events.filter(event => event.type === type).length >= times && resolve()
      waiting.add(look)
      look()
    })
  return { events, ended, until }
}

describe('a screen that is attached later', () => {
  test('has all that the first one has: how it is, what has happened, and what happens', async () => {
    const rig = await createRig()
    rig.makeLive('api')
    const attached = await attach(rig)
    expect(attached.up).toEqual(up)
    const { events, until } = watch(attached)
    await until('rollout-seen')
    expect(events.map(({ type }) => type)).toEqual([
      'cluster-connected',
      'task-started',
      'task-ended',
      'task-started',
      'task-ended',
      'rollout-seen',
    ])
    rig.failToRead('web')
    await until('task-ended', 3)
    expect(attached.snapshot()).toEqual(rig.store.snapshot())
    expect([...attached.snapshot().statuses]).toEqual([...rig.store.snapshot().statuses])
  })

  test('that wants no past is told only what happens', async () => {
    const rig = await createRig()
    rig.makeLive('api')
    const attached = await attach(rig, { past: false })
    expect(attached.snapshot()).toEqual(rig.store.snapshot())
    const { events, until } = watch(attached)
    await rig.client.pause()
    await until('pause-asked')
    expect(events).toHaveLength(1)
  })

  test('asks as the first one does', async () => {
    const rig = await createRig()
    const attached = await attach(rig)
    const { until } = watch(attached)
    attached.pause()
    await until('pause-asked')
    attached.disable('web')
    await until('disable-asked')
    attached.enable('web')
    await until('enable-asked')
    attached.trigger('web')
    await until('trigger-asked')
    attached.resume()
    await until('resume-asked')
    expect(attached.snapshot().state.paused).toBe(false)
    expect(await attached.restart('web')).toBe('web: process started anew')
    expect(await attached.restart('wep')).toBe('There is no service wep.')
    expect(await attached.openShell('web', { columns: 80, rows: 24 })).toEqual({
      ok: false,
      failure: 'web has no running container',
    })
  })

  test('has the logs, from the first line that is kept', async () => {
    const rig = await createRig()
    const say = (text: string) =>
      rig.logs.add([
        {
          time: logTimestamp(Date.now()),
          source: { service: 'web', namespace: 'shop', pod: 'web-1', container: 'web' },
          text,
        },
      ])
    say('first')
    const attached = await attach(rig)
    watch(attached)
    await expect.poll(() => attached.logs.next).toBe(1)
    say('second')
    await expect
      .poll(() => attached.logs.read(0, 10).lines.map(({ text }) => text))
      .toEqual(['first', 'second'])
  })

  test('knows that up has ended, and leaves it running when it ends itself', async () => {
    const rig = await createRig()
    const leave = new AbortController()
    const [leaving, staying] = [await attach(rig, { signal: leave.signal }), await attach(rig)].map(watch)
    leave.abort()
    expect(await leaving?.ended).toBe('left')
    expect(await rig.client.status()).toMatchObject({ ok: true })
    rig.dispatch({ type: 'stop-asked' })
    await rig.end()
    expect(await staying?.ended).toBe('ended')
    expect(staying?.events.at(-1)?.type).toBe('stop-asked')
  })

  test('is refused by an up of another version, and says what to do', async () => {
    const { client } = await createRig()
    expect(await attachTo(client, { ...anyone, version: '1.3.0' })).toMatchObject({
      ok: false,
      failure: {
        code: 'control/version',
        message: expect.stringMatching(/1\.2\.3.*1\.3\.0/),
        cure: 'End it (devloop stop), and start devloop up again.',
      },
    })
  })

  test('is told so, too, by one that is too old to know of it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'devloop-old-'))
    const address = { folder, path: path.join(folder, 'up.sock') }
    const failure = { code: 'control/request', message: 'There is nothing at /v1/attach.' }
    const old = createServer((_, response) => response.writeHead(404).end(JSON.stringify({ failure })))
    old.listen(address.path)
    await once(old, 'listening')
    const client = controlClient({ addresses: [address], devfile: '/shop/Devfile.ts' })
    expect(await attachTo(client, anyone)).toMatchObject({
      ok: false,
      failure: {
        code: 'control/version',
        message: expect.stringContaining('older than this devloop (1.2.3)'),
      },
    })
    old.close()
    rmSync(folder, { recursive: true })
  })

  test('that does not read for long is cut off, and knows that up runs on', async () => {
    const rig = await createRig()
    const attached = await attach(rig)
    const task = { id: '1', kind: 'read', service: 'web', revision: 1 } as const
    for (let line = 0; line < 20_000; line++)
      rig.dispatch({ type: 'task-output', task, line: `${line} ${'x'.repeat(500)}` })
    expect(await attached.follow()).toBe('cut-off')
  })

  test('is not shown how images are made, since a builder of the user’s own is no data', async () => {
    const rig = await createRig()
    const attached = await attach(rig)
    const { until } = watch(attached)
    const builder: { self?: object; build: () => void } = { build() {} }
    builder.self = builder
    const { project } = rig.store.state
    rig.dispatch({
      type: 'project-reloaded',
      project: { ...project, images: [{ ref: 'shop/web', builder: { kind: 'own', builder } }] },
      changedImages: [],
      changedServices: [],
    })
    await until('project-reloaded')
    expect(attached.snapshot().state.project.images).toEqual([])
    expect(attached.snapshot().state.images.has('shop/web')).toBe(true)
  })
})

test('however much happens, a fixed size of it is kept, and a screen that comes then is up to date', async () => {
  const { store, dispatch, makeLive } = await createRig()
  const recording = new Recording(store, 20_000)
  for (let round = 0; round < 300; round++) makeLive(round % 2 === 0 ? 'web' : 'api')
  const { lines, base } = recording.past
  const size = lines.reduce((sum, line) => sum + line.length, 0)
  expect(size).toBeGreaterThan(15_000)
  expect(size).toBeLessThan(40_000)
  expect(base.statuses.get('web')).toEqual({ phase: 'live' })
  recording.close()
  dispatch({ type: 'pause-asked' })
  expect(recording.past.lines).toEqual(lines)
})
