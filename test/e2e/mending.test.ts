import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import type { JsonLine } from '../../src/feed/lines.ts'
import { proxied } from './api-proxy.ts'
import { isFailed, isLive, startUp } from './devloop.ts'
import { devfile, helloProject } from './project.ts'

/*
 * Every mistake gives one message with what, where, why and how to mend it; nothing else stops; and mending it goes
 * live without a restart of devloop.
 */

test('a syntax error in the Dockerfile: file, line, cure; the last good version keeps answering; mended by saving', async () => {
  await using project = await helloProject('dockerfile')
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))
  await project.edit('Dockerfile', 'WORKDIR /app', 'WORKDIRR /app')
  const { failure } = await up.next(isFailed('hello'))
  expect(failure).toMatchObject({
    code: 'build/dockerfile-syntax',
    message: expect.stringContaining('WORKDIRR'),
    at: { file: project.file('Dockerfile'), line: 2 },
    cure: expect.any(String),
  })
  expect(await (await fetch(project.url)).text()).toBe('Hello from devloop!\n')
  await project.edit('Dockerfile', 'WORKDIRR /app', 'WORKDIR /app')
  await up.next(isLive('hello'))
})

test('a build that fails names the line, shows the tool’s last lines, and goes on with the next save', async () => {
  await using project = await helloProject('build-fails')
  const good = await project.read('Dockerfile')
  await project.write('Dockerfile', good.replace('USER node', 'RUN echo some words && exit 3'))
  await using up = startUp({ cwd: project.folder, env: project.env })
  const { failure } = await up.next(isFailed('hello'))
  expect(failure).toMatchObject({ code: 'build/failed', at: { file: project.file('Dockerfile'), line: 5 } })
  expect(failure?.output?.join('\n')).toContain('some words')
  await project.write('Dockerfile', good)
  await up.next(isLive('hello'))
})

test('missing manifests: the pattern that finds nothing; mended by writing the file', async () => {
  await using project = await helloProject('manifest-gone')
  const text = await project.read('k8s/deployment.yaml')
  await project.write('Devfile.ts', devfile(project).replace('k8s/*.yaml', 'manifests/*.yaml'))
  await using up = startUp({ cwd: project.folder, env: project.env })
  const { failure } = await up.next(isFailed('hello'))
  expect(failure).toMatchObject({
    code: 'deploy/manifest-missing',
    at: { file: project.file('manifests/*.yaml') },
    cure: expect.any(String),
  })
  await mkdir(project.file('manifests'))
  await project.write('manifests/deployment.yaml', text)
  await up.next(isLive('hello'))
})

test('a wrong field: the object, the line of the field and how to look it up; mended by saving', async () => {
  await using project = await helloProject('field')
  await project.edit('k8s/deployment.yaml', '  replicas: 1', '  replicass: 1')
  await using up = startUp({ cwd: project.folder, env: project.env })
  const { failure } = await up.next(isFailed('hello'))
  expect(failure).toMatchObject({
    code: 'deploy/rejected',
    message: expect.stringContaining('replicass'),
    at: { file: project.file('k8s/deployment.yaml'), line: 6, object: 'Deployment/hello' },
    cure: expect.stringContaining('kubectl explain deployment.spec'),
  })
  await project.edit('k8s/deployment.yaml', '  replicass: 1', '  replicas: 1')
  await up.next(isLive('hello'))
})

test('broken YAML: file and line; mended by saving', async () => {
  await using project = await helloProject('yaml')
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))
  await project.edit('k8s/service.yaml', 'spec:', 'spec: [')
  const { failure } = await up.next(isFailed('hello'))
  expect(failure).toMatchObject({
    code: 'deploy/manifest-syntax',
    at: { file: project.file('k8s/service.yaml'), line: expect.any(Number) },
  })
  await project.edit('k8s/service.yaml', 'spec: [', 'spec:')
  await up.next(isLive('hello'))
})

test('an image that nobody has: named, with the cure; mended by saving the manifest', async () => {
  await using project = await helloProject('image')
  const image = `${project.name}/hello`
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))
  await project.edit('k8s/deployment.yaml', image, `${project.name}/helo`)
  const { failure } = await up.next(hasTrouble('rollout/image-pull'))
  expect(failure).toMatchObject({
    message: expect.stringContaining(`${project.name}/helo`),
    at: { file: project.file('k8s/deployment.yaml'), object: 'Deployment/hello' },
    cure: expect.any(String),
  })
  expect(await (await fetch(project.url)).text()).toBe('Hello from devloop!\n')
  await project.edit('k8s/deployment.yaml', `${project.name}/helo`, image)
  await up.next(isLive('hello'))
})

