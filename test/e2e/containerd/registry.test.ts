import { execa } from 'execa'
import { expect, test } from 'vitest'
import type { JsonLine } from '../../../src/feed/lines.ts'
import { podType } from '../../../src/model/kube-api.ts'
import { openCountingProxy } from '../counting-proxy.ts'
import { isFailed, isLive, startUp } from '../devloop.ts'
import { freePort, type HelloProject, helloProject } from '../project.ts'
import { clusterRegistry } from './cluster-registry.ts'

const kilobyte = 1_024

test('a project goes in by the registry that the cluster tells of, and an edit sends only the layer that changed', async () => {
  await using project = await helloProject('registry')
  const registry = await clusterRegistry(project)
  await using proxy = await openCountingProxy(registry.port)
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isConnectedBy(`the registry ${registry.host}`))
  await up.next(isLive('hello'))
  expect(await served(project)).toBe('Hello from devloop!\n')
  expect(await imagesOf(project)).toEqual([
    expect.stringMatching(`^${registry.hostFromNodes}/${project.name}/hello@sha256:[0-9a-f]{64}$`),
  ])
  const { stdout } = await execa('docker', [
    'image',
    'ls',
    '--quiet',
    `${registry.host}/${project.name}/hello`,
  ])
  expect(stdout).toBe('')

  await nameRegistry(project, `{ host: 'localhost:${proxy.port}', fromCluster: '${registry.hostFromNodes}' }`)
  await up.next(isConnectedBy(`the registry localhost:${proxy.port}`))
  await up.next(isLoaded)
  await up.next(isLive('hello'))
  expect(proxy.sent).toBeLessThan(kilobyte)

  const before = proxy.sent
  await project.greet('Hello from the registry!')
  await up.next(isLive('hello'))
  expect(await served(project)).toBe('Hello from the registry!\n')
  // The image has 119 MB, and its changed layer one small file.
  expect(proxy.sent - before).toBeGreaterThan(kilobyte)
  expect(proxy.sent - before).toBeLessThan(32 * kilobyte)
})

test('a registry that is down is told with what to do, and the Devfile can name another way', async () => {
  await using project = await helloProject('registry-down')
  const nobody = `localhost:${await freePort()}`
  await nameRegistry(project, `'${nobody}'`)
  await using up = startUp({ cwd: project.folder, env: project.env })
  const { failure } = await up.next(isFailed('hello'))
  expect(failure).toMatchObject({
    code: 'cluster/load',
    message: `The registry ${nobody} does not answer the Docker engine.`,
    why: expect.stringContaining('connection refused'),
  })
  await project.edit('Devfile.ts', `registry: '${nobody}',`, '')
  await up.next(isLive('hello'))
})

function isConnectedBy(way: string) {
  return (line: JsonLine) =>
    line.type === 'cluster' && line.phase === 'connected' && line.provider.includes(way)
}

function isLoaded(line: JsonLine): boolean {
  return line.type === 'task-ended' && line.task.kind === 'load' && line.outcome === 'succeeded'
}

async function nameRegistry(project: HelloProject, registry: string): Promise<void> {
  await project.edit('Devfile.ts', '  images:', `  registry: ${registry},\n  images:`)
}

async function imagesOf({ cluster, namespace }: HelloProject): Promise<readonly (string | undefined)[]> {
  const pods = await cluster.api.list(podType, { namespace })
  if (!pods.ok) throw new Error(pods.failure.message)
  return pods.value.flatMap(({ spec }) =>
    (spec as { containers: { image?: string }[] }).containers.map(({ image }) => image),
  )
}

async function served({ url }: HelloProject): Promise<string> {
  return (await fetch(url)).text()
}

test('a command that pushes by itself, and leaves nothing in the engine, is live', async () => {
  await using project = await helloProject('registry-push')
  const command =
    'docker build -t "$DEVLOOP_IMAGE" . && docker push --quiet "$DEVLOOP_IMAGE" && docker image rm "$DEVLOOP_IMAGE"'
  await project.edit('Devfile.ts', 'docker }', 'custom }')
  await project.edit(
    'Devfile.ts',
    "docker({ context: '.', sync: false })",
    `custom({ command: '${command}' })`,
  )
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))
  expect(await served(project)).toBe('Hello from devloop!\n')
  await project.greet('Pushed by hand!')
  await up.next(isLive('hello'))
  expect(await served(project)).toBe('Pushed by hand!\n')
})
