import { expect, test } from 'vitest'
import type { DockerCommand } from '../../src/build/docker-command.ts'
import { dockerEngine } from '../../src/build/docker-engine.ts'
import { pruneImage } from '../../src/build/prune.ts'
import { ok } from '../../src/model/result.ts'

const newest = 'shop/web:devloop-4444444444444444'
const second = 'shop/web:devloop-3333333333333333'
const third = 'shop/web:devloop-2222222222222222'
const oldest = 'shop/web:devloop-1111111111111111'

test('the newest builds stay, in whatever order the engine lists them', async () => {
  const engine = engineWith([
    [oldest, '2026-03-01T09:00:00.000000001Z'],
    [newest, '2026-03-04T09:00:00.000000001Z'],
    [third, '2026-03-02T09:00:00.000000001Z'],
    [second, '2026-03-03T09:00:00.000000001Z'],
  ])
  expect(await prune(engine, { keep: 3 })).toEqual(ok({ removed: [oldest], inUse: [] }))
  expect(engine.images()).toEqual([newest, third, second])
})

test('what is newest is told by when it was named, in whatever zone: builds from a cache and of buildpacks are older', async () => {
  const engine = engineWith([
    [newest, '2026-10-25T02:10:00+01:00'],
    [oldest, '2026-10-25T02:40:00+02:00'],
  ])
  expect(await prune(engine, { keep: 1 })).toEqual(ok({ removed: [oldest], inUse: [] }))
})

test('what a container was made from stays, and is named', async () => {
  const engine = engineWith([
    [newest, '2026-03-04T09:00:00.000000001Z'],
    [oldest, '2026-03-01T09:00:00.000000001Z'],
  ])
  engine.use(oldest)
  expect(await prune(engine, { keep: 0 })).toEqual(ok({ removed: [newest], inUse: [oldest] }))
  expect(engine.images()).toEqual([oldest])
})

test('a build that came from the cache stays, although no container was made from it yet', async () => {
  const engine = engineWith([
    [newest, '2026-03-04T09:00:00.000000001Z'],
    [oldest, '2026-03-01T09:00:00.000000001Z'],
  ])
  expect(await prune(engine, { keep: 1, current: [oldest] })).toEqual(ok({ removed: [], inUse: [] }))
})

test('an image that a command left under the name devloop counts once', async () => {
  const engine = engineWith([
    ['shop/web:devloop', '2026-03-04T09:00:00.000000001Z'],
    [newest, '2026-03-04T09:00:00.000000001Z'],
    [second, '2026-03-03T09:00:00.000000001Z'],
    [oldest, '2026-03-01T09:00:00.000000001Z'],
  ])
  engine.alias('shop/web:devloop', newest)
  expect(await prune(engine, { keep: 2 })).toEqual(ok({ removed: [oldest], inUse: [] }))
})

test("the user's own tags and other images are never touched", async () => {
  const others = ['shop/web:latest', 'shop/web:devloop-notes', 'shop/cart:devloop-1111111111111111']
  const engine = engineWith(others.map(reference => [reference, '2026-03-01T09:00:00.000000001Z']))
  expect(await prune(engine, { keep: 0 })).toEqual(ok({ removed: [], inUse: [] }))
  expect(engine.images()).toEqual(others)
})

test("an image is found by the engine's short name, too", async () => {
  const engine = engineWith([['web:devloop-1111111111111111', '2026-03-01T09:00:00.000000001Z']])
  const pruned = await prune(engine, { ref: 'docker.io/library/web', keep: 0 })
  expect(pruned).toEqual(ok({ removed: ['docker.io/library/web:devloop-1111111111111111'], inUse: [] }))
})

