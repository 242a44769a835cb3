import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kindCluster } from '../../../src/cluster/kind.ts'
import { openRealCluster, podType, type RealCluster } from '../real-cluster.ts'

// The node is the container that stands for it; `ctr` there is the real one, and so is its containerd.
const node = 'devloop-testbed-control-plane'
const name = `devloop-e2e-import-${process.pid}`
const provider = kindCluster('devloop-testbed', {})

let folder: string
let real: RealCluster
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-import-'))
  writeFileSync(path.join(folder, 'large'), randomBytes(30_000_000))
  real = await openRealCluster('import')
})
afterAll(async () => {
  await real[Symbol.asyncDispose]()
  for (const filter of [`reference=${name}`, `reference=${name}/*/*`]) {
    const images = run('docker', ['image', 'ls', `--filter=${filter}`, '--format={{.Repository}}:{{.Tag}}'])
    for (const image of images.split('\n').filter(Boolean)) run('docker', ['image', 'rm', image])
  }
  for (const image of imagesInNode()) ctr('images', 'rm', image)
  rmSync(folder, { recursive: true })
})

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function ctr(...args: readonly string[]): string {
  return run('docker', ['exec', node, 'ctr', '--namespace=k8s.io', ...args])
}

/** Those of this test. */
function imagesInNode(): readonly string[] {
  return ctr('images', 'ls', '--quiet')
    .split('\n')
    .filter(line => line.includes(name))
}

/** Builds an image of some 30 MB whose highest layers are small. */
function build(reference: string, word: string, ...more: readonly string[]): string {
  writeFileSync(path.join(folder, 'word'), `${word}\n`)
  const lines = ['FROM busybox:1.36', 'COPY large /large', 'COPY word /word', ...more]
  writeFileSync(path.join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
  run('docker', ['build', '--quiet', '--tag', reference, folder])
  return reference
}

async function load(reference: string, signal = new AbortController().signal) {
  const lines: string[] = []
  const result = await provider.load(reference, { signal, onLine: line => lines.push(line) })
  return { result, lines }
}

/** What a pod of the image prints. It never asks a registry. */
async function output(image: string, pod: string, command: readonly string[]): Promise<readonly string[]> {
  const { namespace } = real
  const { api } = real.cluster
  const container = { name: 'main', image, imagePullPolicy: 'Never', command }
  const created = await api.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, namespace },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: [container] },
  })
  if (!created.ok) throw new Error(created.failure.message)
  for (;;) {
    const found = await api.get(podType, { name: pod, namespace })
    const { phase } = (found.ok ? found.value.status : {}) as { phase?: string }
    if (phase === 'Succeeded' || phase === 'Failed') break
    await pause(100)
  }
  const log = await api.podLog({ namespace, pod, container: 'main', tailLines: 10 })
  if (!log.ok) throw new Error(log.failure.message)
  return log.value
}

test('the cluster says how images get into it where the Devfile wants no registry', () => {
  expect(real.cluster.provider(false).describe()).toBe(
    'kind cluster devloop-testbed: layers that its nodes lack are imported by ctr',
  )
})

test('a pod runs an image whose name has no registry, and after a change only the change was sent', async () => {
  const first = build(`${name}:first`, 'first')
  expect(await load(first)).toMatchObject({
    result: { ok: true, value: first },
    lines: [expect.stringMatching(/^sent \d of 3 layers, 3\d\.\d MB/)],
  })
  expect(await output(first, 'first', ['cat', '/word'])).toEqual(['first'])

  const second = build(`${name}/with/path:second`, 'second')
  expect((await load(second)).lines).toEqual([expect.stringMatching(/^sent 1 of 3 layers, 0\.0 MB/)])
  expect(await output(second, 'second', ['sh', '-c', 'cat /word; wc -c </large'])).toEqual([
    'second',
    '30000000',
  ])

  expect((await load(second)).lines).toEqual([])
  expect(imagesInNode()).toEqual([`docker.io/${name}/with/path:second`, `docker.io/library/${name}:first`])
})

test('another configuration of the same files sends no layer', async () => {
  await load(build(`${name}:files`, 'files'))
  const again = build(`${name}:configured`, 'files', 'ENV WORD=configured')
  expect((await load(again)).lines).toEqual([expect.stringMatching(/^sent 0 of 3 layers, 0\.0 MB/)])
  expect(await output(again, 'configured', ['sh', '-c', 'echo $WORD'])).toEqual(['configured'])
})

test('a node that keeps no contents of unpacked layers, as those of kind, runs the image', async () => {
  const whole = build(`${name}:whole`, 'whole')
  await load(whole)
  const layers: string[] = JSON.parse(
    run('docker', ['image', 'inspect', '--format={{json .RootFS.Layers}}', whole]),
  )
  ctr('content', 'rm', ...layers)
  const next = build(`${name}:next`, 'next')
  expect((await load(next)).lines).toEqual([expect.stringMatching(/^sent 1 of 3 layers/)])
  expect(await output(next, 'next', ['sh', '-c', 'cat /word; wc -c </large'])).toEqual(['next', '30000000'])
})

test('an import that is cancelled leaves no process in the node and no image', async () => {
  const images = imagesInNode()
  for (const [number, waitMs] of [0, 150, 400, 700, 1_000].entries()) {
    writeFileSync(path.join(folder, 'large'), randomBytes(30_000_000))
    const reference = build(`${name}:cancelled-${number}`, 'cancelled')
    const { result } = await load(reference, AbortSignal.timeout(waitMs + 1))
    // A fast machine may be done before.
    if (result.ok) ctr('images', 'rm', `docker.io/library/${reference}`)
    expect(imagesInNode().filter(image => !images.includes(image))).toEqual([])
    while (
      run('docker', ['top', node, '-eo', 'pid,args']).includes(
        `import.devloop.invalid/docker.io/library/${name}`,
      )
    )
      await pause(50)
  }
})
