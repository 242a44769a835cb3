import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { staticServer } from '../../../src/sandbox/images/static-server.ts'
import { freePort } from '../../e2e/project.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'devloop-static-'))
const port = await freePort()
const program = path.join(folder, 'httpd-foreground')

beforeAll(() => {
  writeFileSync(program, staticServer)
  chmodSync(program, 0o755)
  mkdirSync(path.join(folder, 'pages/sub'), { recursive: true })
  writeFileSync(path.join(folder, 'pages/index.html'), 'the first page')
  writeFileSync(path.join(folder, 'pages/sub/index.html'), 'the second page')
  writeFileSync(path.join(folder, 'pages/a b.css'), 'a {}')
  writeFileSync(path.join(folder, 'secret'), 'no page')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The path as it is: `fetch` would put it in order first. */
async function get(at: string, method = 'GET') {
  const asked = request({ port, path: at, method, agent: false }).end()
  const [answer] = await once(asked, 'response')
  const { statusCode, headers } = answer
  return {
    status: statusCode,
    type: headers['content-type'],
    location: headers.location,
    text: await text(answer),
  }
}

test('pages are served as they are now, and nothing outside of their folder is', async () => {
  const server = spawn(program, [path.join(folder, 'pages'), String(port)], { stdio: 'inherit' })
  try {
    await expect.poll(() => get('/').catch(() => undefined)).toMatchObject({ status: 200 })
    expect(await get('/')).toMatchObject({ type: 'text/html', text: 'the first page' })
    expect(await get('/sub')).toMatchObject({ status: 301, location: 'sub/' })
    expect(await get('/sub/?q')).toMatchObject({ status: 200, text: 'the second page' })
    expect(await get('/a%20b.css')).toMatchObject({ type: 'text/css', text: 'a {}' })
    expect(await get('/', 'HEAD')).toMatchObject({ status: 200, text: '' })
    writeFileSync(path.join(folder, 'pages/index.html'), 'edited')
    expect(await get('/')).toMatchObject({ text: 'edited' })
    for (const [at, status] of Object.entries({
      '/none': 404,
      '/%': 400,
      '/a%00b': 400,
      '/../secret': 404,
      '/..%2fsecret': 403,
    }))
      expect({ at, ...(await get(at)) }).toMatchObject({ at, status })
    expect(await get('/', 'POST')).toMatchObject({ status: 405 })
  } finally {
    server.kill('SIGTERM')
    expect((await once(server, 'exit'))[0]).toBe(0)
  }
})