test('an old build goes with the tags of its inputs, and with the name that it went to a registry under', async () => {
  const inputs = 'shop/web:devloop-inputs-1111111111111111-shop'
  const pushed = 'localhost:5000/shop/web:devloop-1111111111111111'
  const others = 'other/web:devloop-1111111111111111'
  const engine = engineWith([oldest, inputs, pushed, others].map(name => [name, '2026-03-01T09:00:00Z']))
  for (const name of [inputs, pushed, others]) engine.alias(name, oldest)
  expect(await prune(engine, { keep: 0 })).toEqual(ok({ removed: [oldest], inUse: [] }))
  expect(engine.images()).toEqual([others])
})

test('what another project has built under the same name stays, and does not count', async () => {
  const theirs = 'shop/web:devloop-inputs-4444444444444444-their-shop'
  const engine = engineWith([
    [newest, '2026-03-04T09:00:00Z'],
    [theirs, '2026-03-04T09:00:00Z'],
    [second, '2026-03-03T09:00:00Z'],
    [oldest, '2026-03-01T09:00:00Z'],
  ])
  engine.alias(theirs, newest)
  expect(await prune(engine, { keep: 1 })).toEqual(ok({ removed: [oldest], inUse: [] }))
  expect(engine.images()).toEqual([newest, theirs, second])
})

test('of an image that two projects have built, each gives up its own claim, and the last one the image', async () => {
  const [ours, theirs] = ['shop', 'their-shop'].map(
    project => `shop/web:devloop-inputs-4444444444444444-${project}`,
  )
  const engine = engineWith([newest, ours, theirs].map(name => [String(name), '2026-03-04T09:00:00Z']))
  for (const name of [ours, theirs]) engine.alias(String(name), newest)
  expect(await prune(engine, { keep: 0 })).toEqual(ok({ removed: [], inUse: [] }))
  expect(engine.images()).toEqual([newest, theirs])
  const options = { ref: 'shop/web', keep: 0, current: [], signal: new AbortController().signal }
  await pruneImage(dockerEngine(engine), { ...options, project: 'their-shop' })
  expect(engine.images()).toEqual([])
})

function prune(
  engine: DockerCommand,
  options: { ref?: string; keep: number; current?: readonly string[] },
): ReturnType<typeof pruneImage> {
  const { signal } = new AbortController()
  return pruneImage(dockerEngine(engine), {
    ref: 'shop/web',
    project: 'shop',
    current: [],
    signal,
    ...options,
  })
}

/**
 * Stands in for an engine: what `docker image ls`, `image inspect`, `ps` and `image rm` of Docker 20.10 say and do, by
 * reference and time of the last tag.
 */
function engineWith(found: readonly (readonly [reference: string, taggedAt: string])[]) {
  const images = new Map(found)
  const used = new Set<string>()
  const aliases = new Map<string, string>()
  const idOf = (reference: string) => `sha256:of-${aliases.get(reference) ?? reference}`
  const namesOf = (id: string) => [...images.keys()].filter(reference => idOf(reference) === id)
  const answer = ([command, action, ...rest]: readonly string[]): readonly string[] => {
    if (command === 'ps') {
      const id = rest.find(argument => argument.startsWith('--filter=ancestor='))?.split('=')[2]
      return [...used].filter(reference => idOf(reference) === id)
    }
    if (action === 'rm') {
      for (const reference of rest) {
        const name = reference.replace('docker.io/library/', '')
        if (!images.delete(name)) throw new Error(`there is no image ${name}`)
      }
      return []
    }
    if (action === 'inspect') {
      return rest.slice(1).map(id => {
        const names = namesOf(id)
        return `${id} ${JSON.stringify(images.get(names[0] ?? ''))} ${JSON.stringify(names)}`
      })
    }
    const pattern = rest.find(argument => argument.startsWith('--filter=reference='))?.split('=')[2] ?? ''
    return [...images.keys()].filter(reference => reference.startsWith(pattern.replace('*', ''))).map(idOf)
  }
  return {
    command: 'docker',
    env: {},
    run: async (args: readonly string[]) => ok(answer(args)),
    use: (reference: string) => void used.add(reference),
    alias: (reference: string, other: string) => void aliases.set(reference, other),
    images: () => [...images.keys()],
  }
}
