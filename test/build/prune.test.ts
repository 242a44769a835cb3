import { expect, test } from 'vitest'
import type { DockerCommand } from '../../src/build/docker-command.ts'
import { pruneImage } from '../../src/build/prune.ts'
import { ok } from '../../src/model/result.ts'

const newest = 'shop/web:devloop-4444444444444444'
const second = 'shop/web:devloop-3333333333333333'
const third = 'shop/web:devloop-2222222222222222'
const oldest = 'shop/web:devloop-1111111111111111'

test('the newest builds stay, in whatever order the engine lists them', async () => {
  const engine = engineWith([
    [oldest, '2026-03-01 09:00:00 +0000 UTC'],
    [newest, '2026-03-04 09:00:00 +0000 UTC'],
    [third, '2026-03-02 09:00:00 +0000 UTC'],
    [second, '2026-03-03 09:00:00 +0000 UTC'],
  ])
  expect(await prune(engine, { keep: 3 })).toEqual(ok({ removed: [oldest], inUse: [] }))
  expect(engine.images()).toEqual([newest, third, second])
})

test('the hour in which the clocks are set back does not make an old build a new one', async () => {
  const engine = engineWith([
    [newest, '2026-10-25 02:10:00 +0100 CET'],
    [oldest, '2026-10-25 02:40:00 +0200 CEST'],
  ])
  expect(await prune(engine, { keep: 1 })).toEqual(ok({ removed: [oldest], inUse: [] }))
})

test('what a container was made from stays, and is named', async () => {
  const engine = engineWith([
    [newest, '2026-03-04 09:00:00 +0000 UTC'],
    [oldest, '2026-03-01 09:00:00 +0000 UTC'],
  ])
  engine.use(oldest)
  expect(await prune(engine, { keep: 0 })).toEqual(ok({ removed: [newest], inUse: [oldest] }))
  expect(engine.images()).toEqual([oldest])
})

test('a build that came from the cache stays, although no container was made from it yet', async () => {
  const engine = engineWith([
    [newest, '2026-03-04 09:00:00 +0000 UTC'],
    [oldest, '2026-03-01 09:00:00 +0000 UTC'],
  ])
  expect(await prune(engine, { keep: 1, current: [oldest] })).toEqual(ok({ removed: [], inUse: [] }))
})

test('an image that a command left under the name devloop counts once', async () => {
  const engine = engineWith([
    ['shop/web:devloop', '2026-03-04 09:00:00 +0000 UTC'],
    [newest, '2026-03-04 09:00:00 +0000 UTC'],
    [second, '2026-03-03 09:00:00 +0000 UTC'],
    [oldest, '2026-03-01 09:00:00 +0000 UTC'],
  ])
  engine.alias('shop/web:devloop', newest)
  expect(await prune(engine, { keep: 2 })).toEqual(ok({ removed: [oldest], inUse: [] }))
})

test("the user's own tags and other images are never touched", async () => {
  const others = ['shop/web:latest', 'shop/web:devloop-notes', 'shop/cart:devloop-1111111111111111']
  const engine = engineWith(others.map(reference => [reference, '2026-03-01 09:00:00 +0000 UTC']))
  expect(await prune(engine, { keep: 0 })).toEqual(ok({ removed: [], inUse: [] }))
  expect(engine.images()).toEqual(others)
})

test("an image is found by the engine's short name, too", async () => {
  const engine = engineWith([['web:devloop-1111111111111111', '2026-03-01 09:00:00 +0000 UTC']])
  const pruned = await prune(engine, { ref: 'docker.io/library/web', keep: 0 })
  expect(pruned).toEqual(ok({ removed: ['docker.io/library/web:devloop-1111111111111111'], inUse: [] }))
})

function prune(
  engine: DockerCommand,
  options: { ref?: string; keep: number; current?: readonly string[] },
): ReturnType<typeof pruneImage> {
  const { signal } = new AbortController()
  return pruneImage(engine, { ref: 'shop/web', current: [], signal, ...options })
}

/** Stands in for an engine: what `docker image ls`, `ps` and `image rm` say and do, by reference and time of creation. */
function engineWith(found: readonly (readonly [reference: string, createdAt: string])[]) {
  const images = new Map(found)
  const used = new Set<string>()
  const aliases = new Map<string, string>()
  const idOf = (reference: string) => `sha256:of-${aliases.get(reference) ?? reference}`
  const answer = ([command, action, ...rest]: readonly string[]): readonly string[] => {
    if (command === 'ps') {
      const id = rest.find(argument => argument.startsWith('--filter=ancestor='))?.split('=')[2]
      return [...used].filter(reference => idOf(reference) === id)
    }
    if (action === 'rm') {
      const name = rest[0]?.replace('docker.io/library/', '') ?? ''
      if (!images.delete(name)) throw new Error(`there is no image ${name}`)
      return []
    }
    const pattern = rest.find(argument => argument.startsWith('--filter=reference='))?.split('=')[2] ?? ''
    return [...images]
      .filter(([reference]) => reference.startsWith(pattern.replace('*', '')))
      .map(([reference, createdAt]) => `${idOf(reference)}\t${reference.split(':')[1]}\t${createdAt}`)
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
