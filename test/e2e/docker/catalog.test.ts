import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isFailed, isLive, isStarted, startUp } from '../devloop.ts'
import { openJvmExample } from './jvm-example.ts'

const source = 'src/main/java/com/example/catalog/Product.java'
const served = '/classes/com/example/catalog/Product.class'
const soon = { timeout: 30_000, interval: 100 }

test('examples/catalog: Gradle builds it, edits are compiled into the running pod, errors have their place', async () => {
  await using project = await openJvmExample({
    example: 'catalog',
    service: 'catalog',
    port: 9001,
    wrapper: 'gradlew',
  })
  await using up = startUp({ cwd: project.folder, env: project.env })
  const live = await up.next(isLive('catalog'))
  expect(live).toMatchObject({ phase: 'live' })
  expect(await project.get('/')).toContain('<h1>Catalog</h1>')
  expect(await project.get(served)).toContain(' coins')
  const builds = () => up.lines.filter(isStarted('build'))
  expect(builds()).toHaveLength(1)

  // A source: compiled here, the class goes into the container, and the process starts again.
  up.skip()
  await project.edit(source, ' coins', ' shillings')
  await up.next(isStarted('compile'))
  expect(await up.next(isLive('catalog'))).toMatchObject({ phase: 'live' })
  await expect.poll(() => project.get(served), soon).toContain(' shillings')
  expect(builds()).toHaveLength(1)

  // A resource goes the same way.
  await project.edit('src/main/resources/static/index.html', '<h1>Catalog</h1>', '<h1>Wares</h1>')
  await expect.poll(() => project.get('/'), soon).toContain('<h1>Wares</h1>')
  expect(builds()).toHaveLength(1)

  // What does not compile leaves the last version running.
  up.skip()
  await project.edit(source, ' shillings";', ' shillings"')
  expect(await up.next(isFailed('catalog'))).toMatchObject({
    failure: {
      at: { file: path.join(project.folder, source), line: 6 },
      why: "';' expected",
      message: '`./gradlew classes` ended with exit code 1.',
    },
  })
  expect(await project.get(served)).toContain(' shillings')
  await project.edit(source, ' shillings"', ' pounds";')
  await expect.poll(() => project.get(served), soon).toContain(' pounds')
  expect(builds()).toHaveLength(1)

  // The build file: a new image, which holds the edits as well.
  up.skip()
  await project.edit('build.gradle', "version = '1.0.0'", "version = '1.0.1'")
  await up.next(isStarted('build'))
  await up.next(isLive('catalog'))
  await expect.poll(() => project.get(served), soon).toContain(' pounds')
  const calls = (await readFile(path.join(project.folder, 'calls'), 'utf8')).split('\n')
  expect(calls.filter(call => call.includes('bootBuildImage'))).toHaveLength(2)
})
