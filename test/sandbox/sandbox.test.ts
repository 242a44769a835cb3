import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectCluster } from '../../src/cluster/connect.ts'
import { runningSandbox, startSandbox, stopSandbox } from '../../src/sandbox/lifecycle.ts'
import { openEngine } from '../../src/session/image-engine.ts'
import { sandboxImageSocket } from '../../src/util/sandbox-place.ts'
import { isRunning } from '../processes.ts'
import { obstacle } from './obstacle.ts'
import { openSandbox, type RunningSandbox } from './running.ts'

const { signal } = new AbortController()

describe.skipIf(obstacle !== '')(`the sandbox${obstacle}`, () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox()
  }, 60_000)
  afterAll(() => sandbox[Symbol.asyncDispose]())

  test('devloop takes it for a cluster on this machine, and for the current one where there is no other', async () => {
    const found = await connectCluster({ env: process.env, allowed: [], signal })
    expect(found).toMatchObject({ ok: true, value: { context: 'devloop-sandbox' } })
    if (!found.ok) return
    expect(found.value.provider(undefined).name).toBe('the sandbox')
    await found.value.close()
  })

  test('a pod finds a service by its name, and the API with its account', async () => {
    await sandbox.apply(pod('web', server, { app: 'web' }))
    await sandbox.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 3000 }] },
    })
    await sandbox.pod('web', ({ phase }) => phase === 'Running')
    await sandbox.apply(pod('client', client))
    await sandbox.pod('client', ({ phase }) => phase === 'Succeeded' || phase === 'Failed')
    expect(await sandbox.log('client')).toEqual(['hello from web', '200 web'])
  })

  test('a nodePort is at 127.0.0.1 of this machine, and gone when the service asks for none', async () => {
    const nodePort = 30_000 + (process.pid % 2_768)
    const service = (type: string, port: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'outside', namespace: 'default' },
      spec: { type, selector: { app: 'outside' }, ports: [{ port: 80, targetPort: 3000, ...port }] },
    })
    const ask = async () =>
      (await fetch(`http://127.0.0.1:${nodePort}/`).catch(() => undefined))?.text().catch(() => 'cut')
    await sandbox.apply(service('NodePort', { nodePort }))
    await sandbox.apply(pod('outside', server, { app: 'outside' }))
    await expect.poll(ask, { timeout: 20_000 }).toBe('hello from web')
    expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill('hello from web'))
    await sandbox.apply(service('ClusterIP', {}))
    await expect.poll(ask).toBeUndefined()
  })

  test('a pod waits for its image, starts as soon as it is built, and keeps it from being removed', async () => {
    await sandbox.apply({ ...pod('built', ['cat', '/made'], {}, 'shop:1') })
    const { containerStatuses: [waiting] = [] } = await sandbox.pod('built', status =>
      Boolean(status.containerStatuses?.[0]?.state.waiting?.reason.includes('Image')),
    )
    expect(waiting?.state.waiting?.message).toContain('shop:1')
    const { images } = openEngine({ kind: 'sandbox', socket: sandboxImageSocket(sandbox.folder) })
    const lines: string[] = []
    const built = await images.build({
      definition: await definition(path.join(sandbox.folder, 'context')),
      text: 'FROM busybox\nRUN echo at $(date +%Y) > /made\n',
      ...{ ref: 'shop', ownBases: new Map(), secrets: new Map(), signal, onLine: line => lines.push(line) },
    })
    if (!built.ok) throw new Error(`${JSON.stringify(built.failure)}\n${lines.join('\n')}`)
    expect(await images.isUsed(built.value, signal)).toEqual({ ok: true, value: false })
    await images.tag(built.value, 'shop:1', signal)
    await sandbox.pod('built', ({ phase }) => phase === 'Succeeded')
    expect(await sandbox.log('built')).toEqual([expect.stringMatching(/^at \d{4}$/)])
    expect(await images.isUsed(built.value, signal)).toEqual({ ok: true, value: true })
  })

  test('a build that is broken off ends with all that it has started', async () => {
    const { images } = openEngine({ kind: 'sandbox', socket: sandboxImageSocket(sandbox.folder) })
    const stopping = new AbortController()
    const result = await images.build({
      definition: await definition(path.join(sandbox.folder, 'context')),
      text: 'FROM busybox\nRUN echo begun && sleep 987654\n',
      ...{ ref: 'shop', ownBases: new Map(), secrets: new Map(), signal: stopping.signal },
      onLine: line => line.includes('begun') && !line.includes('RUN') && stopping.abort(),
    })
    expect(result.ok).toBe(false)
    await expect.poll(() => commandLines().filter(one => one.includes('987654'))).toEqual([])
  })

  test('another start says that it runs; its end leaves nothing but images and certificates', async () => {
    const { env, platform, execPath } = process
    const again = { env, platform, server: [execPath, '-e', ''], endsWithStacks: false, signal }
    expect(await startSandbox(again)).toMatchObject({ failure: { code: 'sandbox/running' } })
    const pid = runningSandbox(env)?.pid ?? 0
    expect(isRunning(pid)).toBe(true)
    expect(await stopSandbox(env, signal)).toEqual({ ok: true, value: true })
    expect(isRunning(pid)).toBe(false)
    expect(readdirSync(sandbox.folder).filter(name => name !== 'context')).toEqual([
      'certificates.json',
      'images',
    ])
    expect(await stopSandbox(env, signal)).toEqual({ ok: true, value: false })
  })
})

test.each(['darwin', 'win32'] as const)('on %s it says how to get a cluster instead', async platform => {
  const folder = path.join(import.meta.dirname, 'never-made')
  const start = { env: { XDG_STATE_HOME: folder }, platform, server: [], endsWithStacks: false, signal }
  expect(await startSandbox(start)).toMatchObject({
    failure: { code: 'sandbox/platform', cure: expect.stringContaining('minikube start') },
  })
  expect(existsSync(folder)).toBe(false)
})

const server = ['node', '-e', "require('http').createServer((_, a) => a.end('hello from web')).listen(3000)"]

const client = [
  'node',
  '-e',
  `const { readFileSync } = require('fs')
  const account = '/var/run/secrets/kubernetes.io/serviceaccount/'
  const token = readFileSync(account + 'token', 'utf8')
  const headers = { authorization: 'Bearer ' + token }
  const ca = readFileSync(account + 'ca.crt')
  const get = (url, options) => new Promise((resolve, reject) =>
    require(url.split(':')[0]).get(url, options, async answer => {
      let text = ''
      for await (const part of answer) text += part
      resolve([answer.statusCode, text])
    }).on('error', reject))
  ;(async () => {
    console.log((await get('http://web/', {}))[1])
    const [status, text] = await get('https://kubernetes.default.svc/api/v1/namespaces/default/services/web', { headers, ca })
    console.log(status, JSON.parse(text).metadata.name)
  })()`,
]

function pod(name: string, command: readonly string[], labels = {}, image = 'node:20-alpine') {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image, command }] },
  }
}

async function definition(context: string) {
  await mkdir(context, { recursive: true })
  const dockerfile = path.join(context, 'Dockerfile')
  await writeFile(dockerfile, '')
  return { kind: 'docker', context, dockerfile, args: {}, secrets: [], sync: { kind: 'off' } } as const
}

/** Of all processes of this machine. */
function commandLines(): readonly string[] {
  return readdirSync('/proc').flatMap(pid => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      return []
    }
  })
}
