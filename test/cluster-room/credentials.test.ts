import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readCredentials } from '../../src/cluster/credentials.ts'
import type { KubeContext } from '../../src/cluster/kubeconfig.ts'
import { Transport } from '../../src/cluster/transport.ts'
import { FakeApiServer, sendJson, sendStatus, tlsFolder } from '../fakes/api-server.ts'
import { kubeContext } from '../fakes/kubeconfig.ts'

const tlsFile = (name: string) => path.join(tlsFolder, name)
const tlsData = (name: string) => readFileSync(tlsFile(name)).toString('base64')
const trusting = { 'certificate-authority': tlsFile('ca.crt') }

let folder: string
let server: FakeApiServer
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-credentials-'))
  server = await FakeApiServer.start({ tls: true })
  server.on('GET', '/whoami', ({ client, headers }, response) =>
    sendJson(response, { client, authorization: headers.authorization }),
  )
})
afterEach(async () => {
  vi.useRealTimers()
  await server.stop()
  rmSync(folder, { recursive: true })
})

function open(context: KubeContext): Transport {
  const credentials = readCredentials(context)
  if (!credentials.ok) throw new Error(JSON.stringify(credentials.failure))
  return new Transport(server.url, credentials.value)
}

async function whoAmI(entries: { cluster: Record<string, unknown>; user?: Record<string, unknown> }) {
  const transport = open(kubeContext(entries))
  const answer = await transport.json<{ client?: string; authorization?: string }>({ path: '/whoami' })
  transport.close()
  return answer
}

test('a client certificate counts, whether it stands in files or in the kubeconfig itself', async () => {
  const files = { 'client-certificate': tlsFile('client.crt'), 'client-key': tlsFile('client.key') }
  expect(await whoAmI({ cluster: trusting, user: files })).toMatchObject({ value: { client: 'client' } })

  const cluster = { 'certificate-authority-data': tlsData('ca.crt'), 'certificate-authority': '/nowhere' }
  const data = {
    'client-certificate-data': tlsData('client.crt'),
    'client-key-data': tlsData('client.key'),
    'client-key': '/nowhere',
  }
  expect(await whoAmI({ cluster, user: data })).toMatchObject({ value: { client: 'client' } })
})

test('a token is sent, and that of a file counts before one in the kubeconfig', async () => {
  expect(await whoAmI({ cluster: trusting, user: { token: 'abc' } })).toMatchObject({
    value: { authorization: 'Bearer abc' },
  })
  const tokenFile = path.join(folder, 'token')
  writeFileSync(tokenFile, 'from file\n')
  expect(await whoAmI({ cluster: trusting, user: { token: 'abc', tokenFile } })).toMatchObject({
    value: { authorization: 'Bearer from file' },
  })
})

test("a token's file is read anew when the server no longer accepts the token, and after a minute", async () => {
  const tokenFile = path.join(folder, 'token')
  writeFileSync(tokenFile, 'old')
  server.on('GET', '/strict', ({ headers }, response) => {
    if (headers.authorization === 'Bearer new') sendJson(response, {})
    else sendStatus(response, 401, 'Unauthorized')
  })
  const transport = open(kubeContext({ cluster: trusting, user: { tokenFile } }))
  expect(await transport.json({ path: '/strict' })).toMatchObject({ failure: { kind: 'unauthorized' } })
  writeFileSync(tokenFile, 'new')
  expect(await transport.json({ path: '/strict' })).toMatchObject({ ok: true })

  writeFileSync(tokenFile, 'newest')
  expect(await transport.json({ path: '/whoami' })).toMatchObject({ value: { authorization: 'Bearer new' } })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
  expect(await transport.json({ path: '/whoami' })).toMatchObject({
    value: { authorization: 'Bearer newest' },
  })
  transport.close()
})

test('a server that the kubeconfig does not vouch for is refused, in words that say so', async () => {
  const failure = {
    kind: 'unreachable',
    message: expect.stringContaining("the server's certificate is not"),
  }
  expect(await whoAmI({ cluster: {} })).toMatchObject({ failure })
  const other = { 'certificate-authority': tlsFile('other-ca.crt') }
  expect(await whoAmI({ cluster: other })).toMatchObject({ failure })
})

test('insecure-skip-tls-verify and tls-server-name mean what they mean to kubectl', async () => {
  expect((await whoAmI({ cluster: { 'insecure-skip-tls-verify': true } })).ok).toBe(true)
  expect((await whoAmI({ cluster: { ...trusting, 'tls-server-name': 'kubernetes.test' } })).ok).toBe(true)
  expect(await whoAmI({ cluster: { ...trusting, 'tls-server-name': 'other.test' } })).toMatchObject({
    failure: { kind: 'unreachable', message: expect.stringContaining('other.test') },
  })
})

test('a certificate file that is missing or broken is told with its entry of the kubeconfig', () => {
  const missing = { 'client-certificate': path.join(folder, 'missing.crt') }
  expect(readCredentials(kubeContext({ cluster: trusting, user: missing }))).toMatchObject({
    failure: {
      code: 'cluster/kubeconfig',
      at: { object: 'users.me.client-certificate' },
      why: expect.stringContaining('missing.crt'),
    },
  })
  const garbage = { 'client-certificate-data': 'Z2FyYmFnZQ==', 'client-key-data': tlsData('client.key') }
  expect(readCredentials(kubeContext({ cluster: trusting, user: garbage }))).toMatchObject({
    failure: { code: 'cluster/kubeconfig', at: { object: 'users.me' } },
  })
})

test.each([
  ['proxy-url', { cluster: { 'proxy-url': 'http://proxy:3128' } }],
  ['auth-provider', { user: { 'auth-provider': { name: 'gcp' } } }],
  ['username', { user: { username: 'me', password: 'secret' } }],
])('%s is said to be unsupported instead of being left out', (field, entries) => {
  expect(readCredentials(kubeContext(entries))).toMatchObject({
    failure: {
      code: 'cluster/kubeconfig',
      message: expect.stringContaining(field),
      cure: expect.any(String),
    },
  })
})
