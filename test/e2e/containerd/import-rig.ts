import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { podType } from '../../../src/model/kube-api.ts'
import { openRealCluster, type RealCluster } from '../real-cluster.ts'

/** The container that stands for the node; `ctr` there is the real one, and so is its containerd. */
export const node = 'devloop-testbed-control-plane'

/** Images of a test of its own, in the engine and in the node. */
export interface ImportRig extends AsyncDisposable {
  readonly real: RealCluster
  /** Begins the names of its images. */
  readonly name: string
  /** Builds an image of some 30 MB whose highest layers are small. */
  build(reference: string, word: string, ...more: readonly string[]): string
  /** Gives the images that are built from now on another large layer. */
  renewLargeLayer(): void
  /** The names that the node has of its images. */
  imagesInNode(): readonly string[]
  /** What a pod of the image prints. It never asks a registry. */
  output(image: string, pod: string, command: readonly string[]): Promise<readonly string[]>
}

export function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

export function ctr(...args: readonly string[]): string {
  return run('docker', ['exec', node, 'ctr', '--namespace=k8s.io', ...args])
}

export async function openImportRig(purpose: string): Promise<ImportRig> {
  const folder = mkdtempSync(path.join(tmpdir(), `devloop-${purpose}-`))
  const name = `devloop-e2e-${purpose}-${process.pid}`
  const real = await openRealCluster(purpose)
  const imagesInNode = () =>
    ctr('images', 'ls', '--quiet')
      .split('\n')
      .filter(line => line.includes(name))
  const renewLargeLayer = () => writeFileSync(path.join(folder, 'large'), randomBytes(30_000_000))
  renewLargeLayer()
  return {
    real,
    name,
    imagesInNode,
    renewLargeLayer,
    build(reference, word, ...more) {
      writeFileSync(path.join(folder, 'word'), `${word}\n`)
      const lines = ['FROM busybox:1.36', 'COPY large /large', 'COPY word /word', ...more]
      writeFileSync(path.join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
      run('docker', ['build', '--quiet', '--tag', reference, folder])
      return reference
    },
    output: (image, pod, command) => output(real, { image, pod, command }),
    async [Symbol.asyncDispose]() {
      await real[Symbol.asyncDispose]()
      for (const filter of [`reference=${name}`, `reference=${name}/*/*`]) {
        const format = '--format={{.Repository}}:{{.Tag}}'
        const images = run('docker', ['image', 'ls', `--filter=${filter}`, format])
        for (const image of images.split('\n').filter(Boolean)) run('docker', ['image', 'rm', image])
      }
      for (const image of imagesInNode()) ctr('images', 'rm', image)
      rmSync(folder, { recursive: true })
    },
  }
}

async function output(
  { namespace, cluster: { api } }: RealCluster,
  { image, pod, command }: { image: string; pod: string; command: readonly string[] },
): Promise<readonly string[]> {
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
