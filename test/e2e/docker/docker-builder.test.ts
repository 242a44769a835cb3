import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { announced } from '../../../src/build/announced.ts'
import type { BuildRequest } from '../../../src/build/builder.ts'
import { dockerBuilder } from '../../../src/build/docker.ts'
import { dockerCommand } from '../../../src/build/docker-command.ts'
import { dockerEngine } from '../../../src/build/docker-engine.ts'
import type { DockerDefinition } from '../../../src/model/image.ts'
import { processesWith } from '../devloop.ts'

/** The real engine; no cluster. */
const project = `e2e-docker-builder-${process.pid}-${Date.now()}`
const ref = `${project}/web`
const run = promisify(execFile)
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-e2e-docker-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})
afterAll(async () => {
  const images = await imagesOf(`${project}/*`)
  if (images.length > 0) await run('docker', ['image', 'rm', '--force', ...images])
})

describe('each option reaches the engine', () => {
  test('target and args', async () => {
    const text = 'FROM busybox AS one\nARG WORD\nRUN echo $WORD > /word\nFROM busybox\nRUN false\n'
    const built = await build(text, { target: 'one', args: { WORD: 'a b' } })
    expect(await inContainer(built, 'cat', '/word')).toBe('a b')
  })

  test('secrets, which are neither shown nor in the image', async () => {
    vi.stubEnv('E2E_SECRET', 'from-environment')
    await write('secret', 'from-file')
    const lines: string[] = []
    const built = await build(
      `FROM busybox
RUN --mount=type=secret,id=a --mount=type=secret,id=b echo ${project} && cat /run/secrets/a /run/secrets/b && \\
  cat /run/secrets/a /run/secrets/b | wc -c > /length`,
      {
        secrets: [
          { id: 'a', file: path.join(folder, 'secret') },
          { id: 'b', env: 'E2E_SECRET' },
        ],
      },
      { onLine: line => lines.push(line) },
    )
    expect(await inContainer(built, 'cat', '/length')).toBe(String('from-filefrom-environment'.length))
    expect(await inContainer(built, 'sh', '-c', 'ls /run/secrets 2>&1 || true')).toBe('')
    expect(lines.join('\n')).toContain('[secret]')
    expect(lines.join('\n')).not.toContain('from-file')
  })

  test('SSH, by an agent and by a key', async () => {
    const key = path.join(folder, 'key')
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const text = (id: string) =>
      `FROM busybox\nRUN --mount=type=ssh,id=${id},required=true test -S "$SSH_AUTH_SOCK" && echo ${id} > /id\n`
    const byKey = await build(text('git'), { ssh: [{ id: 'git', path: key }] })
    expect(await inContainer(byKey, 'cat', '/id')).toBe('git')

    const { stdout } = await run('ssh-agent', ['-s'])
    const [, socket = '', pid = ''] = /SSH_AUTH_SOCK=([^;]+);.*SSH_AGENT_PID=(\d+)/s.exec(stdout) ?? []
    onTestFinished(() => {
      process.kill(Number(pid))
    })
    vi.stubEnv('SSH_AUTH_SOCK', socket)
    const byAgent = await build(text('default'), { ssh: 'default' })
    expect(await inContainer(byAgent, 'cat', '/id')).toBe('default')
  })

  test('platform and labels', async () => {
    const built = await build('FROM busybox\n', { platform: 'linux/amd64', labels: { team: 'shop web' } })
    const format = '{{.Os}}/{{.Architecture}} {{.Config.Labels.team}}'
    const { stdout } = await run('docker', ['image', 'inspect', '--format', format, built])
    expect(stdout.trim()).toBe('linux/amd64 shop web')
  })

  test('network: none has no interface but its own, host has those of the engine’s host', async () => {
    const text = 'FROM busybox\nRUN ls /sys/class/net > /interfaces\n'
    const none = await build(text, { network: 'none' })
    expect(await inContainer(none, 'cat', '/interfaces')).toBe('lo')
    const { stdout } = await run('docker', [
      'run',
      '--rm',
      '--network=host',
      'busybox',
      'ls',
      '/sys/class/net',
    ])
    const host = await build(`${text}# host\n`, { network: 'host' })
    expect(await inContainer(host, 'cat', '/interfaces')).toContain(stdout.split('\n')[0])
  })

  test('sources of layers: one that is not there fails no build', async () => {
    const built = await build('FROM busybox\nRUN echo cached > /word\n', { cacheFrom: [`${project}/cache`] })
    expect(await inContainer(built, 'cat', '/word')).toBe('cached')
  })

  test('newer bases: what no registry has is told with the line of its FROM', async () => {
    const result = await tryBuild(`# only here\nFROM ${project}.invalid/base:1\n`, { pull: true })
    expect(result).toMatchObject({
      ok: false,
      failure: {
        code: 'build/failed',
        at: { file: path.join(folder, 'Dockerfile'), line: 2 },
        why: expect.stringContaining('.invalid'),
        cure: expect.stringContaining('FROM'),
      },
    })
  })
})

