import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { permitContext } from '../../src/cluster/contexts.ts'
import { detectProvider } from '../../src/cluster/detect.ts'
import { engineEnvOf } from '../../src/cluster/docker-context.ts'
import { minikubeCluster } from '../../src/cluster/minikube.ts'
import { kubeContext } from '../fakes/kubeconfig.ts'
import { type ToolsOnPath, toolsOnPath } from '../fakes/tools-on-path.ts'

const { signal } = new AbortController()
const options = { signal, onLine() {} }

let tools: ToolsOnPath
beforeEach(() => {
  tools = toolsOnPath()
  symlinkSync(
    path.join(import.meta.dirname, '../fakes/tools/minikube'),
    path.join(tools.folder, 'bin/minikube'),
  )
  write('images', 'registry.k8s.io/pause:3.9\n')
  write('runtime', 'docker')
})
afterEach(() => tools[Symbol.dispose]())

function write(name: string, contents = '') {
  writeFileSync(path.join(tools.folder, name), contents)
}

function permit(profile = 'minikube') {
  const context = kubeContext({ name: profile, server: 'https://192.168.49.2:8443' })
  const permitted = permitContext(context, [], {})
  if (!permitted.ok) throw new Error(permitted.failure.message)
  return permitted.value
}

const node = { containerRuntime: 'docker://27.3.1', kernel: '6.10.4' }
const engineEnv = {
  DOCKER_TLS_VERIFY: '1',
  DOCKER_HOST: 'tcp://192.168.49.2:2376',
  DOCKER_CERT_PATH: '/home/me/.minikube/certs',
  MINIKUBE_ACTIVE_DOCKERD: 'minikube',
}

test('builds go to the engine of the node without a word from the user', async () => {
  expect(await engineEnvOf(permit(), {}, signal)).toEqual(engineEnv)
  const provider = detectProvider({ permitted: permit(), nodes: [node], env: {}, engineEnv })
  expect(provider.describe()).toBe('minikube, which shares the Docker engine: nothing to load')
})

test('what the user has chosen in the shell stays, and minikube is not asked', async () => {
  const env = { DOCKER_HOST: 'tcp://192.168.49.2:2376', MINIKUBE_ACTIVE_DOCKERD: 'minikube' }
  expect(await engineEnvOf(permit(), env, signal)).toEqual({})
  expect(tools.log()).toEqual([])
  const provider = detectProvider({ permitted: permit(), nodes: [node], env, engineEnv: {} })
  expect(provider.describe()).toContain('nothing to load')
})

test('with another runtime builds stay in the engine of this machine, and images are loaded once', async () => {
  write('runtime', 'containerd')
  expect(await engineEnvOf(permit(), {}, signal)).toEqual({})
  const containerd = { containerRuntime: 'containerd://1.7.2', kernel: '6.10.4' }
  const provider = detectProvider({ permitted: permit(), nodes: [containerd], env: {}, engineEnv: {} })
  for (const reference of ['shop/web:devloop-1', 'web:devloop-1', 'shop/web:devloop-1']) {
    expect(await provider.load(reference, options)).toEqual({ ok: true, value: reference })
  }
  const images = readFileSync(path.join(tools.folder, 'images'), 'utf8')
  expect(images).toBe(
    'registry.k8s.io/pause:3.9\ndocker.io/shop/web:devloop-1\ndocker.io/library/web:devloop-1\n',
  )
  expect(tools.log().filter(line => line.includes('load'))).toEqual([
    'minikube --profile minikube image load --daemon shop/web:devloop-1',
    'minikube --profile minikube image load --daemon web:devloop-1',
  ])
})

test('an image that did not get into the node is noticed, though minikube reports success', async () => {
  write('full')
  expect(await minikubeCluster('minikube', {}).load('shop/web:1', options)).toMatchObject({
    failure: {
      code: 'cluster/load',
      message: 'shop/web:1 could not be loaded into minikube.',
      cure: expect.stringContaining('minikube --profile minikube image load shop/web:1'),
      output: [expect.stringContaining('no space left on device')],
    },
  })
})

test('a profile that is gone says so', async () => {
  expect(await minikubeCluster('other', {}).load('shop/web:1', options)).toMatchObject({
    failure: { code: 'cluster/load', why: expect.stringContaining('profile other not found') },
  })
})

test('a missing minikube is named', async () => {
  process.env.PATH = path.join(tools.folder, 'nothing')
  expect(await engineEnvOf(permit(), {}, signal)).toEqual({})
  expect(await minikubeCluster('minikube', {}).load('shop/web:1', options)).toMatchObject({
    failure: { code: 'cluster/no-provider', cure: 'Put minikube on the PATH.' },
  })
})
