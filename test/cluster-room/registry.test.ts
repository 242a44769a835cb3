import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registryProvider } from '../../src/cluster/registry.ts'
import type { AdvertisedRegistry } from '../../src/cluster/registry-address.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const reference = 'shop/web:devloop-0123456789abcdef'
/** As the command line of 28.2 printed it for an engine of 20.10. */
const pushed = `echo 'The push refers to repository [localhost:5000/shop/web]'
echo '6550e32dbac0: Preparing'
echo 'aa0e32dbac0f: Layer already exists'
echo '6550e32dbac0: Retrying in 3 seconds'
echo '6550e32dbac0: Pushed'
echo 'devloop-0123456789abcdef: digest: ${digest} size: 527'`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-registry-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A docker command that writes down what it is asked, and pushes as the script says. */
function fakeDocker(push: string): Record<string, string> {
  const bin = path.join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const script = `#!/bin/sh\necho "$*" >>${folder}/asked\nif [ "$1" = push ]; then\n${push}\nfi\n`
  writeFileSync(path.join(bin, 'docker'), script)
  chmodSync(path.join(bin, 'docker'), 0o755)
  return { PATH: `${bin}:/usr/bin:/bin` }
}

function asked(): readonly string[] {
  return readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n')
}

async function fakeRegistry(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Where nothing listens. */
const nobody = 'localhost:1'

function load(
  { host = nobody, ...registry }: Partial<AdvertisedRegistry>,
  push: string,
  signal = new AbortController().signal,
) {
  const lines: string[] = []
  const provider = registryProvider({
    name: 'kind',
    registry: { host, hostFromNodes: 'registry:5000', ...registry },
    engineEnv: fakeDocker(push),
  })
  const onLine = (line: string) => lines.push(line)
  return { lines, provider, loaded: provider.load(reference, { signal, onLine }) }
}

test('a new image is pushed, pods name it by the digest under the name of their nodes, and the engine keeps no name of it', async () => {
  const { loaded, lines } = load({}, pushed)
  expect(await loaded).toEqual({ ok: true, value: `registry:5000/shop/web@${digest}` })
  const target = `${nobody}/shop/web:devloop-0123456789abcdef`
  expect(asked()).toEqual([`tag ${reference} ${target}`, `push ${target}`, `image rm ${target}`])
  expect(lines).toEqual(['6550e32dbac0: Pushed', `devloop-0123456789abcdef: digest: ${digest} size: 527`])
})

test('an image that the registry holds costs one request', async () => {
  const requests: string[] = []
  await using registry = await fakeRegistry(({ method, url, headers }, response) => {
    requests.push(`${method} ${url} ${headers.accept?.includes('oci.image.index')}`)
    response.writeHead(200, { 'docker-content-digest': digest }).end()
  })
  const { loaded } = load({ host: `${registry.host}/team` }, 'exit 1')
  expect(await loaded).toEqual({ ok: true, value: `registry:5000/shop/web@${digest}` })
  expect(requests).toEqual(['HEAD /v2/team/shop/web/manifests/devloop-0123456789abcdef true'])
  expect(asked).toThrow('ENOENT')
})

test.each([
  ['does not hold it', 404, {}],
  ['wants to know who asks', 401, { 'www-authenticate': 'Basic' }],
  ['says something else', 200, { 'docker-content-digest': 'latest' }],
])('a registry that %s is pushed to', async (_, status, headers) => {
  await using registry = await fakeRegistry((_request, response) => {
    response.writeHead(status, headers).end()
  })
  const { loaded } = load({ host: registry.host }, pushed)
  expect(await loaded).toMatchObject({ ok: true })
  expect(asked()).toHaveLength(3)
})

test.each([
  [
    'Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    'The registry localhost:1 does not answer the Docker engine.',
    'Start it',
  ],
  [
    'Get "https://localhost:1/v2/": http: server gave HTTP response to HTTPS client',
    'plain HTTP',
    '"insecure-registries": ["localhost:1"]',
  ],
  ['no basic auth credentials', 'does not let you push', 'docker login localhost:1'],
  ['denied: requested access to the resource is denied', 'does not let you push', 'docker login localhost:1'],
  [
    'Get "https://localhost:1/v2/": x509: certificate signed by unknown authority',
    'does not trust the certificate',
    '/etc/docker/certs.d/localhost:1/ca.crt',
  ],
  ['received unexpected HTTP status: 500 Internal Server Error', 'did not take the image', "registry's log"],
])('a push that ends with "%s" says what to do', async (said, message, cure) => {
  const { loaded } = load({ help: 'https://kind.example/registry' }, `echo '${said}' >&2; exit 1`)
  expect(await loaded).toMatchObject({
    failure: {
      code: 'cluster/load',
      message: expect.stringContaining(message),
      why: said,
      cure: expect.stringContaining(cure),
    },
  })
  expect(await loaded).toMatchObject({
    failure: { cure: expect.stringContaining('https://kind.example/registry') },
  })
  expect(asked().at(-1)).toMatch(/^image rm /)
})

test('an engine that is away is told as such, and so tried again when it is back', async () => {
  const said =
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'
  const { loaded } = load({}, `echo '${said}' >&2; exit 1`)
  expect(await loaded).toMatchObject({ failure: { code: 'build/no-engine', why: said } })
})

test('a push that says no digest is a failure, and no image without one', async () => {
  const { loaded } = load({}, 'echo pushed')
  expect(await loaded).toMatchObject({ failure: { code: 'cluster/load', output: ['pushed'] } })
})

test('a newer change ends the push, and no name of it stays in the engine', async () => {
  const controller = new AbortController()
  const { loaded, lines } = load({}, 'echo "layer: Pushed"; exec sleep 60', controller.signal)
  await expect.poll(() => lines).toEqual(['layer: Pushed'])
  controller.abort()
  expect(await loaded).toMatchObject({ ok: false })
  expect(asked().at(-1)).toMatch(/^image rm /)
})

test('the way is shown with both names of the registry', async () => {
  const { provider, loaded } = load({ host: 'localhost:5000' }, pushed)
  await loaded
  expect(provider.describe()).toContain('kind, by the registry localhost:5000 (registry:5000 for its nodes)')
})

test('an image that manifests name as the registry has it keeps its name in the engine', async () => {
  const provider = registryProvider({
    name: 'kind',
    registry: { host: nobody, hostFromNodes: nobody },
    engineEnv: fakeDocker(pushed),
  })
  const own = `${nobody}/${reference}`
  const loaded = await provider.load(own, { signal: new AbortController().signal, onLine() {} })
  expect(loaded).toEqual({ ok: true, value: `${nobody}/shop/web@${digest}` })
  expect(asked()).toEqual([`push ${own}`])
})

test('a tool that pushes by itself is given the name by which the nodes find the image', () => {
  const registry = { host: 'localhost:5000/team', hostFromNodes: 'registry:5000/team' }
  const provider = registryProvider({ name: 'kind', registry, engineEnv: {} })
  expect(provider.pushName?.('shop/web')).toBe('localhost:5000/team/shop/web')
})
