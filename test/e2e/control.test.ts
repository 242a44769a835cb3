import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, test } from 'vitest'
import type { ProjectStatus } from '../../src/feed/status.ts'
import { podType } from '../../src/model/kube-api.ts'
import { devloop, isLive, startUp } from './devloop.ts'
import { type HelloProject, helloProject } from './project.ts'

const rounds = Number(process.env.DEVLOOP_CONTROL_ROUNDS ?? 5)

describe('edit; devloop wait --for live && curl always sees the new content', () => {
  test.each([
    { how: 'sync', isSynced: true, most: rounds },
    { how: 'rebuild', isSynced: false, most: rounds },
  ])(
    '$how',
    async ({ how, isSynced, most }) => {
      await using project = await helloProject(`wait-${how}`, { isSynced })
      const options = { cwd: project.folder, env: project.env }
      await using up = startUp(options)
      await up.next(isLive('hello'))
      const tookMs: number[] = []
      for (let round = 0; round < most; round++) {
        await project.greet(`${how} ${round}`)
        const begun = performance.now()
        expect(await devloop(['wait', '--for', 'live'], options)).toEqual({
          code: 0,
          stdout: 'hello is live\n',
          stderr: '',
        })
        tookMs.push(performance.now() - begun)
        expect(await (await fetch(project.url)).text()).toBe(`${how} ${round}\n`)
      }
      tookMs.sort((one, other) => one - other)
      process.stderr.write(
        `${most} × edit, wait by ${how}: median ${tookMs[most >> 1]?.toFixed()} ms, longest ${tookMs.at(-1)?.toFixed()} ms\n`,
      )
    },
    60_000 + rounds * 20_000,
  )
})

test('wait fails with the failure and its cure, and after the mending edit succeeds', async () => {
  await using project = await helloProject('wait-fails')
  const options = { cwd: project.folder, env: project.env }
  await using up = startUp(options)
  await up.next(isLive('hello'))
  await project.edit('Dockerfile', 'USER node', 'RUN false')
  const failed = await devloop(['wait'], options)
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  expect(failed.stderr).toMatch(/^hello failed: [^\n]+\n {2}at {3}Dockerfile:\d/)
  expect(failed.stderr).toMatch(/^ {2}fix {2}/m)
  await project.edit('Dockerfile', 'RUN false', 'USER node')
  expect(await devloop(['wait'], options)).toMatchObject({ code: 0 })

  await project.write('Devfile.ts', 'no TypeScript')
  expect((await devloop(['wait'], options)).stderr).toMatch(/^Devfile failed: /)
})

test('status, why and trigger ask the running up', async () => {
  await using project = await helloProject('ask')
  const options = { cwd: project.folder, env: project.env }
  await using up = startUp(options)
  await up.next(isLive('hello'))
  const shown = await devloop(['status'], options)
  expect(shown.stdout).toMatch(
    new RegExp(`^hello {2}live .*1 of 1 pod ready · http://localhost:${project.port}`, 'm'),
  )
  const status = JSON.parse((await devloop(['status', '--json'], options)).stdout) as ProjectStatus
  expect(status).toMatchObject({ project: project.name, pid: up.pid, services: [{ phase: 'live' }] })

  expect((await devloop(['why', 'src/greeting.js'], options)).stdout).toContain('a new image is built')

  up.skip()
  expect(await devloop(['trigger', 'hello'], options)).toMatchObject({ code: 0 })
  expect(new Set((await up.next(isLive('hello'))).causes)).toEqual(new Set(['asked']))
  expect(await devloop(['trigger', 'helo'], options)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Did you mean hello?'),
  })
})

test('while paused edits are collected, and resume makes them live', async () => {
  await using project = await helloProject('pause', { isSynced: true })
  const options = { cwd: project.folder, env: project.env }
  await using up = startUp(options)
  await up.next(isLive('hello'))
  await devloop(['pause'], options)
  await project.greet('Collected')
  const waited = await devloop(['wait', '--timeout', '500ms'], options)
  expect(waited).toMatchObject({ code: 1 })
  expect(waited.stderr).toContain('devloop is paused')
  expect(await (await fetch(project.url)).text()).toBe('Hello from devloop!\n')
  await devloop(['resume'], options)
  expect(await devloop(['wait'], options)).toMatchObject({ code: 0 })
  expect(await (await fetch(project.url)).text()).toBe('Collected\n')
})

test('a disabled service is gone from the cluster, and comes back with the newest content', async () => {
  await using project = await helloProject('disable')
  const options = { cwd: project.folder, env: project.env }
  await using up = startUp(options)
  await up.next(isLive('hello'))
  await devloop(['disable', 'hello'], options)
  await up.next(line => line.type === 'task-ended' && line.task.kind === 'delete')
  const pods = await project.cluster.api.list(podType, { namespace: project.namespace })
  expect(pods.ok && pods.value).toEqual([])
  await expect(fetch(project.url)).rejects.toThrow()
  expect((await devloop(['wait', 'hello'], options)).stderr).toContain('devloop enable hello')

  await project.greet('Back again')
  await devloop(['enable', 'hello'], options)
  expect(await devloop(['wait', 'hello'], options)).toMatchObject({ code: 0 })
  expect(await (await fetch(project.url)).text()).toBe('Back again\n')
})

