import path from 'node:path'
import { expect, test } from 'vitest'
import { helloProject } from './project.ts'
import { openPty, type Pty, tryShell } from './pty.ts'

const bin = path.resolve(import.meta.dirname, '../../bin/devloop')
const up = `${process.execPath} ${bin} up`

test('from the start to live, through an edit, a build that fails and one that mends it', async () => {
  await using project = await helloProject('ui-loop')
  await using pty = openPty(process.execPath, [bin, 'up'], { cwd: project.folder, env: project.env })
  await pty.shows(/hello +(?:reading|checking|building|waiting|applying|starting)/)
  const live = await pty.shows(/● hello +live +.* · start · /)
  expect(live[0]).toMatch(new RegExp(`^ ${project.name} · \\S+ · ${project.namespace} +.*● 1 live$`))
  expect(live.find(row => row.includes('● hello'))).toMatch(new RegExp(`1/1 +localhost:${project.port}$`))

  await project.greet('Good evening')
  await pty.shows(/● hello +live +.* · src\/greeting\.js/)
  expect(await (await fetch(project.url)).text()).toContain('Good evening')

  await project.edit('Dockerfile', 'USER node', 'RUN echo trouble ahead && false\nUSER node')
  const failed = await pty.shows(/✖ hello +failed/)
  expect(failed.join('\n')).toContain('Dockerfile:5')
  expect(failed.join('\n')).toMatch(/ {2}failure ─/)
  pty.type('b')
  await pty.shows('trouble ahead')

  await project.edit('Dockerfile', 'RUN echo trouble ahead && false\n', '')
  await pty.shows(/● hello +live/)
})

test('a shell in the container has the terminal, and gives it back', async () => {
  await using project = await helloProject('ui-shell')
  await using pty = openPty(process.execPath, [bin, 'up'], { cwd: project.folder, env: project.env })
  await pty.shows(/● hello +live/)
  await tryShell(pty)
  // What is typed is devloop's again.
  pty.type('?')
  await pty.shows('this page')
})

test('q, a signal and a fault of devloop itself: the terminal is as it was, and the last words can be read', async () => {
  await using project = await helloProject('ui-end')
  // A fault that comes when it is asked for.
  const fault = `data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('on purpose')})`
  const ways: readonly [string, (pty: Pty, pid: number) => void, string, number][] = [
    ['q', pty => pty.type('q'), 'The stack keeps running', 0],
    ['SIGTERM', (_, pid) => process.kill(pid, 'SIGTERM'), 'The stack keeps running', 0],
    ['a fault', (_, pid) => process.kill(pid, 'SIGUSR2'), 'on purpose', 70],
  ]
  for (const [way, end, words, code] of ways) {
    const script = `echo before; echo pid $$; (exec ${up}); echo after $?; stty -a; cat`
    await using pty = openPty('sh', ['-c', script], {
      cwd: project.folder,
      env: { ...project.env, NODE_OPTIONS: `--import "${fault}"` },
      rows: 40,
      columns: 140,
    })
    await pty.shows(/hello +(?:live|starting|building|applying)/)
    expect(pty.terminal.buffer.active.type, way).toBe('alternate')
    expect(pty.terminal.modes.mouseTrackingMode, way).not.toBe('none')
    end(pty, await childOf(pty.pid))
    const rows = await pty.shows(`after ${code}`)
    const tty = (await pty.shows('echoctl')).join(' ')
    expect(rows.join('\n'), way).toContain(words)
    expect(rows[0], way).toBe('before')
    expect(pty.terminal.buffer.active.type, way).toBe('normal')
    expect(pty.terminal.modes, way).toMatchObject({ mouseTrackingMode: 'none', bracketedPasteMode: false })
    expect(pty.sent.lastIndexOf('\x1b[?25h'), way).toBeGreaterThan(pty.sent.lastIndexOf('\x1b[?25l'))
    expect(tty, way).toMatch(/ icanon .* echo /)
  }
})

test('Ctrl-Z gives the shell its terminal, and fg brings the app back', async () => {
  await using project = await helloProject('ui-stop')
  await using pty = openPty('bash', ['--norc', '-i'], {
    cwd: project.folder,
    env: { ...project.env, PS1: 'ready> ' },
  })
  await pty.shows('ready>')
  pty.type(`${up}\r`)
  await pty.shows(/▌ \S hello/)
  pty.type('\x1a')
  await pty.shows('Stopped')
  expect(pty.terminal.buffer.active.type).toBe('normal')
  pty.type('fg\r')
  await pty.shows(/▌ \S hello/)
  pty.resize(70, 16)
  await pty.shows(/^ \? help(?:.|\n)*$/m)
  pty.type('q')
  await pty.shows(/The stack keeps running(?:.|\n)*ready>/)
})

/** The process that the terminal's shell has started. */
async function childOf(pid: number): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return Number(children.trim().split(' ')[0])
}
