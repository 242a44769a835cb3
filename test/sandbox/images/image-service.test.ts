import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { dockerBuilder } from '../../../src/build/docker.ts'
import { progressReader } from '../../../src/build/docker-progress.ts'
import { createStartReader } from '../../../src/build/image-start.ts'
import { pruneImage } from '../../../src/build/prune.ts'
import type { DockerDefinition } from '../../../src/model/image.ts'
import type { ImageEngine } from '../../../src/model/image-engine.ts'
import { openSandboxEngine } from '../../../src/sandbox/client.ts'
import { ensureImage } from '../../../src/sandbox/images/ensure-image.ts'
import { serveImages } from '../../../src/sandbox/images/image-service.ts'
import { exec } from '../../../src/util/exec.ts'
import { type BuilderRig, canRun, openBuilderRig } from './rig.ts'

afterEach(() => vi.unstubAllEnvs())

interface ServiceRig extends AsyncDisposable {
  readonly builder: BuilderRig
  readonly engine: ImageEngine
  readonly socketPath: string
  /** Images that containers were made from. */
  readonly used: Set<string>
  /** Empty at the end. */
  readonly bugs: unknown[]
  /** As devloop builds an image of a Devfile. */
  build(dockerfile: string, options?: BuildOptions): ReturnType<ReturnType<typeof dockerBuilder>['build']>
  readonly lines: string[]
}

interface BuildOptions {
  readonly definition?: Partial<DockerDefinition>
  readonly bases?: ReadonlyMap<string, string>
  readonly signal?: AbortSignal
  readonly ref?: string
}

const { signal } = new AbortController()

async function openServiceRig(files: Readonly<Record<string, string>> = {}): Promise<ServiceRig> {
  const builder = await openBuilderRig(files)
  const socketPath = path.join(builder.folder, 'images.sock')
  const used = new Set<string>()
  const bugs: unknown[] = []
  const service = await serveImages({
    store: builder.store,
    hostCommand: exec,
    socketPath,
    isUsed: id => used.has(id),
    onBug: error => bugs.push(error),
  })
  const engine = openSandboxEngine(socketPath, progressReader)
  const lines: string[] = []
  const context = path.join(builder.folder, 'context')
  return {
    ...{ builder, engine, socketPath, used, bugs, lines },
    async build(dockerfile, { definition, bases = new Map(), signal: own = signal, ref = 'shop/web' } = {}) {
      await builder.write('Dockerfile', dockerfile)
      const whole: DockerDefinition = {
        kind: 'docker',
        context,
        dockerfile: path.join(context, 'Dockerfile'),
        args: {},
        secrets: [],
        sync: { kind: 'off' },
        ...definition,
      }
      const onLine = (line: string) => lines.push(line)
      return dockerBuilder(whole, engine).build({ ref, bases, signal: own, onLine })
    },
    async [Symbol.asyncDispose]() {
      await service.close()
      await builder[Symbol.asyncDispose]()
      expect(bugs).toEqual([])
    },
  }
}

test('an image is built, named after its content, and found by its name', async () => {
  await using rig = await openServiceRig({ a: '1' })
  const built = await rig.build('FROM scratch\nCOPY a /a\nENTRYPOINT ["/a"]\nCMD ["x"]')
  const reference = built.ok ? built.value.reference : ''
  expect(reference).toMatch(/^shop\/web:devloop-[0-9a-f]{16}$/)
  expect(rig.lines).toEqual(['[2/2] COPY a /a'])
  const found = await rig.engine.find([reference, 'nope:1'], signal)
  expect(found.ok && [...found.value]).toEqual([
    [reference, { id: expect.stringMatching(/^sha256:/), names: [reference] }],
  ])
  expect(await createStartReader(rig.engine).read('shop/web', reference, signal)).toEqual({
    ok: true,
    value: { entrypoint: ['/a'], command: ['x'], hasShell: false },
  })
})