test('the newest build of a base reaches the image that is made, copies or mounts from it', async () => {
  const base = `${project}/base`
  const word = async (text: string) => {
    const made = await build(`FROM busybox\nRUN echo ${text} > /word\n`, {}, { ref: base })
    const bases = new Map([[`docker.io/${base}`, made]])
    const built = await build(
      `FROM ${base}:dev
RUN cp /word /made
COPY --from=${base} /word /copied
RUN --mount=from=${base}:tools,target=/base cp /base/word /mounted
RUN cat /made /copied /mounted > /words`,
      {},
      { bases },
    )
    return inContainer(built, 'cat', '/words')
  }
  expect(await word('first')).toBe('first\nfirst\nfirst')
  expect(await word('second')).toBe('second\nsecond\nsecond')
})

describe('a build that fails', () => {
  test('says which step, with its exit code and its own last words', async () => {
    const result = await tryBuild('FROM busybox\n\nRUN echo before; echo why >&2; exit 7\n')
    expect(result).toMatchObject({
      ok: false,
      failure: {
        code: 'build/failed',
        message: expect.stringContaining('RUN echo before'),
        at: { file: path.join(folder, 'Dockerfile'), line: 3 },
        why: expect.stringMatching(/exit code: 7$/),
        output: expect.arrayContaining([expect.stringContaining('why')]),
      },
    })
  })

  test('says which file is not there, or which word is wrong', async () => {
    expect(await tryBuild('FROM busybox\nCOPY nope /x\n')).toMatchObject({
      failure: { at: { line: 2 }, why: expect.stringMatching(/nope.*exit code 1/) },
    })
    expect(await tryBuild('FROM busybox\nRUNN x\n')).toMatchObject({
      failure: { code: 'build/dockerfile-syntax', at: { line: 2 }, why: 'docker build: exit code 1' },
    })
  })
})

test('a cancelled build leaves no process, no tag and no file, and its step has ended', async () => {
  const mark = { DEVLOOP_E2E_MARK: project }
  const cache = `--mount=type=cache,id=${project},target=/cache,sharing=locked`
  // Other tests have their builds in the system's.
  const temporary = path.join(folder, 'tmp')
  await mkdir(temporary)
  vi.stubEnv('TMPDIR', temporary)
  const controller = new AbortController()
  const lines: string[] = []
  const cancelled = tryBuild(
    `FROM busybox\nRUN ${cache} echo running && sleep 600\n`,
    {},
    {
      ref: `${project}/cancelled`,
      env: mark,
      signal: controller.signal,
      onLine(line) {
        lines.push(line)
        if (line === 'running') controller.abort()
      },
    },
  )
  expect(await cancelled).toMatchObject({ ok: false })
  expect(lines).toContain('running')
  expect(processesWith('DEVLOOP_E2E_MARK', project)).toEqual([])
  expect(await imagesOf(`${project}/cancelled`)).toEqual([])
  expect(await readdir(temporary)).toEqual([])
  // Only one step at a time may have the cache: this one waits for the end of the other.
  await build(`FROM busybox\nRUN ${cache} true\n`)
})

