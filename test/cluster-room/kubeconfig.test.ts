import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path, { delimiter } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type KubeContext, type KubeconfigRequest, loadContext } from '../../src/cluster/kubeconfig.ts'
import type { Failure } from '../../src/model/failure.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-kubeconfig-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes a kubeconfig, and says where. */
function write(name: string, content: object | string): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

/** A kubeconfig with contexts whose cluster and user have the same name. */
function config(names: readonly string[], more: object = {}) {
  return {
    contexts: names.map(name => ({ name, context: { cluster: name, user: name } })),
    clusters: names.map((name, index) => ({
      name,
      cluster: { server: `https://127.0.0.1:${7000 + index}` },
    })),
    users: names.map(name => ({ name, user: { token: `token of ${name}` } })),
    ...more,
  }
}

function load(request: Partial<KubeconfigRequest> & { files?: readonly string[] }): KubeContext {
  const loaded = tryLoad(request)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure))
  return loaded.value
}

function failure(request: Partial<KubeconfigRequest> & { files?: readonly string[] }): Failure {
  const loaded = tryLoad(request)
  if (loaded.ok) throw new Error('it was loaded')
  return loaded.failure
}

function tryLoad({
  files,
  ...request
}: Partial<KubeconfigRequest> & { files?: readonly string[] | undefined }) {
  const env = { HOME: folder, ...(files && { KUBECONFIG: files.join(delimiter) }) }
  return loadContext({ env, ...request })
}

test('the sandbox is found by its context, and is the current one where there is no other', () => {
  const own = write('own', config(['own'], { 'current-context': 'own' }))
  const bare = write('bare', config(['own']))
  write('.local/state/devloop/sandbox/kubeconfig', config(['sandbox'], { 'current-context': 'sandbox' }))
  expect(load({}).name).toBe('sandbox')
  expect(load({ files: [bare] }).name).toBe('sandbox')
  expect(load({ files: [own] }).name).toBe('own')
  expect(load({ files: [own], context: 'sandbox' }).name).toBe('sandbox')
  expect(failure({ kubeconfig: own, context: 'sandbox' }).code).toBe('cluster/no-context')
})

test('without KUBECONFIG the file in the home folder counts', () => {
  write('.kube/config', config(['home'], { 'current-context': 'home' }))
  expect(load({}).name).toBe('home')
  expect(load({ files: [''] }).name).toBe('home')
})

test('files of KUBECONFIG are merged as kubectl does: the first that says something wins, missing ones are skipped', () => {
  const first = write('first.yaml', config(['shared', 'one']))
  const second = write('second.yaml', {
    ...config(['two', 'shared'], { 'current-context': 'two' }),
    clusters: [
      { name: 'two', cluster: { server: 'https://127.0.0.1:9001' } },
      { name: 'shared', cluster: { server: 'https://example.com' } },
    ],
  })
  const files = [path.join(folder, 'missing.yaml'), first, second]

  expect(load({ files })).toMatchObject({ name: 'two', server: 'https://127.0.0.1:9001' })
  expect(load({ files, context: 'shared' })).toMatchObject({ server: 'https://127.0.0.1:7000' })
  expect(load({ files, context: 'shared' }).cluster.file).toBe(first)
})

test('a context of one file may name the cluster and user of another', () => {
  const contexts = write('contexts.yaml', {
    'current-context': 'dev',
    contexts: [{ name: 'dev', context: { cluster: 'box', user: 'me', namespace: 'shop' } }],
  })
  const rest = write('rest.yaml', {
    clusters: [{ name: 'box', cluster: { server: 'https://127.0.0.1:6443/' } }],
    users: [{ name: 'me', user: { token: 'secret' } }],
  })
  expect(load({ files: [contexts, rest] })).toMatchObject({
    namespace: 'shop',
    clusterName: 'box',
    server: 'https://127.0.0.1:6443',
  })
})

