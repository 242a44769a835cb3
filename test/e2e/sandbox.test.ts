import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../../src/sandbox/run-file.ts'
import { obstacle } from '../sandbox/obstacle.ts'
import { devloop, isLive, processesWith, startUp } from './devloop.ts'
import { freePort } from './project.ts'
import { openPty } from './pty.ts'

/* A machine with Node.js and nothing else: no cluster, no engine. */

const bin = path.resolve(import.meta.dirname, '../../bin/devloop')
const example = path.resolve(import.meta.dirname, '../../examples/hello')

interface Place extends AsyncDisposable {
  readonly folder: string
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** Names in the sandbox's state folder. */
  left(): Promise<readonly string[]>
  edit(name: string, before: string, after: string): Promise<void>
  serves(text: string): Promise<void>
}

async function openPlace(): Promise<Place> {
  const home = await mkdtemp(path.join(tmpdir(), 'devloop-e2e-sandbox-'))
  const folder = path.join(home, 'hello')
  const state = path.join(home, 'state')
  const port = await freePort()
  const env = { HOME: home, XDG_STATE_HOME: state, KUBECONFIG: '' }
  const edit = async (name: string, before: string, after: string) => {
    const text = await readFile(path.join(folder, name), 'utf8')
    expect(text).toContain(before)
    await writeFile(path.join(folder, name), text.replace(before, after))
  }
  await cp(example, folder, { recursive: true })
  await edit('Devfile.ts', "'8080:", `'${port}:`)
  const url = `http://localhost:${port}/`
  return {
    ...{ folder, env, url, edit },
    left: () => readdir(path.join(state, 'devloop/sandbox')),
    serves: text =>
      expect
        .poll(async () => (await fetch(url)).text().catch(() => ''), { timeout: 20_000, interval: 20 })
        .toContain(text),
    async [Symbol.asyncDispose]() {
      await devloop(['sandbox', 'down'], { cwd: folder, env })
      await rm(home, { recursive: true, force: true })
    },
  }
}

describe.skipIf(obstacle !== '')(`in the sandbox${obstacle}`, () => {
  test('a stack is live, an edit and a new image are, and down takes all of it away', async () => {
    await using place = await openPlace()
    const { folder, env } = place
    const run = (...args: readonly string[]) => devloop(args, { cwd: folder, env })
    expect(await run('sandbox', 'status')).toMatchObject({ code: 1 })
    {
      await using up = startUp({ cwd: folder, env }, ['--sandbox'])
      await up.next(isLive('hello'))
      await place.serves('Hello')
      await place.edit('src/greeting.js', 'Hello', 'Copied')
      await place.serves('Copied')
      await place.edit('Dockerfile', 'USER node', 'RUN sed -i s/Copied/Built/ src/greeting.js\nUSER node')
      await place.serves('Built')
      expect(await up.end('SIGINT')).toMatchObject({ code: 0 })
    }
    const status = await run('sandbox', 'status')
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('The sandbox runs at https://') })
    const down = await run('down')
    expect(down.stdout).toMatch(/hello is gone: 2 objects[\s\S]*the sandbox, which has ended/)
    expect(await place.left()).toEqual(['certificates.json', 'images'])
    expect(processesWith('XDG_STATE_HOME', env.XDG_STATE_HOME ?? '')).toEqual([])
  })

  test('what was killed starts anew, and is live again', async () => {
    await using place = await openPlace()
    const { folder, env } = place
    {
      await using up = startUp({ cwd: folder, env }, ['--sandbox'])
      await up.next(isLive('hello'))
      const record = path.join(env.XDG_STATE_HOME ?? '', 'devloop/sandbox/sandbox.json')
      const { pid } = JSON.parse(await readFile(record, 'utf8')) as RunRecord
      process.kill(pid, 'SIGKILL')
      await up.end('SIGKILL')
    }
    await expect.poll(() => processesWith('XDG_STATE_HOME', env.XDG_STATE_HOME ?? '')).toEqual([])
    await using up = startUp({ cwd: folder, env })
    await up.next(isLive('hello'))
    await place.serves('Hello')
  })

  test('a sandbox that was started by hand stays', async () => {
    await using place = await openPlace()
    const { folder, env } = place
    const run = (...args: readonly string[]) => devloop(args, { cwd: folder, env })
    expect((await run('sandbox', 'up')).stdout).toContain('export KUBECONFIG=')
    {
      await using up = startUp({ cwd: folder, env })
      await up.next(isLive('hello'))
    }
    expect((await run('down')).stdout).not.toContain('has ended')
    expect(await run('sandbox', 'status')).toMatchObject({ code: 0 })
    expect(await run('sandbox', 'down')).toMatchObject({ code: 0 })
  })

  test('a sandbox ends with the last of the stacks that it was started for', async () => {
    await using place = await openPlace()
    const { folder, env } = place
    const other = path.join(folder, '../other')
    await cp(folder, other, { recursive: true })
    const devfile = (await readFile(path.join(folder, 'Devfile.ts'), 'utf8')).replace(
      "'hello',",
      "'other', namespace: 'other',",
    )
    await writeFile(path.join(other, 'Devfile.ts'), devfile)
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } }
    await writeFile(path.join(other, 'k8s/namespace.yaml'), JSON.stringify(namespace))
    for (const cwd of [folder, other]) {
      await using up = startUp({ cwd, env }, ['--sandbox'])
      await up.next(isLive('hello'))
    }
    expect((await devloop(['down'], { cwd: folder, env })).stdout).not.toContain('has ended')
    expect((await devloop(['down'], { cwd: other, env })).stdout).toContain('has ended')
  })

  test('who has no cluster is asked, and without a terminal is told', async () => {
    await using place = await openPlace()
    const { folder, env } = place
    const told = await devloop(['up'], { cwd: folder, env })
    expect(told).toMatchObject({ code: 1, stderr: expect.stringContaining('devloop up --sandbox') })
    await using asked = openPty(process.execPath, [bin, 'up'], { cwd: folder, env })
    await asked.shows('[Y/n]')
    asked.type('\r')
    await asked.shows(/hello +live/)
    await place.serves('Hello')
    asked.type('\u0003')
    expect(await asked.ended).toBe(0)
  })
})
