import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { BuildRequest } from '../../src/build/builder.ts'
import { buildpacksBuilder } from '../../src/build/buildpacks/buildpacks.ts'
import { dockerCommand } from '../../src/build/docker-command.ts'
import type { BuildpacksDefinition } from '../../src/model/image.ts'
import { exec } from '../../src/util/exec.ts'
import { writeDockerConfig } from '../fakes/docker-config.ts'
import { isRunning } from '../processes.ts'

const tools = path.resolve(import.meta.dirname, '../fakes/tools')
const ref = `devloop-test/packs-${process.pid}`
const signal = new AbortController().signal
let folder = ''
let app = ''

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-packs-'))
  app = path.join(folder, 'app')
  await mkdir(path.join(app, 'src'), { recursive: true })
  await write({
    'package.json': '{"main": "src/server.js", "scripts": {"check": "node --check src/server.js"}}',
    'src/server.js': 'console.log(1)\n',
  })
  vi.stubEnv('PATH', `${tools}${path.delimiter}${process.env.PATH}`)
  vi.stubEnv('FAKE_PACK_LOG', path.join(folder, 'log'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test('what the Devfile says reaches pack, and nothing else is asked of it', async () => {
  await write({ '../build.env': 'A=1\n', '../buildpack/buildpack.toml': '' })
  vi.stubEnv('DOCKER_HOST', 'unix:///run/user/1000/nobody-here.sock')
  await build({
    builder: 'example/builder',
    buildpacks: ['paketo-buildpacks/nodejs', path.join(folder, 'buildpack')],
    env: { BP_NODE_VERSION: '22 LTS', BP_KEEP_FILES: '' },
    envFile: path.join(folder, 'build.env'),
    trustBuilder: true,
    pull: true,
    network: 'host',
    volumes: [`${folder}:/platform/bindings/shop`],
    cache: 'shop-cache',
  })
  expect(await calls()).toEqual([
    `DOCKER_HOST=unix:///run/user/1000/nobody-here.sock build ${ref}:devloop --no-color --path=${app} ` +
      `--builder=example/builder --buildpack=paketo-buildpacks/nodejs --buildpack=${folder}/buildpack ` +
      `--env=BP_NODE_VERSION=22 LTS --env=BP_KEEP_FILES= --env-file=${folder}/build.env --trust-builder ` +
      `--pull-policy=always --network=host --volume=${folder}:/platform/bindings/shop ` +
      '--cache=type=build;format=volume;name=shop-cache --docker-host=inherit',
  ])
})

test('a build that asks for nothing special gives pack no options for it, and uses the engine of docker', async () => {
  await useDockerConfig()
  await build({})
  expect(await calls()).toEqual([
    `DOCKER_HOST=unix://${folder}/engine.sock build ${ref}:devloop --no-color --path=${app} --builder=example/builder --pull-policy=if-not-present`,
  ])
})

test('a context of docker that is not there is named, and no other engine is used in its place', async () => {
  await useDockerConfig()
  vi.stubEnv('DOCKER_CONTEXT', 'nowhere')
  expect(await failure({})).toMatchObject({
    code: 'build/no-engine',
    message: expect.stringContaining('no context nowhere'),
    cure: expect.stringContaining('docker context ls'),
  })
})

describe('what counts as read', () => {
  test('all of the folder, whatever .gitignore says, since pack uploads it', async () => {
    await write({ '.gitignore': 'src\n' })
    const { roots, ignores } = await inputs()
    expect(roots).toEqual([app])
    expect(ignores?.(path.join(app, 'src/server.js'), false)).toBe(false)
  })

  test('not what project.toml excludes, but project.toml itself', async () => {
    await write({
      'project.toml': `[_]
schema-version = "0.2"
[io.buildpacks]
exclude = [
  "/README.md",   # only at the top
  "*.md",
  "!keep.md",
  'project.toml',
  "tmp/",
]
`,
    })
    const { roots, ignores } = await inputs()
    const isRead = (name: string) =>
      roots.includes(path.join(app, name)) || !ignores?.(path.join(app, name), false)
    const names = [
      'README.md',
      'docs/a.md',
      'docs/keep.md',
      'tmp/x',
      'a/tmp/x',
      'tmp.js',
      'project.toml',
      'src/server.js',
    ]
    expect(names.filter(isRead)).toEqual(['docs/keep.md', 'tmp.js', 'project.toml', 'src/server.js'])
    expect(ignores?.(path.join(app, 'docs'), true)).toBe(false)
  })

  test('an excluded folder is not looked into where nothing can come back from it', async () => {
    await write({ 'project.toml': '[build]\nexclude = ["node_modules"]\n' })
    const { ignores } = await inputs()
    expect(ignores?.(path.join(app, 'node_modules'), true)).toBe(true)
    expect(ignores?.(path.join(app, 'src'), true)).toBe(false)
  })

  test('only what project.toml includes', async () => {
    await write({
      'project.toml': '[_]\nschema-version = "0.2"\n[io.buildpacks]\ninclude = ["/src", "package.json"]\n',
    })
    const { ignores } = await inputs()
    const names = ['src/server.js', 'lib/src/a.js', 'package.json', 'notes.txt']
    const read = names.filter(name => !ignores?.(path.join(app, name), false))
    expect(read).toEqual(['src/server.js', 'package.json'])
    expect(ignores?.(path.join(app, 'lib'), true)).toBe(false)
  })

  test('buildpacks on this machine and the file of variables, wherever they are', async () => {
    await write({
      'project.toml': `[_]
schema-version = "0.2"
[io.buildpacks]
exclude = ["buildpacks"]
[[io.buildpacks.group]]
uri = "buildpacks/own/"
[[io.buildpacks.group]]
uri = "docker://example/buildpack"
[[io.buildpacks.pre.group]]
uri = "../before"
`,
    })
    const envFile = path.join(folder, 'build.env')
    const { roots, ignores } = await inputs({ envFile, buildpacks: ['paketo-buildpacks/go', '/packs/mine'] })
    expect(new Set(roots)).toEqual(
      new Set([app, envFile, '/packs/mine', path.join(app, 'buildpacks/own'), path.join(folder, 'before')]),
    )
    expect(ignores?.(path.join(app, 'buildpacks/own/bin/build'), false)).toBe(false)
    expect(ignores?.(path.join(app, 'buildpacks/other'), true)).toBe(true)
  })

  test('the same object until project.toml says something else, so that nothing is watched anew', async () => {
    const builder = buildpacksBuilder(definition({}), dockerCommand({}))
    const first = await builder.inputs()
    expect(await builder.inputs()).toEqual(first)
    const [one, other] = await Promise.all([builder.inputs(), builder.inputs()])
    expect(one.ok && other.ok && one.value === other.value).toBe(true)
    await write({ 'project.toml': '[build]\nexclude = ["a"]\n' })
    const changed = await builder.inputs()
    expect(changed.ok && changed.value.ignores?.(path.join(app, 'a'), false)).toBe(true)
  })
})

describe('a build that fails says why, where and what to do', () => {
  beforeEach(putEngineThere)

  test('a buildpack that fails: its own lines, the file and the line', async () => {
    await write({ 'src/server.js': 'const ok = 1\nconst = 2\n' })
    const failed = await failure({ env: { BP_NODE_RUN_SCRIPTS: 'check' } })
    expect(failed).toMatchObject({
      code: 'build/failed',
      message: `The image ${ref} could not be built: a buildpack failed (status 51).`,
      at: { file: path.join(app, 'src/server.js'), line: 2 },
      why: "SyntaxError: Unexpected token '='",
    })
    expect(failed?.output?.[0]).toBe('Paketo Buildpack for Node Run Script 1.0.22')
    expect(failed?.output?.join('\n')).not.toContain('ERROR: failed to build')
  })

  test('the lines of a trusted builder have no names of phases, and are read all the same', async () => {
    await write({ 'src/server.js': 'const = 2\n' })
    const failed = await failure({
      builder: 'paketobuildpacks/builder',
      env: { BP_NODE_RUN_SCRIPTS: 'check' },
    })
    expect(failed).toMatchObject({ at: { line: 1 }, message: expect.stringContaining('status 51') })
  })

  test('an application that no buildpack fits', async () => {
    await rm(path.join(app, 'package.json'))
    expect(await failure({})).toMatchObject({
      message: expect.stringContaining('no buildpack of the builder fits the application (status 20)'),
      why: expect.stringContaining('No buildpack groups passed detection'),
      at: { file: app },
      cure: expect.stringContaining('context'),
    })
  })

  test.each([
    ['none', undefined, 'build/missing-input', 'No builder is given', "builder: '"],
    [
      'one that is not there',
      'example/nowhere',
      'build/failed',
      'example/nowhere cannot be had',
      'docker login',
    ],
    ['an image that is none', 'example/no-builder', 'build/failed', 'is no builder', 'pack builder suggest'],
    [
      'one that is not trusted',
      'example/no-lifecycle',
      'build/failed',
      'is not trusted',
      'trustBuilder: true',
    ],
  ])('the builder: %s', async (_, builder, code, message, cure) => {
    expect(await failure({ builder })).toMatchObject({
      code,
      message: expect.stringContaining(message),
      cure: expect.stringContaining(cure),
    })
  })

  test('without pack, how to install it, and what devloop waits for', async () => {
    vi.stubEnv('PATH', path.join(folder, 'empty'))
    vi.stubEnv('DOCKER_HOST', 'unix:///var/run/docker.sock')
    expect(await failure({})).toMatchObject({
      code: 'build/no-tool',
      tool: 'pack',
      cure: expect.stringContaining('brew install buildpacks/tap/pack'),
    })
  })

  test('an engine that does not answer is no fault of the image', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock')
    await writeFile(path.join(folder, 'bin/docker'), '#!/bin/sh\nexit 1\n')
    expect(await failure({})).toMatchObject({
      code: 'build/no-engine',
      why: expect.stringContaining('unix:///nowhere/docker.sock'),
    })
  })

  test('a status that only its range tells something of', async () => {
    await writeFile(
      path.join(folder, 'pack'),
      `#!/bin/sh\necho 'ERROR: failed to build: executing lifecycle: failed with status code: 62'\nexit 1\n`,
      { mode: 0o755 },
    )
    vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env.PATH}`)
    expect(await failure({})).toMatchObject({
      message: expect.stringContaining('writing the image failed (status 62)'),
    })
  })
})

test('cancelling ends all that the build has started', async () => {
  vi.stubEnv('FAKE_PACK_HANGS', '1')
  await putEngineThere()
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
  expect(child).toBeGreaterThan(0)
  await vi.waitFor(() => expect(isRunning(child)).toBe(false))
})

const isEngineThere =
  (await exec({ command: 'docker', args: ['image', 'inspect', 'node:20-alpine'], signal, timeoutMs: 10_000 }))
    .status === 'succeeded'

test.runIf(isEngineThere)(
  'the same application is the same tag, another one another, and the image holds it',
  async () => {
    const docker = dockerCommand({})
    const tags: string[] = []
    try {
      for (const text of ['console.log(1)\n', 'console.log(1)\n', 'console.log(2)\n']) {
        await write({ 'src/server.js': text })
        const built = await build({})
        if (!built.ok) throw new Error(JSON.stringify(built.failure))
        tags.push(built.value.reference)
      }
      expect(tags[0]).toMatch(/:devloop-[0-9a-f]{16}$/)
      expect(tags[1]).toBe(tags[0])
      expect(tags[2]).not.toBe(tags[0])
      const ran = await docker.run(['run', '--rm', '--network=none', tags[2] ?? ''], signal)
      expect(ran).toEqual({ ok: true, value: ['2'] })
    } finally {
      await docker.run(['image', 'rm', ...new Set(tags), `${ref}:devloop`], signal)
    }
  },
  60_000,
)

function definition(
  options: Partial<{ [Key in keyof BuildpacksDefinition]: BuildpacksDefinition[Key] | undefined }>,
): BuildpacksDefinition {
  const { builder = 'builder' in options ? undefined : 'example/builder', ...others } = options
  const given = Object.fromEntries(
    Object.entries({ builder, ...others }).filter(([, value]) => value !== undefined),
  )
  return { kind: 'buildpacks', context: app, buildpacks: [], env: {}, sync: { kind: 'off' }, ...given }
}

async function inputs(options: Partial<BuildpacksDefinition> = {}) {
  const found = await buildpacksBuilder(definition(options), dockerCommand({})).inputs()
  if (!found.ok) throw new Error(found.failure.message)
  return found.value
}

function build(options: Parameters<typeof definition>[0], request: Partial<BuildRequest> = {}) {
  return buildpacksBuilder(definition(options), dockerCommand({})).build({
    ref,
    bases: new Map(),
    signal,
    onLine: () => {},
    ...request,
  })
}

async function useDockerConfig(): Promise<void> {
  const config = await writeDockerConfig(folder, '/nowhere/docker-buildx')
  vi.stubEnv('DOCKER_HOST', undefined)
  vi.stubEnv('DOCKER_CONTEXT', undefined)
  vi.stubEnv('DOCKER_CONFIG', config.folder)
}

/** A docker whose engine answers and makes nothing: what a failing build needs, on a machine without any. */
async function putEngineThere(): Promise<void> {
  await mkdir(path.join(folder, 'bin'))
  await writeFile(path.join(folder, 'bin/docker'), '#!/bin/sh\n', { mode: 0o755 })
  vi.stubEnv('PATH', `${folder}/bin${path.delimiter}${process.env.PATH}`)
}

async function failure(options: Parameters<typeof definition>[0]) {
  const built = await build(options)
  return built.ok ? undefined : built.failure
}

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(app, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(path.join(folder, 'log'), 'utf8')).trim().split('\n')
}
