import { Writable } from 'node:stream'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { initialState } from '../../src/engine/reduce.ts'
import { createStore, type Store } from '../../src/engine/store.ts'
import type { Task } from '../../src/engine/task.ts'
import type { Failure } from '../../src/model/failure.ts'
import type { Project } from '../../src/model/project.ts'
import type { Rollout } from '../../src/model/rollout.ts'
import { jsonOutput } from '../../src/ui/json.ts'
import { plainOutput } from '../../src/ui/plain.ts'

const rule = {
  text: '8080:3000',
  host: '127.0.0.1',
  localPort: 8080,
  target: { kind: 'pod', port: 3000 },
} as const
const project: Project = {
  name: 'shop',
  root: '/shop',
  contexts: [],
  namespace: 'default',
  images: [
    {
      ref: 'shop/web',
      builder: {
        kind: 'custom',
        command: 'make',
        cwd: '/shop',
        inputs: [],
        ignore: [],
        sync: { kind: 'off' },
      },
    },
  ],
  services: [{ name: 'web', manifests: [], ports: [rule], dependsOn: [] }],
}
const crash: Failure = {
  code: 'rollout/crash',
  message: 'The container web crashed: exit code 1.',
  at: { file: '/shop/k8s/web.yaml', line: 3, object: 'Deployment/web' },
  cure: 'Mend what its last lines say.',
  output: ['\u001b]0;owned\u0007no \u001b[31mdatabase'],
}

let time = 0
let store: Store
let plain = ''
let json: Record<string, unknown>[] = []

beforeEach(() => {
  time = Date.parse('2026-11-21T07:00:00Z')
  plain = ''
  json = []
  store = createStore(initialState(project, time), { parallelBuilds: 1, parallelEngineBuilds: 1 }, () => {})
  store.subscribe(plainOutput({ stream: collect(text => (plain += text)), cwd: '/shop' }))
  store.subscribe(jsonOutput(collect(text => json.push(JSON.parse(text)))))
})

describe('a person sees', () => {
  test('a line for every step with its duration, its reason, and the address at the end', () => {
    goLive()
    expect(lines()).toEqual([
      'web          waiting   for shop/web to be built',
      'cluster      connected kind · shared',
      'shop/web     building  start',
      'shop/web               │ [1/2] FROM node',
      'shop/web     built     shop/web:devloop-1 in 230 ms',
      'shop/web     loaded    into the cluster in 340 ms',
      'web          applied   in 61 ms',
      'web          starting  new pods',
      'web          live      in 1.5 s (start) → http://localhost:8080',
    ])
  })

  test('that nothing was built where the image was there already', () => {
    goLive()
    edit()
    plain = ''
    const result = { kind: 'build', reference: 'shop/web:devloop-1', isCached: true } as const
    dispatch({
      type: 'task-ended',
      task: build('9', 2),
      tookMs: 40,
      outcome: { status: 'succeeded', result },
    })
    expect(lines()[0]).toBe('shop/web     unchanged shop/web:devloop-1 in 40 ms')
    const told = { type: 'task-ended', image: 'shop/web:devloop-1', isCached: true }
    expect(json).toContainEqual(expect.objectContaining(told))
  })

  test('the file behind a change, and no address twice', () => {
    goLive()
    plain = ''
    edit()
    expect(lines()).toEqual(['shop/web     building  src/a.js'])
  })

  test('a failure once: what, where, why, how to mend it and the last lines, without control sequences', () => {
    goLive()
    plain = ''
    rollOut({ phase: 'failed', failure: crash })
    rollOut({ phase: 'failed', failure: crash, ready: 0 })
    expect(lines()).toEqual([
      'web          failed    The container web crashed: exit code 1.',
      '           at   k8s/web.yaml:3 · Deployment/web',
      '           fix  Mend what its last lines say.',
      '           │ no database',
    ])
  })

  test('that a service which failed is well again', () => {
    goLive()
    rollOut({ phase: 'failed', failure: crash })
    plain = ''
    rollOut({ phase: 'ready', ready: 1 })
    expect(lines()).toEqual(['web          live      again → http://localhost:8080'])
  })
})

test('a pause, and a service that is disabled, are told once', () => {
  goLive()
  plain = ''
  json = []
  for (const type of ['pause-asked', 'pause-asked', 'resume-asked'] as const) dispatch({ type })
  dispatch({ type: 'disable-asked', service: 'web' })
  expect(lines()).toEqual([
    'devloop      paused    changes are collected; devloop resume makes them live',
    'devloop      resumed',
    'web          disabled  devloop enable makes it live again',
  ])
  expect(json.map(({ type, phase }) => phase ?? type)).toEqual(['paused', 'paused', 'resumed', 'disabled'])
})

test('a reloaded Devfile says what it changes, ports too', () => {
  goLive()
  plain = ''
  const [web] = project.services
  const next = { ...project, services: web ? [{ ...web, ports: [{ ...rule, localPort: 8081 }] }] : [] }
  dispatch({ type: 'project-reloaded', project: next, changedImages: [], changedServices: [] })
  expect(lines()).toEqual(['Devfile      reloaded  changed: the ports of web'])
})

