import path from 'node:path'
import { expect, test } from 'vitest'
import { devloop, isLive, startUp } from './devloop.ts'
import { type HelloProject, helloProject } from './project.ts'
import { openPty, type Pty, tryShell } from './pty.ts'

async function talkingProject(purpose: string): Promise<HelloProject> {
  const project = await helloProject(purpose)
  await project.say('listening')
  return project
}

const bin = path.resolve(import.meta.dirname, '../../bin/devloop')

/** `devloop …` on a terminal of its own. */
function screen({ folder, env }: HelloProject, ...args: string[]): Pty {
  return openPty(process.execPath, [bin, ...args], { cwd: folder, env })
}

test('a second up is another screen of the first: table, panes, logs and keys, and q leaves the first one running', async () => {
  await using project = await talkingProject('attach')
  const { env, folder: cwd } = project
  await using first = screen(project, 'up')
  await first.shows(/● hello +live/)

  await using second = screen(project, 'up')
  const rows = await second.shows(/● hello +live/)
  expect(rows[0]).toContain(`attached to process ${first.pid}`)
  expect(rows.find(row => row.includes('● hello'))).toMatch(new RegExp(`1/1 +localhost:${project.port}$`))
  // What has happened before it came.
  second.type('b')
  await second.shows(/FROM .*node|\[\d\/\d\]/)
  second.type('e')
  await second.shows(/building +.*start/)
  second.type('l')
  await second.shows('listening')

  // What happens now, on both.
  await project.greet('On two screens')
  await Promise.all([first, second].map(one => one.shows(/● hello +live +.* · src\/greeting\.js/)))
  second.type('p')
  await Promise.all([first, second].map(one => one.shows('paused')))
  second.type('p')
  await first.shows(/● 1 live$/m)
  second.type('r')
  await Promise.all([first, second].map(one => one.shows(/● hello +live +.* · asked for/)))
  second.type('R')
  await second.shows('new pod on the way')
  await Promise.all([first, second].map(one => one.shows(/● hello +live +.*1\/1/)))
  second.type('x')
  await first.shows(/· hello +disabled/)
  second.type('x')
  await Promise.all([first, second].map(one => one.shows(/● hello +live/)))
  second.type('/listen')
  await second.shows(/\/listen/)
  second.type('\x1b')
  await second.shows('? help')

  await tryShell(second)

  second.type('q')
  expect(await second.ended).toBe(0)
  await second.shows(`devloop up goes on (process ${first.pid}).`)
  expect(second.terminal.buffer.active.type).toBe('normal')
  expect(await devloop(['status'], { cwd, env })).toMatchObject({ code: 0 })
  first.type('?')
  await first.shows('this page')
})

test('an attached screen says that the first one has ended, and ends well', async () => {
  await using project = await talkingProject('attach-end')
  const options = { cwd: project.folder, env: project.env }
  expect(await devloop(['attach'], options)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No devloop up runs for this Devfile.'),
  })
  await using up = startUp(options)
  await up.next(isLive('hello'))
  await using app = screen(project, 'attach')
  await using plain = screen(project, 'attach', '--output', 'plain')
  await using json = startUp(options)
  await Promise.all([app.shows(/● hello +live/), plain.shows(/^hello {2}live/m), json.next(isLive('hello'))])
  await project.greet('To everybody')
  await app.shows(/● hello +live +.* · src\/greeting\.js/)
  expect(await devloop(['stop'], options)).toMatchObject({ code: 0 })

  const words = `devloop up has ended (process ${up.pid})`
  expect(await app.ended).toBe(0)
  await app.shows(words)
  expect(await plain.ended).toBe(0)
  await plain.shows(/hello +live +in .*src\/greeting\.js/)
  await plain.shows(/│ .*listening/)
  await plain.shows(words)
  await json.next(({ type }) => type === 'stopping')
  const types = json.lines.map(({ type }) => type)
  expect(types[0]).toBe('service')
  expect(types).toEqual(expect.arrayContaining(['task-started', 'forward', 'log', 'stopping']))
})

test('an up that was started otherwise is not shown in the place of the one that was asked for', async () => {
  await using project = await helloProject('attach-other')
  const options = { cwd: project.folder, env: project.env }
  await project.edit('Devfile.ts', 'defineDevfile({', 'defineDevfile({ profiles: { dev: {} },')
  await using up = startUp(options)
  await up.next(isLive('hello'))
  const other = await devloop(['up', '--profile', 'dev'], options)
  expect(other).toMatchObject({ code: 1, stdout: '' })
  expect(other.stderr).toContain(`runs for this Devfile already, process ${up.pid}`)
  expect(other.stderr).toContain('no profile')
  expect(other.stderr).toContain('devloop attach')
})
