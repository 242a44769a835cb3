import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { init } from '../../src/cli/init.ts'
import { makeFolder } from '../config/folder.ts'
import { deployment, service } from '../session/init/stack.ts'

let printed = ''
beforeEach(() => {
  printed = ''
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation(text => {
      printed += stripVTControlCharacters(String(text))
      return true
    })
  }
  // What it does when it is told to end is for its own process.
  vi.spyOn(process, 'once').mockReturnThis()
})
afterEach(() => vi.restoreAllMocks())

/** What `devloop init` prints in a folder of these files; gives its exit code. */
async function run(files: Readonly<Record<string, string>>) {
  const folder = makeFolder(files)
  vi.spyOn(process, 'cwd').mockReturnValue(folder.root)
  return { code: await init(), folder }
}

const web = deployment('web', { image: 'shop/web', env: { REDIS_URL: 'redis://redis:6379' } })

test('says what was understood, what is left to decide, and what comes next', async () => {
  const { code } = await run({
    'web/Dockerfile': 'FROM scratch\n',
    'worker/Dockerfile': 'FROM scratch\n',
    'k8s/web.yaml': web.concat(service('web', 80, 3000)),
    'k8s/redis.yaml': deployment('redis', { image: 'redis:7' }).concat(service('redis', 6379)),
  })
  expect(printed.replace(/in \d.*s$/m, 'in 20 ms')).toBe(`4 files looked at in 20 ms

images
✓ shop/web: docker({ context: 'web' })
    web/Dockerfile is of the same name

services
✓ redis
    Deployment/redis and Service/redis in k8s/redis.yaml
    not built here: redis:7
✓ web
    Deployment/web and Service/web in k8s/web.yaml
    forwarded: 8080:3000
    first after redis (its REDIS_URL names it)

for you to decide
! worker/Dockerfile: no manifest names an image that it makes.
    If one should: write \`image: shop/worker\` in it, and 'shop/worker': docker({ context: 'worker' }) to images.

Devfile.ts is written. Next: devloop up
`)
  expect(code).toBe(0)
})

test('without manifests nothing is written, and what is missing is said', async () => {
  const { code, folder } = await run({
    Dockerfile: 'FROM scratch\n',
    'compose.yaml': 'services: { web: { build: . } }\n',
  })
  expect(printed).toMatch(/compose\.yaml: no manifests were found for web\./)
  expect(printed).toMatch(
    /error No Devfile was written: there are no Kubernetes manifests to run\.\n.*\n +fix/,
  )
  expect(() => readFileSync(folder.file('Devfile.ts'))).toThrow('ENOENT')
  expect(code).toBe(1)
})

test('a Devfile that is there stays, and is named', async () => {
  const { code, folder } = await run({ 'Devfile.mjs': '// mine\n', 'k8s/web.yaml': web })
  expect(printed).toMatch(/error There is a Devfile already.*\n +at +Devfile\.mjs\n +fix/)
  expect(readFileSync(folder.file('Devfile.mjs'), 'utf8')).toBe('// mine\n')
  expect(() => readFileSync(folder.file('Devfile.ts'))).toThrow('ENOENT')
  expect(code).toBe(1)
})