test('a container that crashes at its start: exit code and its last lines; mended by saving', async () => {
  await using project = await helloProject('crash')
  const good = await project.read('src/server.js')
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))
  await project.write('src/server.js', "throw new Error('no database here')\n")
  const withOutput = await up.next(
    line => hasTrouble('rollout/crash')(line) && (line.failure?.output?.length ?? 0) > 0,
  )
  const failure = withOutput.type === 'service' ? withOutput.failure : undefined
  expect(failure?.message).toContain('exit code 1')
  expect(failure?.output?.join('\n')).toContain('no database here')
  expect(failure?.at).toMatchObject({ file: project.file('k8s/deployment.yaml'), object: 'Deployment/hello' })
  expect(await (await fetch(project.url)).text()).toBe('Hello from devloop!\n')
  await project.write('src/server.js', good)
  await up.next(isLive('hello'))
})

test('a cluster that is not there: named with the way to start it; goes live once it answers, and again after it was lost', async () => {
  await using project = await helloProject('unreachable')
  const { proxy: opened, env } = await proxied(project)
  await using proxy = opened
  await proxy.cut()
  await using up = startUp({ cwd: project.folder, env })

  const { failure } = await up.next(isLost)
  expect(failure).toMatchObject({ code: 'cluster/unreachable', cure: expect.any(String) })
  await proxy.restore()
  await up.next(isLive('hello'))

  await proxy.cut()
  await up.next(isLost)
  await project.greet('Edited while the cluster was away')
  await up.next(line => line.type === 'task-ended' && line.task.kind === 'build')
  await proxy.restore()
  await up.next(isLive('hello'))
  expect(await (await fetch(project.url)).text()).toBe('Edited while the cluster was away\n')
})

test('a local port that is taken: who holds it and a free one; opens once it is free', async () => {
  await using project = await helloProject('port')
  const holder = createServer().listen(project.port, '127.0.0.1')
  await using up = startUp({ cwd: project.folder, env: project.env })
  const forward = await up.next(line => line.type === 'forward' && line.state === 'failed')
  expect(forward).toMatchObject({
    failure: { code: 'forward/port-taken', message: expect.stringContaining(`pid ${process.pid}`) },
  })
  await up.next(isLive('hello'))
  await new Promise(resolve => holder.close(resolve))
  await up.next(line => line.type === 'forward' && line.state === 'listening')
  expect(await (await fetch(project.url)).text()).toBe('Hello from devloop!\n')
})

test('a broken Devfile keeps the last good one running; a mended one touches only what it changes', async () => {
  await using project = await helloProject('devfile')
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))

  await project.write('Devfile.ts', devfile(project).replace('services', 'servicess'))
  const broken = await up.next(line => line.type === 'devfile' && line.failures.length > 0)
  expect(broken).toMatchObject({
    failures: [
      { code: 'config/invalid', at: { file: project.file('Devfile.ts') }, cure: expect.any(String) },
    ],
  })
  await project.greet('Still at work')
  await up.next(isLive('hello'))
  expect(await (await fetch(project.url)).text()).toBe('Still at work\n')

  const before = up.lines.length
  await project.write(
    'Devfile.ts',
    devfile(project, 'dependsOn: [], ').replace(`'${project.port}:3000'`, `'${project.port}:http'`),
  )
  await up.next(line => line.type === 'devfile' && line.failures.length === 0)
  await up.next(line => line.type === 'forward' && line.port === `${project.port}:http`)
  expect(await (await fetch(project.url)).text()).toBe('Still at work\n')
  const tasks = up.lines.slice(before).filter(line => line.type === 'task-started')
  expect(tasks).toEqual([])
})

function hasTrouble(code: string) {
  return (line: JsonLine): line is Extract<JsonLine, { type: 'service' }> =>
    line.type === 'service' && line.failure?.code === code
}

function isLost(line: JsonLine): line is Extract<JsonLine, { type: 'cluster'; phase: 'lost' }> {
  return line.type === 'cluster' && line.phase === 'lost'
}