describe('images that are due at the same moment', () => {
  const names = ['one', 'two', 'three'] as const

  test('are what each would be alone, under no other name, and say what each would say', async () => {
    const lines = { one: [] as string[], two: [] as string[], three: [] as string[] }
    const built = await buildTogether(
      name => `FROM busybox AS base\nRUN echo ${project} made-${name} && echo ${name} > /name\nFROM base\n`,
      name => ({ ...labelled(name), onLine: line => lines[name].push(line) }),
    )
    for (const [index, name] of names.entries()) {
      const result = built[index]
      if (!result?.ok) throw new Error(JSON.stringify(result))
      expect(await inContainer(result.value.reference, 'cat', '/name')).toBe(name)
      expect(lines[name]).toContain(`${project} made-${name}`)
      expect(lines[name].join()).not.toContain(`made-${names[(index + 1) % 3]}`)
      const alone = await builder(name, labelled(name)).build(requestOf(name))
      expect(alone).toEqual(result)
      expect(await imagesOf(refOf(name))).toEqual([result.value.reference])
    }
  })

  test('one that fails says so as if it were alone, and the others are made', async () => {
    const [one, two, three] = await buildTogether(name =>
      name === 'two'
        ? 'FROM busybox\nRUN echo last-words && exit 3\n'
        : `FROM busybox\nRUN sleep 1 && echo ${name} > /late\n`,
    )
    expect(two).toMatchObject({
      ok: false,
      failure: {
        code: 'build/failed',
        message: `The image ${refOf('two')} could not be built at \`RUN echo last-words && exit 3\`.`,
        at: { file: path.join(folder, 'two', 'Dockerfile'), line: 2 },
        why: '`echo last-words && exit 3` ended with exit code: 3',
        output: expect.arrayContaining([expect.stringContaining('last-words')]),
      },
    })
    for (const [name, result] of [['one', one] as const, ['three', three] as const]) {
      if (!result?.ok) throw new Error(JSON.stringify(result))
      expect(await inContainer(result.value.reference, 'cat', '/late')).toBe(name)
    }
    expect(await imagesOf(refOf('two'))).toEqual([])
  })

  test('one that is not wanted any more does not end the others, and leaves no name', async () => {
    const { signal, abort } = abortable()
    const [one, two, three] = await buildTogether(
      name => `FROM busybox\nRUN echo begun-${name} && sleep 1 && echo ${name} > /kept\n`,
      name => (name === 'one' ? { signal, onLine: line => line.includes('begun-') && abort() } : {}),
    )
    expect(one?.ok).toBe(false)
    expect([two?.ok, three?.ok]).toEqual([true, true])
    expect(await imagesOf(refOf('one'))).toEqual([])
  })

  test('all of which are cancelled leave no process and no image', async () => {
    const { signal, abort } = abortable()
    const built = await buildTogether(
      name => `FROM busybox\nRUN echo begun-${name} && sleep 600\n`,
      () => ({ signal, onLine: line => line.includes('begun-') && abort() }),
      { DEVLOOP_E2E_MARK: project },
    )
    expect(built.map(result => result.ok)).toEqual([false, false, false])
    expect(processesWith('DEVLOOP_E2E_MARK', project)).toEqual([])
    for (const name of names) expect(await imagesOf(refOf(name))).toEqual([])
  })

  type Name = (typeof names)[number]
  type Options = Partial<DockerDefinition & Pick<BuildRequest, 'signal' | 'onLine'>>

  /** Builds all three at once, with contexts of their own. */
  async function buildTogether(
    text: (name: Name) => string,
    options: (name: Name) => Options = () => ({}),
    env: Readonly<Record<string, string>> = {},
  ) {
    const engine = dockerEngine(dockerCommand(env))
    for (const name of names) await write(`${name}/Dockerfile`, text(name))
    return Promise.all(
      names.map(name =>
        announced(builder(name, options(name), engine), imageOf(name), engine).build(
          requestOf(name, options(name)),
        ),
      ),
    )
  }

  function builder(name: Name, options: Options = {}, engine = dockerEngine(dockerCommand({}))) {
    return dockerBuilder({ ...imageOf(name).builder, ...options }, engine)
  }

  function imageOf(name: Name): { ref: string; builder: DockerDefinition } {
    const context = path.join(folder, name)
    const dockerfile = path.join(context, 'Dockerfile')
    const plain = { kind: 'docker', args: {}, secrets: [], sync: { kind: 'off' } } as const
    return { ref: refOf(name), builder: { ...plain, context, dockerfile } }
  }

  function requestOf(name: Name, { signal = new AbortController().signal, onLine = () => {} }: Options = {}) {
    return { ref: refOf(name), bases: new Map(), signal, onLine }
  }

  /** Of one test alone. */
  function refOf(name: Name) {
    return `${project}/${path.basename(folder).toLowerCase()}-${name}`
  }

  function labelled(name: Name): Options {
    return { labels: { name } }
  }

  function abortable() {
    const controller = new AbortController()
    return { signal: controller.signal, abort: () => controller.abort() }
  }
})

