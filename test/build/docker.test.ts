import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { announced } from '../../src/build/announced.ts'
import type { BuildRequest } from '../../src/build/builder.ts'
import { dockerBuilder } from '../../src/build/docker.ts'
import { dockerCommand } from '../../src/build/docker-command.ts'
import { dockerEngine } from '../../src/build/docker-engine.ts'
import type { DockerDefinition } from '../../src/model/image.ts'
import { writeDockerConfig } from '../fakes/docker-config.ts'
import { isRunning } from '../processes.ts'

const id = 'a1b2c3d4e5f6a7b8'.padEnd(64, '0')
const fakes = path.resolve(import.meta.dirname, '../fakes')
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-docker-'))
  vi.stubEnv('PATH', `${fakes}${path.delimiter}${process.env.PATH}`)
  vi.stubEnv('FAKE_DOCKER_LOG', path.join(folder, 'log'))
  vi.stubEnv('FAKE_DOCKER_ID', id)
  vi.stubEnv('DOCKER_HOST', undefined)
  vi.stubEnv('DOCKER_CONTEXT', undefined)
  const { folder: config } = await writeDockerConfig(folder, path.join(fakes, 'docker'))
  vi.stubEnv('DOCKER_CONFIG', config)
  await writeFile(path.join(folder, 'Dockerfile'), 'FROM shop/base:dev\nCOPY . /app\n')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test('an image is named after its content', async () => {
  const built = await build({})
  expect(built).toEqual({ ok: true, value: { reference: 'shop/web:devloop-a1b2c3d4e5f6a7b8' } })
  expect(await calls()).toContainEqual(`tag sha256:${id} shop/web:devloop-a1b2c3d4e5f6a7b8`)
})

test('target, arguments and secrets reach the build', async () => {
  vi.stubEnv('TOKEN', 'hunter2')
  await build({ target: 'debug', args: { VERSION: '1 2' }, secrets: [{ id: 'npm', env: 'TOKEN' }] })
  const call = (await calls()).find(line => line.startsWith('build'))
  expect(call).toContain('--target=debug --build-arg=VERSION=1 2 --secret=id=npm,env=TOKEN')
})

test('the value of a secret is not shown, even where the build prints it', async () => {
  vi.stubEnv('TOKEN', 'hunter2-long')
  vi.stubEnv('FAKE_DOCKER_SAYS', 'using hunter2-long')
  const lines: string[] = []
  await build({ secrets: [{ id: 'npm', env: 'TOKEN' }] }, { onLine: line => lines.push(line) })
  expect(lines.join('\n')).toContain('using ')
  expect(lines.join('\n')).not.toContain('hunter2')
})

test('a secret that is missing is named before anything is built', async () => {
  const built = await build({ secrets: [{ id: 'npm', env: 'NOT_SET' }] })
  expect(built).toMatchObject({
    ok: false,
    failure: { code: 'build/missing-input', message: expect.stringContaining('NOT_SET') },
  })
})

test('platform, network, cache sources, labels and newer bases reach the build', async () => {
  await build({
    platform: 'linux/arm64',
    network: 'host',
    cacheFrom: ['shop/web:cache', 'type=local,src=/var/cache'],
    labels: { team: 'shop web' },
    pull: true,
  })
  expect(await buildCall()).toContain(
    ' --platform=linux/arm64 --pull --network=host --cache-from=shop/web:cache --cache-from=type=local,src=/var/cache --label=team=shop web ',
  )
})

test('a build that asks for nothing special gives the engine no options for it', async () => {
  await build({})
  expect(await buildCall()).toMatch(/^build --progress=plain --iidfile=\S+ --file=\S+\/Dockerfile \S+$/)
})

