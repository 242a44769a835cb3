import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { k3dCluster } from '../../src/cluster/k3d.ts'
import { kindCluster } from '../../src/cluster/kind.ts'
import { type ToolsOnPath, toolsOnPath } from '../fakes/tools-on-path.ts'
import { isRunning } from '../processes.ts'
import { savedAsLayout, savedInFolders, type TestImage, testImage, withTop } from './saved-image.ts'

let tools: ToolsOnPath
beforeEach(() => {
  tools = toolsOnPath()
  const fakes = path.join(import.meta.dirname, '../fakes/tools')
  symlinkSync(path.join(fakes, 'ctr'), path.join(tools.folder, 'bin/ctr'))
  symlinkSync(path.join(fakes, 'docker-with-nodes'), path.join(tools.folder, 'bin/docker'))
  containers('io.x-k8s.kind.cluster=shop\tshop-control-plane\tcontrol-plane')
})
afterEach(() => tools[Symbol.dispose]())

function containers(...lines: readonly string[]) {
  write('containers', `${lines.join('\n')}\n`)
}

function write(name: string, contents: string | Buffer = '') {
  writeFileSync(path.join(tools.folder, name), contents)
}

/** What the engine has under every reference that is asked for. */
function engineHas(image: TestImage, save = savedAsLayout) {
  write('saved.tar', save(image))
  write('layers.json', JSON.stringify(image.diffIds))
}

function load(
  reference: string,
  { signal = new AbortController().signal, cluster = kindCluster('shop', {}) } = {},
) {
  const lines: string[] = []
  return cluster
    .load(reference, { signal, onLine: line => lines.push(line) })
    .then(result => ({ result, lines }))
}

function imagesIn(node: string): readonly string[] {
  return readFileSync(path.join(tools.folder, `${node}-images`), 'utf8')
    .split('\n')
    .filter(Boolean)
}

/** What nodes were given, and how often the engine was asked for the image. */
const received = () => tools.log().filter(line => line.includes(' got '))
const saves = () => tools.log().filter(line => line.startsWith('docker save')).length

const loaded = (reference: string) => ({ ok: true, value: reference })

test('an image gets into the node under the name that the kubelet asks for, and no other', async () => {
  engineHas(testImage(1_000, 2_000))
  expect((await load('web:devloop-1')).result).toEqual(loaded('web:devloop-1'))
  expect((await load('shop/web:devloop-1')).result).toEqual(loaded('shop/web:devloop-1'))
  expect((await load('localhost:5000/web:1')).result).toEqual(loaded('localhost:5000/web:1'))
  expect(imagesIn('shop-control-plane')).toEqual([
    'docker.io/library/web:devloop-1',
    'docker.io/shop/web:devloop-1',
    'localhost:5000/web:1',
  ])
})

test('an image that the node holds already is not read from the engine', async () => {
  engineHas(testImage(1_000))
  await load('shop/web:1')
  const { result, lines } = await load('shop/web:1')
  expect(result).toEqual(loaded('shop/web:1'))
  expect(lines).toEqual([])
  expect(saves()).toBe(1)
})

test.each([
  ['from 25 on', savedAsLayout],
  ['up to 24', savedInFolders],
])('after a change only the changed layer is sent, with Docker %s', async (_, save) => {
  const image = testImage(400_000, 300_000, 2_000)
  engineHas(image, save)
  await load('shop/web:1')
  engineHas(withTop(image, randomBytes(2_000)), save)
  const { result, lines } = await load('shop/web:2')
  expect(result.ok).toBe(true)
  expect(received()).toEqual(['shop-control-plane got layer layer layer', 'shop-control-plane got - - layer'])
  expect(lines).toEqual([
    expect.stringMatching(/^sent 1 of 3 layers, 0\.0 MB, to shop-control-plane in \d+\.\d s$/),
  ])
})

