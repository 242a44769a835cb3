import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DockerCommand, dockerCommand } from '../../src/build/docker-command.ts'
import { findImages } from '../../src/build/engine-images.ts'

const node = 'a'.repeat(64)
const web = 'b'.repeat(64)
const { signal } = new AbortController()

let folder: string
let docker: DockerCommand
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-images-'))
  docker = {
    ...dockerCommand({ LOG: path.join(folder, 'log'), DOCKER_HOST: `unix://${folder}/nobody.sock` }),
    command: path.join(folder, 'docker'),
  }
  // What Docker 20.10 does: it prints all that it finds, and fails where one was missing.
  await says(`
    for name; do
      case $name in
        node:20) echo 'sha256:${node} ["node:20","node:lts"]' ;;
        shop/web:1) echo 'sha256:${web} ["shop/web:1"]' ;;
        *:*) echo "Error: No such image: $name" >&2; missing=1 ;;
      esac
    done
    exit \${missing:-0}`)
})
// The stand-in of the last test may be about to write its log.
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

test('what is there is found beside what is not, under the names as they were asked for', async () => {
  const found = await findImages(docker)(['nope:1', 'docker.io/library/node:20', 'shop/web:1'], signal)
  // The stand-in knows the short name alone; the engine knows both.
  expect(found.ok && [...found.value.keys()]).toEqual(['shop/web:1'])
  const short = await findImages(docker)(['nope:1', 'node:20'], signal)
  expect(short).toEqual({
    ok: true,
    value: new Map([['node:20', { id: `sha256:${node}`, names: ['node:20', 'node:lts'] }]]),
  })
})

test('what many images ask within one moment is one question', async () => {
  const find = findImages(docker)
  const [one, other] = await Promise.all([
    find(['node:20', 'nope:1'], signal),
    find(['node:20', 'shop/web:1'], signal),
  ])
  expect(one.ok && [...one.value.keys()]).toEqual(['node:20'])
  expect(other.ok && [...other.value.keys()]).toEqual(['node:20', 'shop/web:1'])
  expect(await questions()).toHaveLength(1)
})

test('two hundred images are more than one question, and all are found', async () => {
  const find = findImages(docker)
  const asked = Array.from({ length: 200 }, (_, index) => find([`nope:${index}`, 'node:20'], signal))
  const found = await Promise.all(asked)
  expect(found.every(one => one.ok && one.value.has('node:20'))).toBe(true)
  expect((await questions()).length).toBeGreaterThan(1)
})

test('an engine that is away is told from one that has none of the images', async () => {
  await says('echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock." >&2; exit 1')
  expect(await findImages(docker)(['node:20'], signal)).toMatchObject({
    failure: { code: 'build/no-engine' },
  })
})

test('an engine that says nothing keeps nobody who does not want to wait', async () => {
  await says('exec sleep 2')
  const controller = new AbortController()
  const asked = findImages(docker)(['node:20'], controller.signal)
  controller.abort()
  expect(await asked).toMatchObject({ ok: false })
})

async function says(script: string) {
  await writeFile(docker.command, `#!/bin/sh\necho "$*" >>"$LOG"\n${script}\n`)
  await chmod(docker.command, 0o755)
}

async function questions(): Promise<readonly string[]> {
  return (await readFile(path.join(folder, 'log'), 'utf8')).trim().split('\n')
}