describe('the classic builder', () => {
  beforeEach(() => {
    vi.stubEnv('DOCKER_BUILDKIT', '0')
  })

  test('makes the same of a Dockerfile', async () => {
    const lines: string[] = []
    const built = await build(
      'FROM busybox\nARG WORD\nCOPY Dockerfile /\nRUN echo $WORD > /word\n',
      {
        args: { WORD: 'classic' },
        labels: { team: 'shop' },
        network: 'none',
      },
      { onLine: line => lines.push(line) },
    )
    expect(built).toMatch(/:devloop-[0-9a-f]{16}$/)
    expect(await inContainer(built, 'cat', '/word')).toBe('classic')
    expect(lines).toContain('[4/5] RUN echo $WORD > /word')
  })

  test('says which step failed, and what takes BuildKit', async () => {
    expect(await tryBuild(`FROM busybox\nRUN echo ${project}; exit 7\n`)).toMatchObject({
      failure: { at: { line: 2 }, why: `\`echo ${project}; exit 7\` ended with exit code: 7` },
    })
    const { stdout } = await run('docker', ['ps', '--all', '--no-trunc', '--format={{.Command}}'])
    expect(stdout).not.toContain(project)
    expect(await tryBuild('FROM busybox\nRUN --mount=type=cache,target=/c true\n')).toMatchObject({
      failure: { at: { line: 2 }, cure: expect.stringContaining('DOCKER_BUILDKIT') },
    })
  })
})

interface Request {
  readonly ref?: string
  readonly bases?: ReadonlyMap<string, string>
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly onLine?: (line: string) => void
}

/** Builds a Dockerfile in a context that holds nothing else. Gives the reference. */
async function build(
  text: string,
  options: Partial<DockerDefinition> = {},
  request: Request = {},
): Promise<string> {
  const built = await tryBuild(text, options, request)
  if (!built.ok) throw new Error(JSON.stringify(built.failure, null, 2))
  return built.value.reference
}

async function tryBuild(
  text: string,
  options: Partial<DockerDefinition> = {},
  { env = {}, ...request }: Request = {},
) {
  await write('Dockerfile', text)
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
  return dockerBuilder(definition, dockerEngine(dockerCommand(env))).build({
    ref,
    bases: new Map(),
    signal,
    onLine: () => {},
    ...request,
  })
}

async function inContainer(reference: string, ...command: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', ['run', '--rm', '--network=none', reference, ...command])
  return stdout.trim()
}

async function imagesOf(pattern: string): Promise<readonly string[]> {
  const { stdout } = await run('docker', [
    'image',
    'ls',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    `--filter=reference=${pattern}`,
  ])
  return stdout.split('\n').filter(line => line !== '')
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
  await writeFile(path.join(folder, file), text)
}