test('an image can be made from another one of the same Devfile', async () => {
  await using rig = await openServiceRig({ a: '1' })
  const base = await rig.build('FROM scratch\nCOPY a /base')
  const bases = new Map([['docker.io/shop/base', base.ok ? base.value.reference : '']])
  const built = await rig.build('FROM shop/base\nCOPY a /own', { bases })
  const reference = built.ok ? built.value.reference : ''
  expect(await rig.engine.hasOneOf(reference, ['/nope', '/base'], signal)).toEqual({ ok: true, value: true })
  expect(await rig.engine.hasOneOf(reference, ['/nope'], signal)).toEqual({ ok: true, value: false })
})

test('an image of the Devfile that is called like a known base is meant by that name, in pods and in other images', async () => {
  await using rig = await openServiceRig({ a: '1' })
  const redis = await rig.build('FROM scratch\nCOPY a /own-redis', { ref: 'redis' })
  const reference = redis.ok ? redis.value.reference : ''
  expect(reference).toMatch(/^redis:devloop-/)
  const found = await rig.engine.find([reference], signal)
  expect(found.ok && found.value.get(reference)?.names).toEqual([reference])
  const inPod = await ensureImage(rig.builder.store, reference, signal)
  expect(inPod).toMatchObject({ value: { base: 'scratch' } })
  const bases = new Map([['docker.io/library/redis', reference]])
  const built = await rig.build('FROM redis:7 AS b\nFROM scratch\nCOPY --from=redis:7 /own-redis /', {
    bases,
  })
  const made = built.ok ? built.value.reference : ''
  expect(await rig.engine.hasOneOf(made, ['/own-redis'], signal)).toEqual({ ok: true, value: true })
  // Elsewhere the name means what it always did.
  expect(rig.builder.store.find('redis:7')).toBeUndefined()
})

test('what fails is told with the name of the image, its line and its cure', async () => {
  await using rig = await openServiceRig()
  expect(await rig.build('FROM scratch\nCOPY nope /')).toMatchObject({
    failure: {
      code: 'build/failed',
      message: 'The image shop/web could not be built at `COPY nope /`.',
      at: { file: path.join(rig.builder.folder, 'context/Dockerfile'), line: 2 },
    },
  })
})

test.each([
  [{ ssh: 'default' as const }, 'ssh'],
  [{ platform: 'linux/s390x' }, 'platform linux/s390x'],
  [{ network: 'shop' }, 'network shop'],
])('the option %j is refused by name', async (definition, what) => {
  await using rig = await openServiceRig()
  vi.stubEnv('SSH_AUTH_SOCK', '/dev/null')
  expect(await rig.build('FROM scratch', { definition })).toMatchObject({
    failure: { message: `The sandbox cannot build with ${what}.` },
  })
})

test('older builds go, but for what a container was made from', async () => {
  await using rig = await openServiceRig({ a: '0' })
  const references: string[] = []
  for (const text of ['1', '2', '3']) {
    await rig.builder.write('a', text)
    const built = await rig.build('FROM scratch\nCOPY a /a')
    if (built.ok) references.push(built.value.reference)
  }
  const [oldest = '', second = '', newest = ''] = references
  const found = await rig.engine.find([oldest], signal)
  if (found.ok) rig.used.add(found.value.get(oldest)?.id ?? '')
  const options = { ref: 'shop/web', project: 'shop', keep: 1, current: [], signal }
  expect(await pruneImage(rig.engine, options)).toEqual({
    ok: true,
    value: { removed: [second], inUse: [oldest] },
  })
  const left = await rig.engine.list('shop/web', signal)
  expect(left.ok && left.value.flatMap(({ names }) => names).sort()).toEqual([oldest, newest].sort())
})

test('a base is known by what it is now, so that an update of its program is a change', async () => {
  await using rig = await openServiceRig()
  const found = await rig.engine.find(['busybox:1.36', 'docker.io/library/debian'], signal)
  expect(found.ok && [...found.value.keys()]).toEqual(['busybox:1.36', 'docker.io/library/debian'])
})

test('a sandbox that is away is told as that', async () => {
  const engine = openSandboxEngine('/nowhere/images.sock', progressReader)
  expect(await engine.isThere(signal)).toBe(false)
  expect(await engine.find(['a'], signal)).toMatchObject({
    failure: { code: 'build/no-engine', cure: expect.stringContaining('devloop sandbox up') },
  })
})