test('there is one up a stack; stop ends it, and a kill leaves nothing in the way', async () => {
  await using project = await helloProject('one')
  const options = { cwd: project.folder, env: project.env }
  expect(await devloop(['status'], options)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No devloop up runs'),
  })
  await using up = startUp(options)
  await up.next(isLive('hello'))
  await project.write('Other.ts', await readFile(project.file('Devfile.ts'), 'utf8'))
  const other = await devloop(['up', '--file', 'Other.ts'], options)
  expect(other.stderr).toContain(`keeps ${project.name} in step with this cluster already`)

  expect(await devloop(['stop'], options)).toEqual({ code: 0, stdout: '', stderr: '' })
  await using again = startUp(options)
  await again.next(isLive('hello'))
  await again.end('SIGKILL')
  await using third = startUp(options)
  await third.next(isLive('hello'))
  expect(await devloop(['status'], options)).toMatchObject({ code: 0 })
})

describe('devloop ci', () => {
  const ci = (project: HelloProject, ...command: string[]) =>
    devloop(['ci', '--junit', 'report.xml', '--', ...command], { cwd: project.folder, env: project.env })

  test('runs the tests against the live stack, reports them, and leaves nothing behind', async () => {
    await using project = await helloProject('ci')
    const script = `fetch('${project.url}').then(r => r.text()).then(t => console.log('served: ' + t))`
    const passed = await ci(project, process.execPath, '-e', script)
    expect(passed).toMatchObject({ code: 0, stderr: '' })
    expect(passed.stdout).toContain('served: Hello from devloop!')
    const report = await project.read('report.xml')
    expect(report).toContain(`<testsuite name="devloop ${project.name}" tests="3" failures="0"`)
    expect(report).toContain('name="hello is live"')
    const pods = await project.cluster.api.list(podType, { namespace: project.namespace })
    expect(pods.ok && pods.value).toEqual([])
  })

  test('exits as a failing command does, and says in the report what it said', async () => {
    await using project = await helloProject('ci-fails')
    const failed = await ci(project, 'sh', '-c', 'echo "1 < 2 & broken"; exit 7')
    expect(failed.code).toBe(7)
    const report = await project.read('report.xml')
    expect(report).toContain('failures="1"')
    expect(report).toContain('<failure message="exit code 7">1 &lt; 2 &amp; broken</failure>')
  })

  test('fails without running the command where the stack does not become live', async () => {
    await using project = await helloProject('ci-broken')
    await project.edit('Dockerfile', 'USER node', 'RUN false')
    const failed = await ci(project, 'sh', '-c', 'echo ran')
    expect(failed.code).toBe(1)
    expect(failed.stdout).not.toContain('ran\n')
    expect(await project.read('report.xml')).toMatch(/name="hello is live"[^>]*>\s*<failure message="[^"]+">/)
  })
})

test('a coding assistant drives edit, wait, logs, failure and why', async () => {
  await using project = await helloProject('mcp')
  const { env } = project
  await using up = startUp({ cwd: project.folder, env })
  await up.next(isLive('hello'))
  const client = new Client({ name: 'e2e', version: '1' })
  const bin = path.resolve(import.meta.dirname, '../../bin/devloop')
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [bin, 'mcp'],
      cwd: project.folder,
      env: { ...(process.env as Record<string, string>), ...env },
    }),
  )
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: args })
    const [first] = content as { text: string }[]
    return isError ? { error: first?.text } : JSON.parse(first?.text ?? '')
  }
  try {
    expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual([
      'failure',
      'logs',
      'status',
      'trigger',
      'wait',
      'why',
    ])
    await project.greet('By an assistant')
    expect(await call('wait')).toMatchObject({ outcome: 'reached' })
    expect(await (await fetch(project.url)).text()).toBe('By an assistant\n')

    await project.say('ERROR no database', 'listening')
    expect(await call('wait')).toMatchObject({ outcome: 'reached' })
    const pod = { service: 'hello', container: 'hello' }
    await expect
      .poll(() => call('logs', { services: ['hello'] }))
      .toMatchObject({
        lines: expect.arrayContaining([
          expect.objectContaining({ ...pod, level: 'error', text: 'ERROR no database' }),
          expect.objectContaining({ ...pod, text: 'listening' }),
        ]),
        truncated: false,
      })
    expect(await call('logs', { level: 'error' })).toMatchObject({ lines: [{ text: 'ERROR no database' }] })
    expect(await call('logs', { grep: '^listen', sinceSeconds: 3_600 })).toMatchObject({
      lines: [{ text: 'listening' }],
    })
    expect(await call('logs', { lines: 1 })).toMatchObject({
      lines: [{ text: 'listening' }],
      truncated: true,
    })
    expect(await call('logs', { grep: '(' })).toEqual({
      error: expect.stringContaining('grep is no regular expression'),
    })
    expect(await call('logs', { services: ['helo'] })).toEqual({
      error: expect.stringContaining('Did you mean hello?'),
    })

    await project.edit('Dockerfile', 'USER node', 'RUN false')
    expect(await call('wait')).toMatchObject({ outcome: 'failed' })
    expect(await call('status')).toMatchObject({
      services: [{ phase: 'failed', failure: { code: 'build/failed', cure: expect.any(String) } }],
    })
    expect(await call('failure')).toMatchObject({
      services: [
        { service: 'hello', failure: { at: { file: project.file('Dockerfile') }, cure: expect.any(String) } },
      ],
    })
    expect(await call('why', { file: 'src/greeting.js' })).toMatchObject({
      consequences: [{ subject: `image ${project.name}/hello`, action: 'rebuild' }],
    })
    expect(await call('trigger', { services: ['nobody'] })).toEqual({
      error: expect.stringContaining('There is no service nobody.'),
    })
  } finally {
    await client.close()
  }
})