test("docker's own plugin builds without docker in between, for the engine of docker's context", async () => {
  await writePlugin('plugin for $BUILDX_BUILDER')
  vi.stubEnv('BUILDX_BUILDER', undefined)
  await build({})
  expect(await calls()).toContain('plugin for desktop-linux')
  vi.stubEnv('BUILDX_BUILDER', 'mine')
  await build({})
  expect(await calls()).toContain('plugin for mine')
  vi.stubEnv('BUILDX_BUILDER', undefined)
  vi.stubEnv('DOCKER_HOST', `unix://${folder}/other.sock`)
  await build({})
  expect(await calls()).toContain('plugin for default')
})

test('the plugin asks git nothing, unless the user wants labels of it', async () => {
  await writePlugin('git: $BUILDX_GIT_INFO')
  await build({})
  expect(await calls()).toContain('git: false')
  vi.stubEnv('BUILDX_GIT_LABELS', '1')
  await build({})
  expect(await calls()).toContain('git: ')
})

test('newer bases are not asked for where only this engine has the base', async () => {
  await build({ pull: true }, { bases: new Map([['shop/base', 'shop/base:devloop-0123']]) })
  expect(await buildCall()).not.toContain('--pull')
})

test('the SSH agent and keys reach the build', async () => {
  vi.stubEnv('SSH_AUTH_SOCK', path.join(folder, 'agent'))
  await build({ ssh: 'default' })
  expect(await buildCall()).toContain(' --ssh=default ')
  const key = path.join(folder, 'key')
  await writeFile(key, '')
  await build({ ssh: [{ id: 'git', path: key }] })
  expect((await calls()).join('\n')).toContain(` --ssh=git=${key} `)
})

test('an SSH agent or key that is missing is named before anything is built', async () => {
  vi.stubEnv('SSH_AUTH_SOCK', undefined)
  expect(await build({ ssh: 'default' })).toMatchObject({
    ok: false,
    failure: { code: 'build/missing-input', why: expect.stringContaining('SSH_AUTH_SOCK') },
  })
  const key = path.join(folder, 'no-key')
  expect(await build({ ssh: [{ id: 'git', path: key }] })).toMatchObject({
    ok: false,
    failure: { code: 'build/missing-input', at: { file: key } },
  })
  await expect(calls()).rejects.toThrow('ENOENT')
})

test('an image of the same project is what FROM gets, under the name that the Dockerfile uses', async () => {
  await build({}, { bases: new Map([['shop/base', 'shop/base:devloop-0123']]) })
  expect((await calls())[0]).toBe('tag shop/base:devloop-0123 shop/base:dev')
})

test('an image of the same project is what COPY --from and RUN --mount get, too', async () => {
  const text = 'FROM alpine\nCOPY --from=shop/tools /t /t\nRUN --mount=from=shop/cache,target=/c make\n'
  await writeFile(path.join(folder, 'Dockerfile'), text)
  const bases = new Map([
    ['shop/tools', 'shop/tools:devloop-01'],
    ['shop/cache', 'shop/cache:devloop-02'],
  ])
  await build({}, { bases })
  expect((await calls()).slice(0, 2)).toEqual([
    'tag shop/tools:devloop-01 shop/tools',
    'tag shop/cache:devloop-02 shop/cache',
  ])
})

test('cancelling ends all that the build has started', async () => {
  vi.stubEnv('FAKE_DOCKER_HANGS', '1')
  const controller = new AbortController()
  let child = 0
  const built = build(
    {},
    {
      signal: controller.signal,
      onLine(line) {
        const started = /started (\d+)/.exec(line)?.[1]
        if (started === undefined) return
        child = Number(started)
        controller.abort()
      },
    },
  )
  expect(await built).toMatchObject({ ok: false })
  await vi.waitFor(() => expect(isRunning(child)).toBe(false))
})

test('a Dockerfile that is not there is named, and no build is started', async () => {
  await rm(path.join(folder, 'Dockerfile'))
  expect(await build({})).toMatchObject({
    ok: false,
    failure: { code: 'build/no-dockerfile', at: { file: path.join(folder, 'Dockerfile') } },
  })
  await expect(calls()).rejects.toThrow('ENOENT')
})

