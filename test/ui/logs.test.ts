import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { initialState } from '../../src/engine/reduce.ts'
import { createStore } from '../../src/engine/store.ts'
import { LogRing } from '../../src/logs/ring.ts'
import type { LogLine, LogSource } from '../../src/model/log.ts'
import { jsonLogs } from '../../src/ui/json-logs.ts'
import { plainLogs } from '../../src/ui/plain-logs.ts'
import type { Closable } from '../../src/util/scope.ts'

const services = ['web', 'api'].map(name => ({ name, manifests: [], ports: [], dependsOn: [] }))
const project = { name: 'shop', root: '/shop', contexts: [], namespace: 'shop', images: [], services }
const { snapshot } = createStore(
  initialState(project, 0),
  { parallelBuilds: 1, parallelEngineBuilds: 1 },
  () => {},
)
const web: LogSource = { service: 'web', namespace: 'shop', pod: 'web-6d4b75cb6d-hx2p4', container: 'web' }

let out = ''
let logs: LogRing
let shown: Closable
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: new Date('2026-11-21T12:00:00Z') })
  out = ''
  logs = new LogRing(1_000_000)
})
afterEach(async () => {
  await shown.close()
  vi.useRealTimers()
})

const stream = new Writable({
  decodeStrings: false,
  write(text: string, _, done) {
    out += text
    done()
  },
})

function showPlain(isColoured = false) {
  shown = plainLogs({ stream, isColoured, snapshot, logs })
}

async function say(source: LogSource, ...texts: readonly string[]) {
  const time = `${new Date().toISOString().slice(0, -1)}000000Z`
  logs.add(texts.map((text): LogLine => ({ time, source, text })))
  await settle()
}

/** Until all that is kept was shown. */
async function settle() {
  for (let turns = 0; turns < 100; turns++) await turn()
}

/** Without the time at their beginning. */
const lines = () =>
  out
    .trimEnd()
    .split('\n')
    .map(line => line.replace(/^\d\d:\d\d:\d\d /, ''))

test('a person sees which service and pod says a line, and another container by its name', async () => {
  showPlain()
  await say(web, 'listening')
  await say({ ...web, container: 'migrate' }, '\x1b[31mdone\x1b[0m')
  expect(lines()).toEqual(['web          hx2p4     │ listening', 'web          hx2p4/migrate │ done'])
})

test('where there are colours, those of the service pass', async () => {
  showPlain(true)
  await say(web, '\x1b[31mred\x1b[0m')
  expect(out).toContain('│ \x1b[31mred\x1b[0m\n')
})

test('a service that says more than anybody reads drowns no other, and how much was left out is said', async () => {
  showPlain()
  await say(web, ...Array.from({ length: 5_000 }, (_, index) => `line ${index}`))
  await say({ ...web, service: 'api', container: 'api' }, 'important')
  expect(lines()).toHaveLength(201)
  expect(lines().at(-1)).toContain('important')
  vi.advanceTimersByTime(5_000)
  expect(lines().at(-1)).toBe('web                    │ … 4800 more lines: devloop logs web shows all')
  await say(web, 'calm again')
  expect(lines().at(-1)).toContain('calm again')
})

test('what pods of an earlier devloop said before is not shown again', async () => {
  await say({ ...web, isEarlier: true }, 'yesterday')
  vi.advanceTimersByTime(1_000)
  logs.add([
    { time: '2026-11-21T11:59:59.000000000Z', source: { ...web, isEarlier: true }, text: 'just before' },
  ])
  showPlain()
  logs.add([
    { time: '2026-11-21T11:59:59.000000000Z', source: { ...web, isEarlier: true }, text: 'a second before' },
  ])
  await say({ ...web, isEarlier: true }, 'now')
  expect(lines()).toEqual(['web          hx2p4     │ now'])
})

test('a program reads every line with its source and level, or how many it missed', async () => {
  shown = jsonLogs(stream, logs)
  logs.add([
    {
      time: '2026-11-21T12:00:01.000000001Z',
      source: web,
      text: 'ERROR no',
      raw: '{"msg":"no"}',
      level: 'error',
    },
  ])
  await settle()
  expect(JSON.parse(out)).toEqual({
    type: 'log',
    time: '2026-11-21T12:00:01.000000001Z',
    service: 'web',
    namespace: 'shop',
    pod: web.pod,
    container: 'web',
    text: 'ERROR no',
    raw: '{"msg":"no"}',
    level: 'error',
  })
  out = ''
  await say(web, ...Array.from({ length: 50_000 }, (_, index) => `line ${index}`))
  const read = out
    .trimEnd()
    .split('\n')
    .map(text => JSON.parse(text))
  const missed = read.reduce((sum, line) => sum + (line.lines ?? 0), 0)
  expect(missed).toBeGreaterThan(0)
  expect(missed + read.filter(({ type }) => type === 'log').length).toBe(50_000)
})