test('a client that breaks off, or does not speak the language, is no trouble for the others', async () => {
  await using rig = await openServiceRig()
  const head = 'POST /find HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 9\r\n\r\n'
  const gone = connect(rig.socketPath)
  await new Promise<void>(resolve => gone.write(`${head}{"re`, () => resolve()))
  gone.destroy()
  const stranger = connect(rig.socketPath)
  stranger.write(`${head}not JSON!`)
  expect(String(await once(stranger, 'data'))).toMatch('HTTP/1.1 400')
  stranger.destroy()
  expect(await rig.engine.isThere(signal)).toBe(true)
})

test('nobody else may ask', async () => {
  await using rig = await openServiceRig()
  expect((await stat(rig.socketPath)).mode & 0o777).toBe(0o600)
})

test.skipIf(!canRun)('the value of a secret is not told, whatever the command prints', async () => {
  await using rig = await openServiceRig()
  vi.stubEnv('DEVLOOP_TEST_TOKEN', 'hunter2-long')
  const secrets = [{ id: 's', env: 'DEVLOOP_TEST_TOKEN' }]
  const built = await rig.build(
    'FROM busybox\nRUN --mount=type=secret,id=s cat /run/secrets/s; cat /run/secrets/s >&2; exit 1',
    { definition: { secrets } },
  )
  expect(JSON.stringify([built, rig.lines])).toContain('[secret]')
  expect(JSON.stringify([built, rig.lines])).not.toContain('hunter2')
})

test.skipIf(!canRun)('a build that devloop cancels ends in the sandbox, too', async () => {
  await using rig = await openServiceRig()
  const controller = new AbortController()
  const mark = path.join(rig.builder.folder, 'mark')
  const started = new Promise<void>(resolve => {
    const { push } = rig.lines
    rig.lines.push = (...added) => {
      if (added.includes('started')) resolve()
      return push.apply(rig.lines, added)
    }
  })
  const building = rig.build(`FROM busybox\nRUN echo started; sleep 1000; echo > ${mark}`, {
    signal: controller.signal,
  })
  await started
  controller.abort()
  expect(await building).toMatchObject({ ok: false })
  const scratch = path.join(rig.builder.folder, 'state/scratch')
  await expect.poll(() => readdirSync(scratch)).toEqual([])
  expect(existsSync(mark)).toBe(false)
})

test('a fault of devloop itself ends the build that it struck, says what to report, and ends nothing else', async () => {
  await using rig = await openServiceRig({ a: '1' })
  const fault = new TypeError('undefined is not a layer')
  const make = vi.spyOn(rig.builder.store, 'make').mockRejectedValueOnce(fault)
  expect(await rig.build('FROM scratch\nCOPY a /a')).toMatchObject({
    failure: { code: 'build/failed', output: expect.arrayContaining([`TypeError: ${fault.message}`]) },
  })
  expect(rig.bugs.splice(0)).toEqual([fault])
  expect(await rig.build('FROM scratch\nCOPY a /a')).toMatchObject({ ok: true })
  expect(make).toHaveBeenCalledTimes(2)
})

test('what a crash has left is removed at the next start, and no image with it', async () => {
  await using rig = await openServiceRig({ a: '1' })
  const built = await rig.build('FROM scratch\nCOPY a /a')
  const state = path.join(rig.builder.folder, 'state')
  await using left = await rig.builder.store.layers.scratch()
  const layer = path.join(state, 'layers', 'feedfeedfeedfeed')
  await mkdir(layer)
  const next = await serveImages({
    store: rig.builder.store,
    hostCommand: exec,
    socketPath: `${rig.socketPath}2`,
    isUsed: () => false,
    onBug: error => {
      throw error
    },
  })
  await next.close()
  expect([existsSync(left.path), existsSync(layer)]).toEqual([false, false])
  const image = rig.builder.store.find(built.ok ? built.value.reference : '')
  expect(await readFile(path.join(image?.layers[0] ?? '', 'a'), 'utf8')).toBe('1')
})
