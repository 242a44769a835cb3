import { expect, test } from 'vitest'
import type { Task } from '../../../src/engine/task.ts'
import { AppRig } from './rig.ts'

const enter = '\r'
const escapeKey = '\x1b'
const down = '\x1b[B'

test('search: the newest match is shown and marked, n and N go on from there, f leaves the rest out', async () => {
  await using rig = new AppRig({ hasColour: true })
  rig.connect()
  rig.goLive('web')
  for (let line = 1; line <= 40; line++)
    rig.say('web', line % 10 === 0 ? `Order ${line} failed` : `line ${line}`)
  await rig.shows('Order 40 failed')
  rig.keys('/', ...'order')
  expect((await rig.shows('/order')).at(-1)).toBe(
    ' /order                                                  enter keep  esc cancel',
  )
  rig.keys(enter)
  expect((await rig.shows('N newer')).at(-1)).toContain(
    ' /order  ? help  esc end search  n older  N newer  f filter',
  )
  // The search is in lower case, so it finds capital letters too.
  rig.keys('n', 'n')
  await rig.shows('Order 20 failed')
  expect(styledWords(rig, 'Order')).toContain('inverse')
  rig.keys('N')
  await rig.shows('Order 30 failed')
  rig.keys('f')
  const rows = await rig.until(text => !text.includes(' line '), 'only what matches')
  expect(rows.slice(3, 7)).toEqual([
    '07:00:09 │ Order 10 failed',
    '07:00:19 │ Order 20 failed',
    '07:00:29 │ Order 30 failed',
    '07:00:39 │ Order 40 failed',
  ])
  rig.say('web', 'still nothing')
  rig.say('web', 'Order 50 failed')
  await rig.shows('Order 50 failed')
  expect(rig.screen().join()).not.toContain('still nothing')
  rig.keys(escapeKey)
  await rig.shows('still nothing')
})

test('what is searched may be no regular expression, and what matches nothing is said', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.goLive('web')
  rig.say('web', 'GET /a(b 200')
  await rig.shows('GET')
  rig.keys('/', ...'a(b', enter, 'f')
  await rig.shows('only matches')
  expect(rig.screen()[3]).toBe('07:00:00 │ GET /a(b 200')
  rig.keys(escapeKey)
  await rig.shows('/ search')
  rig.keys('/')
  await rig.shows('esc cancel')
  rig.keys(...'nowhere', enter, 'f')
  await rig.shows('No line matches.')
})

test('keys that are pasted or typed in the search do nothing else', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.goLive('web')
  await rig.shows('1/1')
  rig.keys('\x1b[200~xq\x1b[201~', '/', '\x1b[200~Rp\nx\x1b[201~', 'q')
  await rig.shows(' /Rpq')
  expect(rig.asked).toEqual(['raw'])
  expect(rig.snapshot.state.services.get('web')?.isDisabled).toBe(false)
})

test('scrolling back holds still while lines come, says how many, and G follows again', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.goLive('web')
  for (let line = 1; line <= 30; line++) rig.say('web', `line ${line}`)
  await rig.shows('line 30')
  rig.keys('\x1b[<64;1;10M')
  const still = await rig.shows('3 more below')
  expect(still[3]).toMatch(/line 17$/)
  rig.say('web', 'line 31')
  const rows = await rig.shows('4 more below')
  expect(rows.slice(3, 14)).toEqual(still.slice(3, 14))
  rig.keys('G')
  expect((await rig.shows('line 31'))[2]).not.toContain('below')
  rig.keys('g')
  expect((await rig.shows('line 1\n'))[3]).toMatch(/line 1$/)
})

test('enter gives the pane the whole screen, where the arrows scroll; esc takes it back', async () => {
  await using rig = new AppRig({ services: ['web', 'api', 'db'] })
  rig.connect()
  rig.goLive('web')
  for (let line = 1; line <= 30; line++) rig.say('web', `line ${line}`)
  await rig.shows('line 30')
  rig.keys(enter)
  const open = await rig.until(text => !text.includes('○ api'), 'the pane alone')
  expect(open[1]).toMatch(/^▌ ● web/)
  expect(open[3]).toMatch(/line 20$/)
  rig.keys('\x1b[A')
  await rig.shows('1 more below')
  rig.keys(escapeKey)
  await rig.shows('○ api')
})

test('panes: each by its key or in turn, and a wrapped line loses nothing', async () => {
  await using rig = new AppRig({ columns: 60 })
  rig.connect()
  rig.read('web')
  rig.inspect('shop/web')
  const build = rig.beginBuild('shop/web') as Task & { kind: 'build' }
  const long = `[1/1] RUN ${'x'.repeat(70)}`
  rig.output(build, long)
  rig.endBuild(build)
  rig.apply('web')
  rig.rollOut('web')
  rig.keys('b')
  const rows = await rig.shows('[1/1]')
  expect(rows.slice(3, 5).join('')).toBe(long)
  rig.keys('e')
  const events = await rig.shows('built     shop/web shop/web:devloop-1 in 230 ms')
  expect(events).toContain('07:00:00 live      in 130 ms (start)')
  rig.keys('\t')
  await rig.shows('Its containers have said nothing yet.')
})

