import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { permitContext } from '../../src/cluster/contexts.ts'
import { type ClusterFacts, detectProvider, type NodeFacts } from '../../src/cluster/detect.ts'
import { engineEnvOf } from '../../src/cluster/docker-context.ts'
import { sharedEngine } from '../../src/cluster/shared-engine.ts'
import { kubeContext } from '../fakes/kubeconfig.ts'

const docker: NodeFacts = { containerRuntime: 'docker://27.3.1', kernel: '6.10.4' }
const containerd: NodeFacts = { containerRuntime: 'containerd://1.7.2', kernel: '6.10.4' }
const image = { signal: new AbortController().signal, onLine() {} }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-provider-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Puts a docker command on a PATH of its own, which says what engine it talks to and counts its runs. */
function fakeDocker(script: string): string {
  const bin = path.join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(path.join(bin, 'docker'), `#!/bin/sh\necho run >> ${folder}/runs\n${script}\n`)
  chmodSync(path.join(bin, 'docker'), 0o755)
  return `${bin}:/usr/bin:/bin`
}

function detect(
  name: string,
  nodes: readonly NodeFacts[] | undefined,
  { server = 'https://127.0.0.1:6443', allowed = [], env = {}, ...registry }: Partial<Options> = {},
) {
  return detectProvider({
    permitted: permit(name, server, allowed),
    ...(nodes && { nodes }),
    ...registry,
    env: { HOME: folder, ...env },
    engineEnv: {},
  })
}

function engineEnv(name: string, env: Record<string, string> = {}) {
  const permitted = permit(name, 'https://127.0.0.1:6443', [])
  return engineEnvOf(permitted, { HOME: folder, ...env }, image.signal)
}

function permit(name: string, server: string, allowed: readonly string[]) {
  const permitted = permitContext(kubeContext({ name, server }), allowed, {})
  if (!permitted.ok) throw new Error(permitted.failure.message)
  return permitted.value
}

interface Options extends Pick<ClusterFacts, 'advertised' | 'registry'> {
  readonly server: string
  readonly allowed: readonly string[]
  readonly env: Record<string, string>
}

test.each([
  ['docker-desktop', {}],
  ['orbstack', {}],
  ['rancher-desktop', {}],
  ['colima', {}],
  ['devloop-testbed', {}],
  ['minikube', { MINIKUBE_ACTIVE_DOCKERD: 'minikube' }],
])('what is built for %s is there already', async (name, env) => {
  expect(detect(name, [docker], { env }).describe()).toContain('nothing to load')
})

test('a cluster of one Docker node on this machine that the Devfile allows shares its engine too', () => {
  const options = { allowed: ['my-box'] }
  expect(detect('my-box', [docker], options).describe()).toContain('nothing to load')
  const remote = { ...options, server: 'https://10.0.0.7:6443' }
  expect(detect('my-box', [docker], remote).describe()).not.toContain('nothing to load')
})

test.each([
  [
    'kind-shop',
    [containerd, containerd],
    'kind cluster shop: layers that its nodes lack are imported by ctr',
  ],
  ['kind-shop', undefined, 'kind cluster shop: layers that its nodes lack are imported by ctr'],
  ['k3d-shop', [containerd], 'k3d cluster shop: layers that its nodes lack are imported by ctr'],
  ['minikube', [docker], 'minikube profile minikube: whole images are loaded by minikube'],
  ['minikube', [containerd, containerd], 'minikube profile minikube: whole images are loaded by minikube'],
  ['default', [containerd], 'k3s: layers that its nodes lack are imported by ctr'],
  ['microk8s', [containerd], 'MicroK8s: layers that its nodes lack are imported by ctr'],
  [
    'docker-desktop',
    [containerd, containerd],
    'Docker Desktop, whose nodes pull from its engine: nothing to load',
  ],
])('%s says how images get into it', (name, nodes, way) => {
  expect(detect(name, nodes).describe()).toBe(way)
})

test.each(['kind-shop', 'k3d-shop', 'minikube', 'default'])('%s says what would be faster', name => {
  expect(detect(name, [containerd]).advice).toMatch(/registry|--docker|container-runtime=docker/)
})

