import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { supervisor } from '../../src/sync/supervisor.ts'
import { shells } from './shell-agent.ts'
import { type Supervised, supervise } from './supervisor-rig.ts'

let supervised: Supervised | undefined
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-supervisor-'))
})
afterEach(() => {
  supervised?.[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

/** Says that it started, and ends gracefully. */
const server = `
  trap 'echo "stopped"; exit 0' TERM
  echo "started"
  sleep 1000 & wait`
/** Says that it started and what it was asked, and cannot be ended gracefully. */
const stubborn = `trap 'echo "asked"' TERM; echo "started"; while :; do sleep 1000 & wait; done`
/** Is told by its input how it fares. */
const obedient = `
  read -r word
  echo "$word"
  case $word in
    good) exec sleep 1000 ;;
    bad) exit 3 ;;
    done) exit 0 ;;
  esac`

describe.each(shells)('under %s', (...shell: string[]) => {
  function run(script: string, graceSeconds?: number, environment?: Record<string, string>): Supervised {
    supervised = supervise(shell, script, graceSeconds, environment)
    return supervised
  }

  test.each([0, 1, 7, 127, 255])('the exit code %i of the command is passed on', async code => {
    const { ended } = run(`exit ${code}`)
    expect(await ended).toBe(code)
  })

  test('a command that a signal killed is told from one that ended', async () => {
    expect(await run('kill -KILL $$').ended).toBe(137)
  })

  test('the command has the input, the output and the environment of the container, and no more', async () => {
    const { input, lines, ended } = run(
      'read word; echo "$word $GREETING"; for fd in 3 4 5; do [ ! -e /proc/$$/fd/$fd ] || echo $fd; done',
      1,
      {
        GREETING: 'from outside',
      },
    )
    input.write('hello\n')
    expect(await ended).toBe(0)
    expect(lines).toEqual(['hello from outside'])
  })

  test('environment variables reach the command, whatever their names and values', async () => {
    const { lines, ended } = run(`tr '\\0' '\\n' </proc/$$/environ | grep -A 1 -e '^spring' -e '^-a'`, 1, {
      'spring.profiles.active': 'local dev\n * second line',
      '-a-b': 'x',
    })
    expect(await ended).toBe(0)
    expect(lines).toEqual(
      expect.arrayContaining(['spring.profiles.active=local dev', ' * second line', '-a-b=x']),
    )
  })

  test('a restart ends the old process gracefully, and only then starts the new one', async () => {
    const { restart, line, lines } = run(server)
    await line(1)
    await restart()
    await line(3)
    expect(lines).toEqual(['started', 'stopped', 'started'])
  })

  test('a process that does not listen is asked once, and killed after the grace', async () => {
    const { restart, line, lines } = run(stubborn, 1)
    await line(1)
    const asked = performance.now()
    await restart()
    await line(3)
    expect(performance.now() - asked).toBeGreaterThan(950)
    expect(lines).toEqual(['started', 'asked', 'started'])
  })

  test('nothing of the old process is left when the new one starts, so that its ports are free', async () => {
    const { restart, line, processes } = run(
      `sh -c 'trap "" TERM; echo started; while :; do sleep 1000; done' & wait`,
    )
    await line(1)
    const old = [...processes().keys()].slice(1)
    await restart()
    await line(2)
    expect(old.filter(pid => processes().has(pid))).toEqual([])
  })

  test('without setsid in the image, a restart and a stop work all the same', async () => {
    for (const tool of ['unshare', 'sh', 'sleep', shell[0] ?? ''])
      symlinkSync(toolPath(tool), path.join(folder, tool))
    const { restart, line, signal, ended } = run('echo "started"; exec sleep 1000', 1, { PATH: folder })
    await line(1)
    await restart()
    await line(2)
    signal('SIGTERM')
    expect(await ended).toBe(143)
  })

  test('an agent that is lost in the middle of a restart costs nothing: the next end is followed by a start', async () => {
    const { input, signal, line } = run('echo "started"; read -r word')
    await line(1)
    signal('SIGURG')
    input.write('end\n')
    expect(await line(2)).toBe('started')
  })

  test('whoever asks for a restart gets a process that was started after that, however many ask', async () => {
    const file = path.join(folder, 'version')
    let version = 0
    const write = () => {
      writeFileSync(file, `${++version}\n`)
      return version
    }
    write()
    const { open, line, lines, processes, signal, ended } = run(
      `read -r version <${file}; echo "$version"; sleep 1000; :`,
    )
    await line(1)
    const askers = [0, 1, 2].map(async () => {
      const stream = await open()
      for (let turn = 0; turn < 10; turn++) {
        const mine = write()
        expect(await stream.restart()).toMatchObject({ ok: true })
        await expect.poll(() => Number(lines.at(-1)), { timeout: 10_000 }).toBeGreaterThanOrEqual(mine)
      }
    })
    await Promise.all(askers)
    // Quiet again: one supervisor, one script, one sleep.
    await expect.poll(() => processes().size, { timeout: 10_000 }).toBe(3)
    signal('SIGTERM')
    expect(await ended).toBe(143)
  })

  test('a new process is started even where only a process of its own group remains of the container', async () => {
    const { restart, line, lines } = run('setsid sleep 1000 & echo "started"; exec sleep 1000')
    await line(1)
    for (let turn = 2; turn <= 5; turn++) {
      await restart()
      await line(turn)
    }
    expect(lines).toHaveLength(5)
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
    '%s ends the container with the code of the command',
    async name => {
      const { signal, line, ended } = run(
        `trap 'exit 5' TERM; trap 'exit 5' INT QUIT; echo "started"; sleep 1000 & wait`,
      )
      await line(1)
      signal(name)
      expect(await ended).toBe(5)
    },
  )

  test.each(['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const)(
    '%s reaches the command, which goes on',
    async name => {
      const { signal, restart, line } = run(
        `trap 'echo got' ${name.slice(3)}; echo "started"; while :; do sleep 1000 & wait; done`,
      )
      await line(1)
      signal(name)
      expect(await line(2)).toBe('got')
      await restart()
      expect(await line(3)).toBe('started')
    },
  )

  test('a stop reaches the processes of the command too', async () => {
    const { signal, line, ended, processes } = run('sleep 1000 & echo started; wait; :')
    await line(1)
    signal('SIGTERM')
    expect(await ended).toBe(143)
    expect(processes().size).toBe(0)
  })

  test('a stop during a restart ends the container, and nothing is started any more', async () => {
    const { signal, restart, line, lines, ended } = run(stubborn, 1)
    await line(1)
    const lost = expect(restart()).rejects.toThrow()
    await line(2)
    signal('SIGTERM')
    expect(await ended).toBe(137)
    await lost
    expect(lines).toEqual(['started', 'asked', 'asked'])
  })

  test('a stop ends the container also after many restarts', async () => {
    const { signal, restart, line, ended } = run('echo "started"; exec sleep 1000')
    await line(1)
    for (let turn = 2; turn <= 10; turn++) {
      await restart()
      await line(turn)
    }
    signal('SIGTERM')
    expect(await ended).toBe(143)
  })

  test('a stop that comes while a process is started reaches it', async () => {
    const { signal, processes, ended } = run('exec sleep 1000')
    await expect.poll(() => processes().size, { timeout: 10_000, interval: 1 }).toBeGreaterThan(0)
    signal('SIGURG')
    await expect.poll(() => processes().size, { timeout: 10_000, interval: 1 }).toBeGreaterThan(1)
    signal('SIGTERM')
    expect(await ended).toBe(143)
  })

  test('a restarted process that fails is held, and the next restart starts the mended one', async () => {
    const { input, restart, line, running, lines } = run(obedient)
    input.write('good\n')
    await line(1)
    for (let turn = 2; turn <= 4; turn++) {
      input.write('bad\n')
      await restart()
      await line(turn)
      await running('devloop-held\x003')
    }
    input.write('good\n')
    await restart()
    await line(5)
    expect(lines).toEqual(['good', 'bad', 'bad', 'bad', 'good'])
  })

  test('a restarted process that ends well ends the container', async () => {
    const { input, restart, line, ended } = run(obedient)
    input.write('good\n')
    await line(1)
    input.write('done\n')
    // It may have ended before the agent could answer.
    const asked = restart().catch(() => {})
    expect(await ended).toBe(0)
    await asked
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
    'the signals that are no stop leave a held container alone, and %s ends it with the exit code',
    async name => {
      const { input, restart, signal, line, running, lines, ended } = run(obedient)
      input.write('good\n')
      await line(1)
      input.write('bad\n')
      await restart()
      await running('devloop-held\x003')
      signal('SIGUSR1')
      signal('SIGHUP')
      input.write('bad\n')
      await restart()
      await line(3)
      await running('devloop-held\x003')
      signal(name)
      expect(await ended).toBe(3)
      expect(lines).toEqual(['good', 'bad', 'bad'])
    },
  )

  test('a restart leaves no process behind', async () => {
    const { restart, line, processes } = run(server)
    await line(1)
    for (let turn = 1; turn <= 10; turn++) {
      await restart()
      await line(1 + turn * 2)
    }
    await expect.poll(() => processes().size, { timeout: 10_000 }).toBe(3)
  })
})

test('nothing in it makes bash lose a signal', () => {
  const [, , script = ''] = supervisor(30)
  const commands = script.replaceAll(/^#.*$/gm, '')
  // By chance it is one of some thousand signals that comes at such a moment.
  expect(commands).not.toMatch(/\b(?:break|continue)\b|\$\([^(]/)
})

function toolPath(name: string): string {
  return execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).trim()
}