describe('a program reads', () => {
  test('one object a line, with a type and a time', () => {
    goLive()
    expect(json.every(line => typeof line.type === 'string' && typeof line.time === 'string')).toBe(true)
    expect(json.at(-1)).toEqual({
      type: 'service',
      time: '2026-11-21T07:00:01.500Z',
      service: 'web',
      phase: 'live',
      pods: { wanted: 1, ready: 1 },
      causes: ['start'],
      tookMs: 1500,
    })
  })

  test('a failed build as one line of the service, however much else goes on', () => {
    goLive()
    json = []
    edit()
    const failure: Failure = { code: 'build/failed', message: 'no good' }
    dispatch({ type: 'task-ended', task: build('9', 2), tookMs: 1, outcome: { status: 'failed', failure } })
    dispatch({ type: 'cluster-connected', context: 'kind', provider: 'shared', isAnother: false, pods: [] })
    rollOut({ phase: 'ready', ready: 1 })
    expect(json.filter(line => line.phase === 'failed')).toEqual([expect.objectContaining({ failure })])
  })

  test('the last lines of a crash, also where they come later than the crash itself', () => {
    goLive()
    json = []
    const { output: _, ...early } = crash
    rollOut({ phase: 'failed', failure: early })
    rollOut({ phase: 'failed', failure: crash })
    expect(json.map(line => (line.failure as Failure).output)).toEqual([undefined, crash.output])
  })
})

function goLive() {
  dispatch({ type: 'task-started', task: read })
  const manifests = { digest: 'd', images: ['shop/web'] }
  dispatch({
    type: 'task-ended',
    task: read,
    tookMs: 2,
    outcome: { status: 'succeeded', result: { kind: 'read', manifests } },
  })
  const inspect: Task = { id: '2', kind: 'inspect', image: 'shop/web', revision: 1 }
  dispatch({ type: 'task-started', task: inspect })
  const result = { kind: 'inspect', bases: [], canSync: true, canCompile: false } as const
  const inspected = { status: 'succeeded', result } as const
  dispatch({ type: 'task-ended', task: inspect, tookMs: 1, outcome: inspected })
  dispatch({ type: 'cluster-connected', context: 'kind', provider: 'shared', isAnother: false, pods: [] })
  dispatch({ type: 'task-started', task: build('3', 1) })
  dispatch({ type: 'task-output', task: build('3', 1), line: '[1/2] FROM node' })
  dispatch({
    type: 'task-ended',
    task: build('3', 1),
    tookMs: 230,
    outcome: {
      status: 'succeeded',
      result: { kind: 'build', reference: 'shop/web:devloop-1', isCached: false },
    },
  })
  const reference = 'shop/web:devloop-1'
  const load: Task = { id: '3a', kind: 'load', image: 'shop/web', reference, clusterEpoch: 0 }
  dispatch({ type: 'task-started', task: load })
  const loaded = { kind: 'load', podReference: 'localhost:5000/shop/web:devloop-1' } as const
  dispatch({
    type: 'task-ended',
    task: load,
    tookMs: 340,
    outcome: { status: 'succeeded', result: loaded },
  })
  dispatch({
    type: 'forward-seen',
    service: 'web',
    forwards: [{ service: 'web', rule, state: 'waiting-for-pod', address: 'localhost:8080' }],
  })
  const apply: Task = {
    id: '4',
    kind: 'apply',
    service: 'web',
    key: '0 d localhost:5000/shop/web:devloop-1',
    images: new Map(),
  }
  dispatch({ type: 'task-started', task: apply })
  const workload = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'default',
    name: 'web',
    template: 't',
    generation: 1,
    source: { file: '/shop/k8s/web.yaml', line: 3 },
  }
  dispatch({
    type: 'task-ended',
    task: apply,
    tookMs: 61,
    outcome: { status: 'succeeded', result: { kind: 'apply', workloads: [workload], recreated: [] } },
  })
  rollOut({ phase: 'progressing' })
  time += 1_500 - (time - Date.parse('2026-11-21T07:00:00Z'))
  rollOut({ phase: 'ready', ready: 1 })
}

function edit() {
  const change = { path: '/shop/src/a.js', kind: 'changed', inputs: ['image:shop/web'] } as const
  dispatch({ type: 'files-changed', changes: [change], decisions: new Map() })
  const inspect: Task = { id: '8', kind: 'inspect', image: 'shop/web', revision: 2 }
  dispatch({ type: 'task-started', task: inspect })
  const result = { kind: 'inspect', bases: [], canSync: true, canCompile: false } as const
  const inspected = { status: 'succeeded', result } as const
  dispatch({ type: 'task-ended', task: inspect, tookMs: 1, outcome: inspected })
  dispatch({ type: 'task-started', task: build('9', 2) })
}

const read: Task = { id: '1', kind: 'read', service: 'web', revision: 1 }

function build(id: string, revision: number): Task {
  return { id, kind: 'build', image: 'shop/web', revision, bases: new Map(), isForced: false }
}

function rollOut(rollout: Partial<Rollout>) {
  dispatch({
    type: 'rollout-seen',
    service: 'web',
    rollout: { phase: 'progressing', wanted: 1, ready: 0, pods: [], ...rollout },
  })
}

function dispatch(event: Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never) {
  store.dispatch({ ...event, at: time } as Event)
}

/** Without the time at their beginning. */
function lines(): readonly string[] {
  return plain
    .trimEnd()
    .split('\n')
    .map(line => line.replace(/^\d\d:\d\d:\d\d /, ''))
}

function collect(take: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      take(text)
      done()
    },
  })
}