test('without a docker command the failure says so', async () => {
  const empty = path.join(folder, 'empty')
  vi.stubEnv('PATH', empty)
  expect(await build({})).toMatchObject({ ok: false, failure: { code: 'build/no-tool' } })
})

test('builds that are due at the same moment are tried together, and where that cannot be, each is built alone', async () => {
  const built = await buildTogether([{ ref: 'shop/web' }, { ref: 'shop/cart' }])
  expect(built.map(result => result.ok)).toEqual([true, true])
  expect((await calls()).map(call => call.split(' ')[0]).sort()).toEqual([
    'bake',
    'build',
    'build',
    'tag',
    'tag',
  ])
})

test('a build that bake would not do as well is not tried together with others', async () => {
  vi.stubEnv('SSH_AUTH_SOCK', folder)
  await buildTogether([
    { ref: 'shop/0', network: 'host' },
    { ref: 'shop/1', args: { WORD: '$' + '{word}' } },
    { ref: 'shop/2', ssh: 'default' },
  ])
  expect((await calls()).filter(call => call.startsWith('bake'))).toEqual([])
})

test('a docker command that may not be run counts as missing', async () => {
  const file = path.join(folder, 'docker')
  await writeFile(file, '')
  await chmod(file, 0o644)
  vi.stubEnv('PATH', folder)
  expect(await build({})).toMatchObject({ ok: false, failure: { code: 'build/no-tool' } })
})

test('what is watched stays the same object until the Dockerfile or .dockerignore says something else', async () => {
  const builder = dockerBuilder(definition({}), dockerEngine(dockerCommand({})))
  const inputs = async () => {
    const result = await builder.inputs()
    return result.ok ? result.value : undefined
  }
  const first = await inputs()
  expect(await inputs()).toBe(first)
  await writeFile(path.join(folder, '.dockerignore'), 'tmp\n')
  const second = await inputs()
  expect(second).not.toBe(first)
  expect(second?.ignores?.(path.join(folder, 'tmp'), true)).toBe(true)
})

function definition(options: Partial<DockerDefinition>): DockerDefinition {
  return {
    kind: 'docker',
    context: folder,
    dockerfile: path.join(folder, 'Dockerfile'),
    args: {},
    secrets: [],
    sync: { kind: 'off' },
    ...options,
  }
}

function build(options: Partial<DockerDefinition>, request: Partial<BuildRequest> = {}) {
  return dockerBuilder(definition(options), dockerEngine(dockerCommand({}))).build(requestOf(request))
}

/** Builds all at the same moment, as a session does. */
function buildTogether(images: readonly ({ readonly ref: string } & Partial<DockerDefinition>)[]) {
  const engine = dockerEngine(dockerCommand({}))
  return Promise.all(
    images.map(({ ref, ...options }) => {
      const builder = definition(options)
      return announced(dockerBuilder(builder, engine), { ref, builder }, engine).build(requestOf({ ref }))
    }),
  )
}

function requestOf(request: Partial<BuildRequest>): BuildRequest {
  const { signal } = new AbortController()
  return { ref: 'shop/web', bases: new Map(), signal, onLine: () => {}, ...request }
}

/** A plugin of docker that also logs something of its environment. */
async function writePlugin(logged: string): Promise<void> {
  const plugin = path.join(folder, 'plugins', 'docker-buildx')
  await rm(plugin)
  const script = `#!/bin/sh\necho "${logged}" >>"$FAKE_DOCKER_LOG"\nexec ${fakes}/docker "$@"\n`
  await writeFile(plugin, script, { mode: 0o755 })
}

async function buildCall(): Promise<string | undefined> {
  return (await calls()).find(line => line.startsWith('build'))
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(path.join(folder, 'log'), 'utf8')).trim().split('\n')
}
