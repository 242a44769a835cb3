import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { dockerBuilder } from '../../src/build/docker.ts'
import { dockerCommand } from '../../src/build/docker-command.ts'
import { dockerEngine } from '../../src/build/docker-engine.ts'
import type { DockerDefinition } from '../../src/model/image.ts'

const standIn = path.resolve(import.meta.dirname, '../fakes/docker')
const id = 'a1b2c3d4e5f6a7b8'.padEnd(64, '0')
let folder = ''

/** Every option of `docker()` that is passed on. */
const everything: Partial<DockerDefinition> = {
  target: 'debug',
  platform: 'linux/arm64',
  network: 'default',
  cacheFrom: ['shop/cache', 'shop/web:cache', 'type=local,src=/c'],
  args: { A: '1 2' },
  labels: { team: 'shop' },
  pull: true,
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-dialect-'))
  await writeFile(path.join(folder, 'Dockerfile'), 'FROM node\nCOPY . /app\n')
  vi.stubEnv('FAKE_DOCKER_LOG', path.join(folder, 'log'))
  vi.stubEnv('FAKE_DOCKER_ID', id)
  vi.stubEnv('DOCKER_BUILDKIT', undefined)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

describe('podman', () => {
  test('is given what it calls by another name, and nothing that it refuses', async () => {
    await use('podman')
    await build(everything)
    expect(await calls()).toEqual([
      'build --iidfile=ID --file=HERE/Dockerfile --target=debug --platform=linux/arm64 --pull=always ' +
        '--cache-from=shop/cache --build-arg=A=1 2 --label=team=shop HERE',
      `tag sha256:${id} docker.io/shop/web:devloop-a1b2c3d4e5f6a7b8`,
    ])
  })

  test('asks no registry for bases that are there', async () => {
    await use('podman')
    await build({ network: 'none' })
    expect((await calls())[0]).toBe(
      'build --iidfile=ID --file=HERE/Dockerfile --pull=missing --network=none HERE',
    )
  })

  test('puts the image where Kubernetes looks for the name, not below localhost', async () => {
    await use('podman')
    expect(await build({})).toEqual({
      ok: true,
      value: { reference: 'docker.io/shop/web:devloop-a1b2c3d4e5f6a7b8' },
    })
  })
})

test('nerdctl is given a name for the image, so that each build takes that of the last', async () => {
  await use('nerdctl')
  await build(everything)
  expect(await calls()).toEqual([
    'build --progress=plain --iidfile=ID --file=HERE/Dockerfile --tag=shop/web:devloop --target=debug ' +
      '--platform=linux/arm64 --pull=true --network=default --cache-from=shop/cache --cache-from=shop/web:cache ' +
      '--cache-from=type=local,src=/c --build-arg=A=1 2 --label=team=shop HERE',
    `tag sha256:${id} shop/web:devloop-a1b2c3d4e5f6a7b8`,
  ])
})

describe('the classic builder', () => {
  test('is used where DOCKER_BUILDKIT=0 asks for it, without the options that it does not know', async () => {
    await use('docker')
    vi.stubEnv('DOCKER_BUILDKIT', '0')
    await build(everything)
    expect((await calls())[0]).toBe(
      'build --force-rm --iidfile=ID --file=HERE/Dockerfile --target=debug --platform=linux/arm64 --pull --network=default ' +
        '--cache-from=shop/cache --cache-from=shop/web:cache --build-arg=A=1 2 --label=team=shop HERE',
    )
  })

  test.each([
    ['secrets', { secrets: [{ id: 'npm', env: 'PATH' }] }],
    ['ssh', { ssh: [{ id: 'default', path: '/' }] }],
  ])('is not started where it would need %s', async (name, options) => {
    await use('docker')
    vi.stubEnv('DOCKER_BUILDKIT', 'false')
    expect(await build(options)).toMatchObject({
      ok: false,
      failure: {
        message: expect.stringContaining(`no ${name}`),
        cure: expect.stringContaining('Unset it'),
      },
    })
    expect(await calls()).toEqual([])
  })
})

/** The only container tool that is installed; `test/fakes/docker` stands in for it. */
async function use(tool: string) {
  await symlink(standIn, path.join(folder, tool))
  vi.stubEnv('KIND_EXPERIMENTAL_PROVIDER', tool)
  vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env.PATH}`)
}

function build(options: Partial<DockerDefinition>) {
  const definition: DockerDefinition = {
    kind: 'docker',
    context: folder,
    dockerfile: path.join(folder, 'Dockerfile'),
    args: {},
    secrets: [],
    sync: { kind: 'off' },
    ...options,
  }
  const { signal } = new AbortController()
  const request = { ref: 'shop/web', bases: new Map(), signal, onLine: () => {} }
  return dockerBuilder(definition, dockerEngine(dockerCommand({}))).build(request)
}

/** What the tool was called with; the folder is `HERE`, and the file for the id `ID`. */
async function calls(): Promise<readonly string[]> {
  const log = await readFile(path.join(folder, 'log'), 'utf8').catch(() => '')
  const lines = log.split('\n').filter(line => line !== '')
  return lines.map(line => line.replace(/(?<=--iidfile=)\S+/, 'ID').replaceAll(folder, 'HERE'))
}
