import { expect, test } from 'vitest'
import type { Failure } from '../../../src/model/failure.ts'
import { AppRig } from './rig.ts'

const npmFailed: Failure = {
  code: 'build/failed',
  message: 'RUN npm ci failed with exit code 1.',
  at: { file: '/shop/Dockerfile', line: 3 },
  why: 'package-lock.json does not fit package.json',
  cure: 'Run npm install, and commit package-lock.json.',
  output: ['npm ERR! code EUSAGE'],
}

test('starting: who one is, where one is going, and what is waited for', async () => {
  await using rig = new AppRig({ services: ['web', 'api'], dependsOn: { api: ['web'] } })
  rig.read('web')
  rig.read('api')
  expect(await rig.shows('for shop/web to be built')).toEqual([
    ' shop · cluster connecting · default                             ◐ 2 on the way',
    '▌ ○ web       waiting    for shop/web to be built',
    '  ○ api       waiting    for shop/api to be built',
    '─ web ─ logs  build  events ────────────────────────────────────────────────────',
    ' Nothing has been built since devloop started.',
    ...blank(9),
    ' ? help  q quit  enter open  tab pane  / search  r rebuild  x disable  p pause',
  ])
})

test('building: the step, its seconds, and what the tool says', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.read('web')
  rig.inspect('shop/web')
  const build = rig.beginBuild('shop/web')
  rig.output(build, '[2/5] RUN npm ci')
  rig.output(build, 'added 300 packages')
  rig.now += 12_000
  expect(await rig.shows('12 s')).toEqual([
    ' shop · kind-dev · default                                       ◐ 1 on the way',
    '▌ ◐ web       building   12 s · [2/5] RUN npm ci',
    '─ web ─ logs  build  events ────────────────────────────────────────────────────',
    '[2/5] RUN npm ci',
    'added 300 packages',
    ...blank(9),
    ' ? help  q quit  enter open  tab pane  / search  r rebuild  x disable  p pause',
  ])
})

test('live: how long it took and why, pods, address, and what it says', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.goLive('web')
  rig.forward('web', 8080)
  rig.say('web', 'listening on 3000', 'info')
  expect(await rig.shows('listening')).toEqual([
    ' shop · kind-dev · default                                             ● 1 live',
    '▌ ● web       live       120 ms · start · 07:00:00         1/1    localhost:8080',
    '─ web ─ logs  build  events ────────────────────────────────────────────────────',
    '07:00:00 │ listening on 3000',
    ...blank(10),
    ' ? help  q quit  enter open  tab pane  / search  r rebuild  R restart  o browse',
  ])
})

test('failed build: why, where and what mends it are there at once', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.read('web')
  rig.inspect('shop/web')
  rig.fail(rig.beginBuild('shop/web'), npmFailed)
  expect(await rig.shows('npm ERR!')).toEqual([
    ' shop · kind-dev · default                                           ✖ 1 failed',
    '▌ ✖ web       failed     RUN npm ci failed with exit code 1.',
    '─ web ─ logs  build  events  failure ───────────────────────────────────────────',
    'RUN npm ci failed with exit code 1.',
    '  at   Dockerfile:3',
    '  why  package-lock.json does not fit package.json',
    '  fix  Run npm install, and commit package-lock.json.',
    '  │ npm ERR! code EUSAGE',
    ...blank(6),
    ' ? help  q quit  enter open  tab pane  / search  r rebuild  x disable  p pause',
  ])
})

test('crash loop: how often it restarted, and its last words', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.goLive('web')
  const failure: Failure = {
    code: 'rollout/crash',
    message: 'The container web crashed: exit code 1.',
    cure: 'Mend what its last lines say.',
    output: ['Error: no database'],
  }
  rig.rollOut('web', { phase: 'failed', ready: 0, failure, restarts: 4 })
  expect(await rig.shows('no database')).toEqual([
    ' shop · kind-dev · default                                           ✖ 1 failed',
    '▌ ✖ web       failed     The container web crashed: exit code …  0/1    4',
    '─ web ─ logs  build  events  failure ───────────────────────────────────────────',
    'The container web crashed: exit code 1.',
    '  fix  Mend what its last lines say.',
    '  │ Error: no database',
    ...blank(8),
    ' ? help  q quit  enter open  tab pane  / search  r rebuild  R restart  s shell',
  ])
})

test('hold: on what a service waits, while the other is on its way', async () => {
  await using rig = new AppRig({ services: ['db', 'web'], dependsOn: { web: ['db'] } })
  rig.connect()
  rig.read('web', [])
  rig.read('db')
  const rows = await rig.shows('for db to be live')
  expect(rows.slice(1, 3)).toEqual([
    '▌ ○ db        waiting    for shop/db to be built',
    '  ○ web       waiting    for db to be live',
  ])
})

test('a lost cluster, a broken Devfile and a pause are said above the table, each with its cure', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.goLive('web')
  rig.dispatch({
    type: 'cluster-lost',
    failure: {
      code: 'cluster/unreachable',
      message: 'The cluster does not answer.',
      cure: 'Start it: kind create cluster.',
    },
  })
  rig.keys('p')
  const rows = await rig.shows('paused: changes')
  expect(rows.slice(0, 5)).toEqual([
    ' shop · cluster lost · default                               ‖ paused  ● 1 live',
    ' ✖ The cluster does not answer.',
    '   fix  Start it: kind create cluster.',
    '   paused: changes are collected; p makes them live',
    '▌ ● web       live       120 ms · start · 07:00:00                         1/1',
  ])
})

test('many services: the chosen one stays in sight, and the header says which are shown', async () => {
  const services = Array.from({ length: 30 }, (_, index) => `service-${index + 1}`)
  await using rig = new AppRig({ services })
  const first = await rig.shows('1–6 of 30')
  expect(first[1]).toContain('▌ ○ service-1 ')
  rig.keys(...'j'.repeat(11))
  const middle = await rig.shows('▌ ○ service-12')
  expect(middle.slice(0, 8)).toEqual([
    ' shop · cluster connecting · default                9–14 of 30  ◐ 30 on the way',
    '  ○ service-9   waiting',
    '  ○ service-10  waiting',
    '  ○ service-11  waiting',
    '▌ ○ service-12  waiting',
    '  ○ service-13  waiting',
    '  ○ service-14  waiting',
    '─ service-12 ─ logs  build  events ─────────────────────────────────────────────',
  ])
  // The wheel over the table goes through the services; over the pane it scrolls.
  rig.keys('\x1b[<65;5;3M')
  await rig.shows('▌ ○ service-13')
  // A click on the first row that is shown.
  rig.keys('\x1b[<0;5;2M')
  await rig.shows('▌ ○ service-10')
})

test('nothing that was drawn is drawn again: an idle app sends nothing', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.goLive('web')
  await rig.shows('1/1')
  rig.sent = ''
  rig.say('web', 'hello')
  await rig.shows('hello')
  expect(rig.sent).toBe(
    '\x1b[?2026h\x1b[4;1H\x1b[0m\x1b[2m07:00:00\x1b[22m \x1b[2m│\x1b[22m hello\x1b[0m\x1b[K\x1b[?2026l',
  )
})

function blank(count: number): string[] {
  return Array.from({ length: count }, () => '')
}
