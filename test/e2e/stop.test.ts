import { expect, test } from 'vitest'
import { proxied } from './api-proxy.ts'
import { isLive, isStarted, processesWith, startUp } from './devloop.ts'
import { helloProject } from './project.ts'

/* Ctrl-C ends devloop within two seconds, with nothing of it left, whatever it is doing. */

const limitMs = 2_000

test('during a build', async () => {
  await using project = await helloProject('stop-build')
  await project.edit('Dockerfile', 'USER node', 'RUN echo asleep && sleep 120')
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(line => line.type === 'task-output' && /asleep$/.test(line.line))
  expect(await up.end('SIGINT')).toMatchObject({ code: 0, tookMs: expect.toSatisfy(ms => ms < limitMs) })
  expect(processesWith('DEVLOOP_E2E_MARK', project.name)).toEqual([])
})

test('during an apply that the cluster does not answer', async () => {
  await using project = await helloProject('stop-apply')
  const { proxy: opened, env } = await proxied(project)
  await using proxy = opened
  await using up = startUp({ cwd: project.folder, env })
  await up.next(isLive('hello'))
  proxy.stall()
  await project.greet('This is never applied')
  await up.next(isStarted('apply'))
  expect(await up.end('SIGINT')).toMatchObject({ code: 0, tookMs: expect.toSatisfy(ms => ms < limitMs) })
  expect(processesWith('DEVLOOP_E2E_MARK', project.name)).toEqual([])
})

test('while idle, with a client connected to a forwarded port', async () => {
  await using project = await helloProject('stop-idle')
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))
  // fetch keeps its connection.
  await (await fetch(project.url)).text()
  expect(await up.end('SIGINT')).toMatchObject({ code: 0, tookMs: expect.toSatisfy(ms => ms < limitMs) })
  expect(processesWith('DEVLOOP_E2E_MARK', project.name)).toEqual([])
})
