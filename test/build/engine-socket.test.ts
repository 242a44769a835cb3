import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEngineSocket } from '../../src/build/engine-socket.ts'
import { writeDockerConfig } from '../fakes/docker-config.ts'

const { signal } = new AbortController()
const id = `sha256:${'a'.repeat(64)}`

let folder: string
let env: Readonly<Record<string, string>>
let server: Server
let asked: string[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-socket-'))
  const config = await writeDockerConfig(folder, '/nowhere/docker-buildx')
  env = { DOCKER_CONFIG: config.folder }
  asked = []
  answer = answerAsEngine
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(config.socket, resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

/** What Docker 20.10 was seen to answer. */
function answerAsEngine({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
  if (method === 'POST') response.writeHead(201).end()
  else if (url.startsWith('/images/shop/web%3A1/')) {
    response.end(JSON.stringify({ Id: id, RepoTags: ['shop/web:1', 'shop/web:newest'], Size: 5 }))
  } else response.writeHead(404).end(JSON.stringify({ message: 'No such image' }))
}

test("the engine of docker's context says which images it has, and which it has not", async () => {
  const found = await openEngineSocket(env)?.find(['shop/web:1', 'nope:1'], signal)
  expect(found).toEqual(new Map([['shop/web:1', { id, names: ['shop/web:1', 'shop/web:newest'] }]]))
})

test('an image gets its name, a port of its registry included', async () => {
  expect(await openEngineSocket(env)?.tag(id, 'localhost:5000/shop/web:devloop-1', signal)).toBe(true)
  expect(asked).toEqual([
    `POST /images/${encodeURIComponent(id)}/tag?repo=localhost%3A5000%2Fshop%2Fweb&tag=devloop-1`,
  ])
})

test.each<[string, typeof answer]>([
  ['an error', (_, response) => response.writeHead(500).end('{"message":"no space left on device"}')],
  ['something else than an engine says', (_, response) => response.end('hello')],
  ['a list in place of an image', (_, response) => response.end('[]')],
  ['a connection that is cut', (_, response) => response.destroy()],
  [
    'an answer that is cut',
    (_, response) => {
      response.writeHead(200, { 'content-length': 9 }).write('{', () => response.destroy())
    },
  ],
  ['more than any answer is', (_, response) => response.end('x'.repeat(2 * 1024 * 1024))],
])('%s is no answer, and the command line is left to say what is wrong', async (_, given) => {
  answer = given
  const socket = openEngineSocket(env)
  expect(await socket?.find(['shop/web:1'], signal)).toBeUndefined()
})

test('an engine that says nothing keeps nobody who does not want to wait', async () => {
  const controller = new AbortController()
  answer = () => controller.abort()
  expect(await openEngineSocket(env)?.tag(id, 'shop/web:1', controller.signal)).toBe(false)
})

test('an engine that is not there gives no answer', async () => {
  const socket = openEngineSocket({ DOCKER_HOST: `unix://${folder}/other.sock` })
  expect(await socket?.find(['shop/web:1'], signal)).toBeUndefined()
})

test('an engine on another machine is left to the command line', () => {
  expect(openEngineSocket({ ...env, DOCKER_HOST: 'ssh://me@there' })).toBeUndefined()
  expect(openEngineSocket({ ...env, DOCKER_HOST: 'tcp://127.0.0.1:2376' })).toBeUndefined()
  expect(openEngineSocket({ ...env, DOCKER_CONTEXT: 'nowhere' })).toBeUndefined()
})