test('relative paths of certificates, tokens and plugins belong to the file that names them', () => {
  const file = write('clusters/dev/config', {
    'current-context': 'dev',
    contexts: [{ name: 'dev', context: { cluster: 'dev', user: 'dev' } }],
    clusters: [{ name: 'dev', cluster: { server: 'https://localhost', 'certificate-authority': 'ca.crt' } }],
    users: [
      {
        name: 'dev',
        user: {
          'client-certificate': '../me.crt',
          'client-key': '/keys/me.key',
          tokenFile: 'token',
          exec: { command: './login' },
        },
      },
    ],
  })
  const { cluster, user } = load({ kubeconfig: file })
  expect(cluster.fields['certificate-authority']).toBe(path.join(folder, 'clusters/dev/ca.crt'))
  expect(user.fields).toEqual({
    'client-certificate': path.join(folder, 'clusters/me.crt'),
    'client-key': '/keys/me.key',
    tokenFile: path.join(folder, 'clusters/dev/token'),
    exec: { command: path.join(folder, 'clusters/dev/login') },
  })
})

test('a plugin that is named without a path is looked for on PATH', () => {
  const file = write('config', {
    ...config(['dev'], { 'current-context': 'dev' }),
    users: [{ name: 'dev', user: { exec: { command: 'aws' } } }],
  })
  expect(load({ kubeconfig: file }).user.fields.exec).toEqual({ command: 'aws' })
})

test('--kubeconfig counts alone, and must exist', () => {
  const files = [write('env.yaml', config(['env'], { 'current-context': 'env' }))]
  const own = write('own.yaml', config(['own'], { 'current-context': 'own' }))
  expect(load({ files, kubeconfig: own }).name).toBe('own')
  expect(failure({ files, kubeconfig: path.join(folder, 'missing') })).toMatchObject({
    code: 'cluster/kubeconfig',
    at: { file: path.join(folder, 'missing') },
  })
})

test('a mistyped --context is met with the one that was probably meant', () => {
  const files = [write('config', config(['kind-shop', 'minikube'], { 'current-context': 'minikube' }))]
  const failed = failure({ files, context: 'kind-shpo' })
  expect(failed).toMatchObject({ code: 'cluster/no-context', cure: 'Did you mean --context kind-shop?' })
  expect(failed.why).toContain('kind-shop, minikube')
})

test('without any kubeconfig, or without a current context, the user reads what to do', () => {
  expect(failure({})).toMatchObject({
    code: 'cluster/no-context',
    why: `looked for ${path.join(folder, '.kube/config')}`,
    cure: expect.stringContaining('kind create cluster'),
  })
  const files = [write('config', config(['dev']))]
  expect(failure({ files })).toMatchObject({ code: 'cluster/no-context', why: 'it has: dev' })
  expect(failure({ files: [write('empty', '')] }).cure).toContain('minikube start')
})

test('a fault in the kubeconfig is told with its file and line', () => {
  const broken = write('broken', 'contexts:\n  - name: [\n')
  expect(failure({ kubeconfig: broken })).toMatchObject({
    code: 'cluster/kubeconfig',
    at: { file: broken, line: 3 },
  })
  const odd = write('odd', 'clusters: []\nusers:\n- name: ok\n  user: {}\n- 17\n')
  expect(failure({ kubeconfig: odd })).toMatchObject({ at: { file: odd, line: 5 } })
})

test('a context that leads nowhere is told with the entry to mend', () => {
  const contexts = [{ name: 'dev', context: { cluster: 'gone', user: 'me' } }]
  const dangling = write('dangling', { 'current-context': 'dev', contexts })
  expect(failure({ kubeconfig: dangling })).toMatchObject({
    message: expect.stringContaining('gone'),
    at: { object: 'contexts.dev.context.cluster' },
  })
  const clusters = [{ name: 'gone', cluster: { server: 'no url' } }]
  const noServer = write('no-server', {
    'current-context': 'dev',
    contexts,
    clusters,
    users: [{ name: 'me', user: {} }],
  })
  expect(failure({ kubeconfig: noServer })).toMatchObject({ at: { object: 'clusters.gone.cluster.server' } })
})