test('each of several nodes gets what it lacks, from one reading of the image', async () => {
  const image = testImage(5_000, 6_000, 7_000)
  containers(
    'k3d.cluster=shop\tk3d-shop-server-0\tserver',
    'k3d.cluster=shop\tk3d-shop-serverlb\tloadbalancer',
  )
  engineHas(image)
  await load('shop/web:1', { cluster: k3dCluster('shop', {}) })
  containers(
    'k3d.cluster=shop\tk3d-shop-server-0\tserver',
    'k3d.cluster=shop\tk3d-shop-agent-0\tagent',
    'k3d.cluster=shop\tk3d-shop-registry\tregistry',
    'k3d.cluster=other\tk3d-other-server-0\tserver',
  )
  engineHas(withTop(image, randomBytes(900)))
  expect((await load('shop/web:2', { cluster: k3dCluster('shop', {}) })).result.ok).toBe(true)
  expect(received().slice(1).toSorted()).toEqual([
    'k3d-shop-agent-0 got layer layer layer',
    'k3d-shop-server-0 got - - layer',
  ])
  expect(saves()).toBe(2)
})

test('a node that threw layers away after it was asked gets the whole image', async () => {
  const image = testImage(5_000, 6_000)
  engineHas(image)
  await load('shop/web:1')
  engineHas(withTop(image, randomBytes(800)))
  write('shop-control-plane-collects')
  expect((await load('shop/web:2')).result).toEqual(loaded('shop/web:2'))
  expect(received().slice(1)).toEqual([
    'shop-control-plane got - layer',
    'shop-control-plane got layer layer',
  ])
  expect(imagesIn('shop-control-plane')).toEqual(['docker.io/shop/web:1', 'docker.io/shop/web:2'])
})

test('the mere name of an image, which an interrupted import leaves, does not count as the image', async () => {
  write('shop-control-plane-images', 'docker.io/shop/web:1\n')
  engineHas(testImage(100))
  expect((await load('shop/web:1')).result.ok).toBe(true)
  expect(received()).toEqual(['shop-control-plane got layer'])
})

test('a full disk is named with what helps, and leaves no image', async () => {
  engineHas(testImage(100))
  write('shop-control-plane-full')
  expect((await load('shop/web:1')).result).toMatchObject({
    failure: {
      code: 'cluster/load',
      message: 'shop/web:1 could not be imported into shop-control-plane.',
      why: expect.stringContaining('no space left on device'),
      cure: expect.stringContaining('docker system df'),
    },
  })
  expect(imagesIn('shop-control-plane')).toEqual([])
})

test('a node whose containerd does not answer is named', async () => {
  engineHas(testImage(100))
  write('shop-control-plane-broken')
  expect((await load('shop/web:1')).result).toMatchObject({
    failure: {
      code: 'cluster/load',
      message: expect.stringContaining('node shop-control-plane does not say what it has'),
      why: expect.stringContaining('connection refused'),
      cure: expect.stringContaining('containerd'),
    },
  })
})

test('an image that the engine does not have, or cannot read, is no fault of the node', async () => {
  const failure = { code: 'cluster/load', message: 'shop/web:1 could not be read from the Docker engine.' }
  expect((await load('shop/web:1')).result).toMatchObject({
    failure: { ...failure, why: 'Error: No such image: shop/web:1' },
  })
  engineHas(testImage(100))
  write('save-fails')
  write('saved.tar', savedAsLayout(testImage(100)).subarray(0, 300))
  expect((await load('shop/web:1')).result).toMatchObject({
    failure: { ...failure, why: expect.stringContaining('file does not exist') },
  })
})

test('a cluster without a node in the engine says how to get it there', async () => {
  containers('io.x-k8s.kind.cluster=other\tother-control-plane\tcontrol-plane')
  expect((await load('shop/web:1')).result).toMatchObject({
    failure: {
      code: 'cluster/no-provider',
      message: expect.stringContaining('no container that is a node of kind cluster shop'),
      cure: expect.stringContaining('docker start shop-control-plane'),
    },
  })
})

test('a cancelled import leaves no process in the node, and no image', async () => {
  engineHas(testImage(100))
  write('shop-control-plane-hangs')
  const controller = new AbortController()
  const loading = load('shop/web:1', { signal: controller.signal })
  let importer: number | undefined
  while (importer === undefined) {
    await pause(10)
    importer =
      Number(
        tools
          .log()
          .join('\n')
          .match(/ unpacks (\d+)/)?.[1],
      ) || undefined
  }
  expect(isRunning(importer)).toBe(true)
  controller.abort()
  expect((await loading).result.ok).toBe(false)
  while (isRunning(importer)) await pause(10)
  expect(imagesIn('shop-control-plane')).toEqual([])
  rmSync(path.join(tools.folder, 'shop-control-plane-hangs'))
  expect((await load('shop/web:1')).result.ok).toBe(true)
})
