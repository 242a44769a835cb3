import { execFile } from 'node:child_process'
import { utimes } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import type { JsonLine } from '../../src/feed/lines.ts'
import { isStarted, type RunningUp, startUp } from './devloop.ts'
import { devfile, type HelloProject, helloProject } from './project.ts'
import { seeded } from './torture/random.ts'

/* What was built once is not built again, by the engine's own record; and whatever is another image is built. */

const docker = (...args: readonly string[]) => promisify(execFile)('docker', args)

test('a second up builds nothing, nor does one after a touch, and there and back again builds only what is new', async () => {
  await using project = await prepared('cached')
  const first = await upOnce(project)
  expect(first.isCached).toBe(false)
  expect(await upOnce(project)).toMatchObject({ image: first.image, isCached: true })
  await utimes(project.file('src/greeting.js'), 1, 1)
  expect(await upOnce(project)).toMatchObject({ image: first.image, isCached: true })

  const original = await project.read('src/greeting.js')
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isBuilt)
  await project.greet('Hello from another branch')
  const there = await up.next(isBuilt)
  expect(there.isCached).toBe(false)
  // The record is made when nothing else happens any more.
  await vi.waitUntil(async () => (await recordsOf(project)).length === 2, { timeout: 20_000, interval: 200 })
  await project.write('src/greeting.js', original)
  expect(await up.next(isBuilt)).toMatchObject({ image: first.image, isCached: true })
  await up.end('SIGINT')
  await project.greet('Hello from another branch')
  expect(await upOnce(project)).toMatchObject({ image: there.image, isCached: true })
})

test('another file, another argument and another base are built', async () => {
  await using project = await prepared('uncached')
  const base = `${project.name}-base:1`
  const makeBase = (label: string) =>
    docker('build', '--quiet', `--label=made=${label}`, `--tag=${base}`, project.file('base'))
  await promisify(execFile)('mkdir', [project.file('base')])
  await project.write('base/Dockerfile', 'FROM node:20-alpine\n')
  await project.write('.dockerignore', 'base\n')
  await makeBase('first')
  await project.edit('Dockerfile', 'FROM node:20-alpine', `FROM ${base}`)
  await upOnce(project)
  expect(await upOnce(project)).toMatchObject({ isCached: true })

  await project.greet('Hello, changed')
  expect(await upOnce(project)).toMatchObject({ isCached: false })
  await project.write(
    'Devfile.ts',
    devfile(project).replace('sync: false', "args: { MODE: 'debug' }, sync: false"),
  )
  expect(await upOnce(project)).toMatchObject({ isCached: false })
  await makeBase('second')
  expect(await upOnce(project)).toMatchObject({ isCached: false })
  expect(await upOnce(project)).toMatchObject({ isCached: true })
  await docker('image', 'rm', '--force', base)
})

test('files that are saved during slow builds, and builds that are broken off, never end as a wrong record', async () => {
  await using project = await prepared('saved')
  await project.edit('Dockerfile', 'USER node', 'RUN sleep 0.5 && cp src/greeting.js /greeting')
  const random = seeded(11)
  const save = () => project.greet(random.pick(['one', 'two', 'three']))
  for (let round = 0; round < 12; round++) {
    await save()
    await using up = startUp({ cwd: project.folder, env: project.env })
    await up.next(isStarted('build'))
    await pause(random.integer(0, 700))
    await save()
    if (random.chance(0.5)) await up.next(isBuilt)
    await up.end(random.pick(['SIGINT', 'SIGINT', 'SIGKILL']))
    const { image } = await upOnce(project)
    const { stdout } = await docker('run', '--rm', '--entrypoint=cat', image, '/greeting')
    expect(stdout).toBe(await project.read('src/greeting.js'))
  }
})

/** Names of images by their inputs. */
async function recordsOf({ name }: HelloProject): Promise<readonly string[]> {
  const { stdout } = await docker('image', 'ls', '--format={{.Tag}}', `${name}/hello:devloop-inputs-*`)
  return stdout.split('\n').filter(Boolean)
}

type Built = Extract<JsonLine, { type: 'task-ended' }> & { image: string; isCached: boolean }

function isBuilt(line: JsonLine): line is Built {
  return line.type === 'task-ended' && line.task.kind === 'build' && line.outcome === 'succeeded'
}

/** Starts devloop, and ends it once its image is there. */
async function upOnce({ folder, env }: HelloProject): Promise<Built> {
  await using up: RunningUp = startUp({ cwd: folder, env })
  const built = await up.next(isBuilt)
  await up.end('SIGINT')
  return built
}

/** A project whose images go with it. */
async function prepared(purpose: string): Promise<HelloProject> {
  const project = await helloProject(purpose)
  const dispose = project[Symbol.asyncDispose]
  return Object.assign(project, {
    async [Symbol.asyncDispose]() {
      const { stdout } = await docker('image', 'ls', '--format={{.Repository}}:{{.Tag}}', `${project.name}/*`)
      const names = stdout.split('\n').filter(Boolean)
      if (names.length > 0) await docker('image', 'rm', '--force', ...names)
      await dispose()
    },
  })
}
