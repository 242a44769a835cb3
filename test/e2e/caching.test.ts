import { utimes } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { isBuilt, keptProject, upOnce } from './cached-project.ts'
import { startUp } from './devloop.ts'

/* What was built once is not built again, by the engine's own record. */

test('a second up builds nothing, nor does one after a touch, and there and back again builds only what is new', async () => {
  await using project = await keptProject('cached')
  const recordsOf = async () => (await project.images()).filter(name => name.includes(':devloop-inputs-'))
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
  await vi.waitUntil(async () => (await recordsOf()).length === 2, { timeout: 60_000, interval: 200 })
  await project.write('src/greeting.js', original)
  expect(await up.next(isBuilt)).toMatchObject({ image: first.image, isCached: true })
  await up.end('SIGINT')
  await project.greet('Hello from another branch')
  expect(await upOnce(project)).toMatchObject({ image: there.image, isCached: true })
})
