import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { devloop, isLive, startUp } from './devloop.ts'
import { helloProject } from './project.ts'

test('what devloop init writes goes live; the doctor and the completions know the up that runs', async () => {
  await using project = await helloProject('init')
  const place = { cwd: project.folder, env: project.env }
  await rm(project.file('Devfile.ts'))
  const written = await devloop(['init'], place)
  expect(written).toMatchObject({ code: 0, stdout: expect.stringContaining('Devfile.ts is written') })
  // As others test at the same time.
  await project.edit('Devfile.ts', '  images: {', `  namespace: '${project.namespace}',\n  images: {`)
  await project.edit('Devfile.ts', "'8080:", `'${project.port}:`)

  await using up = startUp(place)
  await up.next(isLive('hello'))
  expect(await (await fetch(project.url)).text()).not.toBe('')
  const { stdout } = await devloop(['doctor'], place)
  expect(stdout).toMatch(
    new RegExp(`^✓ ports +${project.port} held by the devloop up .*\\(pid ${up.pid}\\)$`, 'm'),
  )
  expect(await devloop(['complete-services', '--', 'logs', ''], place)).toMatchObject({ stdout: 'hello\n' })
})
