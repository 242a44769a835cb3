import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isBuilt, keptProject, upOnce } from '../cached-project.ts'
import { isStarted, startUp } from '../devloop.ts'
import { devfile } from '../project.ts'
import { seeded } from '../torture/random.ts'

/* Whatever is another image is built, as an engine that others build with as well knows it. */

const docker = (...args: readonly string[]) => promisify(execFile)('docker', args)

test('another file, another argument and another base are built', async () => {
  await using project = await keptProject('uncached')
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
  await using project = await keptProject('saved')
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