test('help: all keys, on a small screen by scrolling', async () => {
  await using rig = new AppRig({ columns: 60, rows: 15 })
  rig.keys('?')
  const first = await rig.shows('this page')
  expect(first[2]).toMatch(/^─ keys ─+ 15 more below ─$/)
  expect(first[4]).toBe('  q          quit; the stack keeps running')
  rig.keys('G')
  const last = await rig.shows('terminal selects text')
  expect(last.at(-1)).toBe(' ? help  esc back')
  // What is not seen is not acted on.
  rig.keys('x', 'r', 'p')
  rig.keys(escapeKey)
  expect((await rig.shows('─ web ─'))[0]).not.toContain('paused')
  expect(rig.asked).toEqual(['raw'])
  expect(rig.snapshot.state.services.get('web')?.isDisabled).toBe(false)
})

test('keys reach the chosen service', async () => {
  await using rig = new AppRig({ services: ['db', 'web'] })
  rig.connect()
  rig.goLive('web')
  rig.forward('web', 8080)
  rig.keys(down)
  await rig.shows('▌ ● web')
  rig.keys('r', 'o', 'R')
  await rig.until(() => rig.asked.length === 4, 'what was asked')
  expect(rig.asked).toEqual(['raw', 'rebuild web', 'browse http://localhost:8080', 'restart web'])
  rig.keys('x')
  await rig.shows('▌ · web  ')
  await rig.shows('x enable')
  rig.keys('r')
  await rig.shows('web is disabled: x enables it')
  rig.keys('k')
  await rig.shows('▌ ○ db')
  rig.keys('s')
  await rig.shows('db has no running pod')
  rig.keys('q')
  expect(rig.asked.at(-1)).toBe('quit')
})

test('a shell has the terminal until it ends: nothing is drawn, no key is taken', async () => {
  await using rig = new AppRig()
  rig.connect()
  rig.goLive('web')
  await rig.shows('1/1')
  const { promise, resolve } = Promise.withResolvers<undefined>()
  rig.outcome = promise
  // What was typed ahead is not for devloop.
  rig.keys('sxq')
  await rig.until(() => rig.asked.includes('shell web'), 'the shell')
  expect(rig.asked).toEqual(['raw', 'cooked', 'shell web'])
  await rig.until(() => rig.terminal.buffer.active.type === 'normal', 'the screen from before')
  rig.sent = ''
  rig.say('web', 'meanwhile')
  rig.dispatch({ type: 'pause-asked' })
  rig.dispatch({ type: 'resume-asked' })
  resolve(undefined)
  await rig.shows('meanwhile')
  expect(rig.sent).toMatch(/^\x1b\[\?1049h/)
  expect(rig.terminal.buffer.active.type).toBe('alternate')
  expect(rig.asked).toEqual(['raw', 'cooked', 'shell web', 'raw'])
})

test('narrow and wide, and from one to the other: every row has its place, and none is left over', async () => {
  await using rig = new AppRig({ columns: 60, rows: 15, services: ['web', 'orders-and-payments'] })
  rig.connect()
  rig.goLive('web')
  rig.forward('web', 8080)
  for (let line = 1; line <= 80; line++) rig.say('web', `line ${line}`)
  const narrow = await rig.shows('line 80')
  expect(narrow.slice(0, 3)).toEqual([
    ' shop · kind-dev · default         ◐ 1 on the way  ● 1 live',
    '▌ ● web                  live       120 ms · start ·…  1/1',
    '  ○ orders-and-payments  waiting',
  ])
  rig.resize(250, 80)
  const wide = await rig.until(
    text => text.split('\n')[79]?.includes('help') === true,
    'the footer in the last row',
  )
  expect(wide.slice(0, 4).map(row => row.replace(/ {3,}/g, '  '))).toEqual([
    ' shop · kind-dev · default  ◐ 1 on the way  ● 1 live',
    '  service  state  what goes on  pods  address',
    '▌ ● web  live  120 ms · start · 07:00:00  1/1  localhost:8080',
    '  ○ orders-and-payments  waiting',
  ])
  expect(wide.findIndex(row => row.endsWith('line 80'))).toBe(78)
  rig.resize(60, 15)
  await rig.until(text => text === narrow.join('\n'), 'what it was')
})

test('a terminal of any size shows as much as it can', async () => {
  await using rig = new AppRig({ services: ['web', 'api'] })
  rig.connect()
  rig.goLive('web')
  for (const [columns, rows, wanted] of [
    [5, 3, ' shop\n▌ ●'],
    [20, 5, '▌ ● web     live'],
    [1, 1, /^ ?$/],
    [300, 100, 'kind-dev'],
  ] as const) {
    rig.resize(columns, rows)
    await rig.shows(wanted)
  }
})

function styledWords(rig: AppRig, word: string): readonly string[] {
  const { active } = rig.terminal.buffer
  return rig.screen().flatMap((text, row) => {
    const column = text.indexOf(word)
    const cell = column < 0 ? undefined : active.getLine(active.viewportY + row)?.getCell(column)
    return cell ? [cell.isInverse() ? 'inverse' : 'plain'] : []
  })
}
