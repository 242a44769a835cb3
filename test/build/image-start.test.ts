import { expect, test } from 'vitest'
import type { DockerCommand } from '../../src/build/docker-command.ts'
import { dockerEngine } from '../../src/build/docker-engine.ts'
import { createStartReader } from '../../src/build/image-start.ts'
import type { Failure } from '../../src/model/failure.ts'
import { fail, ok } from '../../src/model/result.ts'

const never = new AbortController().signal
const missing: Failure = { code: 'process/failed', message: 'docker cp failed.' }
const noEngine: Failure = { code: 'build/no-engine', message: 'The docker engine does not answer.' }

test('what starts the process is what the image says, and its shell is found', async () => {
  const engine = fakeEngine({ entrypoint: ['tini', '--'], command: ['node', 'a b.js'] })
  expect(await read(engine)).toEqual({
    ok: true,
    value: { entrypoint: ['tini', '--'], command: ['node', 'a b.js'], hasShell: true },
  })
})

test('an image without a command of its own has none', async () => {
  expect(await read(fakeEngine({ files: ['/usr/bin/sh'] }))).toEqual({
    ok: true,
    value: { entrypoint: [], command: [], hasShell: true },
  })
})

test('an image without a shell is known as such', async () => {
  expect(await read(fakeEngine({ files: [] }))).toMatchObject({ value: { hasShell: false } })
})

test('of builds on one base only the first one is looked into', async () => {
  const engine = fakeEngine({})
  const reader = createStartReader(dockerEngine(engine))
  await reader.read('shop/web', 'shop/web:devloop-1', never)
  const after = engine.calls.length
  await reader.read('shop/web', 'shop/web:devloop-2', never)
  expect(engine.calls.slice(after)).toEqual(['image'])
})

test('another base is looked into again', async () => {
  const engine = fakeEngine({})
  const reader = createStartReader(dockerEngine(engine))
  await reader.read('shop/web', 'shop/web:devloop-1', never)
  engine.layers = ['sha256:other']
  engine.files = []
  expect(await reader.read('shop/web', 'shop/web:devloop-2', never)).toMatchObject({
    value: { hasShell: false },
  })
})

test.each(['image', 'create', 'cp'])(
  'an engine that is gone at `docker %s` says nothing of the image',
  async at => {
    const engine = fakeEngine({})
    const reader = createStartReader(dockerEngine(engine))
    engine.goneAt = at
    expect(await reader.read('shop/web', 'shop/web:devloop-1', never)).toEqual({
      ok: false,
      failure: noEngine,
    })
    engine.goneAt = undefined
    expect(await reader.read('shop/web', 'shop/web:devloop-1', never)).toMatchObject({
      value: { hasShell: true },
    })
  },
)

test.each(['create', 'cp'])(
  'no container is left behind, also when it is cancelled at `docker %s`',
  async at => {
    const engine = fakeEngine({})
    const controller = new AbortController()
    engine.onCall = call => call === at && controller.abort()
    expect(await read(engine, controller.signal)).toMatchObject({ ok: false })
    expect(engine.containers.size).toBe(0)
  },
)

test('an image that is not here any more is asked of no registry', async () => {
  const engine = fakeEngine({})
  await read(engine)
  expect(engine.created).toEqual([['--pull=never', 'shop/web:devloop-1', 'sh']])
  expect(engine.containers.size).toBe(0)
})

function read(engine: DockerCommand, signal = never) {
  return createStartReader(dockerEngine(engine)).read('shop/web', 'shop/web:devloop-1', signal)
}

interface FakeImage {
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly files?: readonly string[]
}

function fakeEngine({ entrypoint, command, files = ['/bin/sh'] }: FakeImage) {
  const engine = {
    command: 'docker',
    env: {},
    layers: ['sha256:base', 'sha256:app'],
    files,
    calls: [] as string[],
    created: [] as (readonly string[])[],
    containers: new Set<string>(),
    goneAt: undefined as string | undefined,
    onCall: (_: string): unknown => undefined,
    async run([name = '', ...args]: readonly string[], signal: AbortSignal) {
      engine.calls.push(name)
      engine.onCall(name)
      if (name === engine.goneAt) return fail(noEngine)
      if (signal.aborted) return fail(missing)
      switch (name) {
        case 'image':
          return ok([entrypoint ?? null, command ?? null, engine.layers].map(each => JSON.stringify(each)))
        case 'create':
          engine.created.push(args)
          engine.containers.add('c0ffee')
          return ok(['c0ffee'])
        case 'cp':
          return engine.files.includes(args[0]?.split(':')[1] ?? '') ? ok([]) : fail(missing)
        default:
          engine.containers.delete(args.at(-1) ?? '')
          return ok([])
      }
    },
  }
  return engine satisfies DockerCommand
}