test.each([
  ['docker-desktop', [docker, docker], 'a registry'],
  ['docker-desktop', undefined, 'a registry'],
  ['default', [containerd, containerd], 'a registry'],
  ['colima', [containerd], '--runtime docker'],
  ['rancher-desktop', [containerd], 'dockerd (moby)'],
])(
  '%s opens, and only when an image is to be brought in says why it cannot be',
  async (name, nodes, cure) => {
    expect(await detect(name, nodes).load('shop/web:1', image)).toMatchObject({
      failure: {
        code: 'cluster/no-provider',
        message: expect.stringMatching(/^devloop cannot bring images into .+\.$/),
        why: expect.any(String),
        cure: expect.stringContaining(cure),
      },
    })
  },
)

const advertised = { host: 'localhost:5001', hostFromNodes: 'kind-registry:5000' }
const named = { host: 'localhost:5000', hostFromNodes: 'localhost:5000' }

test('the registry that a cluster tells of is the way in, except where engine and node are one', () => {
  expect(detect('kind-shop', [containerd], { advertised }).describe()).toContain(
    'the registry localhost:5001',
  )
  expect(detect('kind-shop', undefined, { advertised }).describe()).toContain('the registry localhost:5001')
  expect(detect('docker-desktop', [docker], { advertised }).describe()).toContain('nothing to load')
})

test('the Devfile has the last word on the registry', () => {
  const options = { advertised, registry: named }
  expect(detect('kind-shop', [containerd], options).describe()).toContain('the registry localhost:5000')
  expect(detect('docker-desktop', [docker], options).describe()).toContain('the registry localhost:5000')
  const without = detect('kind-shop', [containerd], { advertised, registry: false })
  expect(without.describe()).not.toContain('registry localhost')
})

test("docker is pointed at the cluster's engine, unless the user points it elsewhere", async () => {
  for (const name of ['desktop-linux', 'colima-work']) {
    const meta = path.join(folder, '.docker/contexts/meta', name)
    mkdirSync(meta, { recursive: true })
    writeFileSync(path.join(meta, 'meta.json'), JSON.stringify({ Name: name }))
  }
  expect(await engineEnv('docker-desktop')).toEqual({ DOCKER_CONTEXT: 'desktop-linux' })
  expect(await engineEnv('colima-work')).toEqual({ DOCKER_CONTEXT: 'colima-work' })
  expect(await engineEnv('orbstack')).toEqual({})
  const env = { DOCKER_HOST: 'unix:///my.sock' }
  expect(await engineEnv('docker-desktop', env)).toEqual({})
})

const engine = { version: '27.3.1', kernel: '6.10.4' }

test('an engine that is the node’s own is asked once', async () => {
  const engineEnv = { PATH: fakeDocker('echo 27.3.1 6.10.4') }
  const provider = sharedEngine({ name: 'colima', engineEnv, engine })
  expect((await provider.load('shop/web:1', image)).ok).toBe(true)
  expect((await provider.load('shop/web:2', image)).ok).toBe(true)
  expect(readFileSync(path.join(folder, 'runs'), 'utf8')).toBe('run\n')
})

test('images in another engine than the node’s are noticed before a pod fails to pull them', async () => {
  const engineEnv = { PATH: fakeDocker('echo 27.3.1 6.99.0') }
  const provider = sharedEngine({ name: 'colima', engineEnv, engine })
  expect(await provider.load('shop/web:1', image)).toMatchObject({
    failure: {
      code: 'cluster/no-provider',
      why: expect.stringContaining('6.99.0'),
      cure: expect.stringContaining('DOCKER_HOST'),
    },
  })
})

test('images that another tool than docker builds are noticed, too', async () => {
  const engineEnv = { PATH: fakeDocker('exit 1'), KIND_EXPERIMENTAL_PROVIDER: 'podman' }
  const provider = sharedEngine({ name: 'colima', engineEnv, engine })
  expect(await provider.load('shop/web:1', image)).toMatchObject({
    failure: { code: 'cluster/no-provider', message: expect.stringContaining('podman') },
  })
})

test('an engine that cannot be asked does not stop the loop', async () => {
  const engineEnv = { PATH: fakeDocker('exit 1') }
  const provider = sharedEngine({ name: 'colima', engineEnv, engine })
  expect((await provider.load('shop/web:1', image)).ok).toBe(true)
})
