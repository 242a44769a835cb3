import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { desiredKey } from '../../src/engine/state.ts'
import { shop, World } from './world.ts'

type Step =
  | { do: 'edit'; subject: `image:${string}` | `service:${string}`; isBroken: boolean }
  | { do: 'edit-copied'; image: string; content: number }
  | { do: 'edit-source'; image: string; content: number; isBroken: boolean }
  | { do: 'finish' }
  | { do: 'refuse'; image: string; isRefusing: boolean }
  | { do: 'restart-container'; service: string }
  | { do: 'end'; index: number }
  | { do: 'rollout'; service: string; phase: 'progressing' | 'ready' | 'failed' }
  | { do: 'trigger'; service: string }
  | { do: 'pause'; isPaused: boolean }
  | { do: 'disable'; service: string; isDisabled: boolean }
  | { do: 'cluster'; isThere: boolean; isAnother: boolean }

const subjects = fc.constantFrom<`image:${string}` | `service:${string}`>(
  'image:base',
  'image:web',
  'image:api',
  'service:web',
  'service:api',
)
const images = fc.constantFrom('base', 'web', 'api')
const services = fc.constantFrom('web', 'api')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('edit' as const), subject: subjects, isBroken: fc.boolean() }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('end' as const), index: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('rollout' as const),
      service: services,
      phase: fc.constantFrom('progressing' as const, 'ready' as const, 'failed' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('edit-copied' as const), image: images, content: fc.nat(2) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('edit-source' as const),
      image: images,
      content: fc.nat(2),
      isBroken: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('finish' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('refuse' as const), image: images, isRefusing: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('restart-container' as const), service: services }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trigger' as const), service: services }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pause' as const), isPaused: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('disable' as const),
      service: services,
      isDisabled: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('cluster' as const),
      isThere: fc.boolean(),
      isAnother: fc.boolean(),
    }),
  },
)

function run(world: World, steps: readonly Step[]): void {
  for (const one of steps) {
    switch (one.do) {
      case 'edit':
        world.edit(one.subject, one.isBroken)
        break
      case 'edit-copied':
        world.editCopied(one.image, one.content)
        break
      case 'edit-source':
        world.editSource(one.image, one.content, one.isBroken)
        break
      case 'finish':
        world.finish()
        break
      case 'refuse':
        if (one.isRefusing) world.refusing.add(one.image)
        else world.refusing.delete(one.image)
        break
      case 'restart-container':
        world.restartContainer(one.service)
        break
      case 'end': {
        const running = world.running()
        const task = running[one.index % Math.max(running.length, 1)]
        if (task) world.end(task)
        break
      }
      case 'rollout':
        world.rollOut(one.service, one.phase)
        break
      case 'trigger':
        world.dispatch({ type: 'trigger-asked', service: one.service })
        break
      case 'pause':
        world.dispatch({ type: one.isPaused ? 'pause-asked' : 'resume-asked' })
        break
      case 'disable':
        world.dispatch({ type: one.isDisabled ? 'disable-asked' : 'enable-asked', service: one.service })
        break
      case 'cluster':
        if (one.isThere) world.connect(one.isAnother)
        else
          world.dispatch({ type: 'cluster-lost', failure: { code: 'cluster/unreachable', message: 'gone' } })
        break
    }
  }
}

function mend(world: World, id: string): void {
  if (!id.startsWith('source:')) world.edit(id as `image:${string}`, false)
  else world.editSource(id.slice('source:'.length), world.disk.get(id) ?? 0)
}

describe('whatever happens, in whatever order', () => {
  test('the last change of every service ends live or failed, and nothing is left running', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const world = new World()
        run(world, steps)
        world.finish()
        expect(world.running()).toEqual([])
        for (const { name } of shop.services) {
          const { phase } = world.status(name)
          const held = world.plan().holds.get(`service:${name}`)
          // What was never live may still wait for a dependency that failed: that is said as a hold.
          expect(phase === 'working' ? held?.reason : phase).toMatch(
            /^(?:live|failed|disabled|dependencies|disabled-dependencies|failed-images)$/,
          )
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('the cluster ends up with the last content of every file, once nothing is broken', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const world = new World()
        run(world, steps)
        for (const id of [...world.broken]) mend(world, id)
        for (const service of ['web', 'api']) world.dispatch({ type: 'enable-asked', service })
        world.finish()
        const content = (id: string) => world.disk.get(id) ?? 0
        for (const { name } of shop.services) {
          const service = world.state.services.get(name)
          expect(world.status(name)).toEqual({ phase: 'live' })
          expect(service?.applied?.key).toBe(service && desiredKey(world.state, service))
          expect(world.inCluster.get(name)).toBe(service?.applied?.key)
          expect(service?.applied?.key).toContain(` v${content(`service:${name}`)} `)
          expect(world.contentOf(name)).toBe(content(`image:${name}`))
          expect(world.compiledIn(name)).toBe(content(`source:${name}`))
          expect(service?.change).toBeUndefined()
        }
        expect(world.pods.get('web')?.reference).toContain(
          `base:${content('image:base')}.${content('source:base')}(`,
        )
      }),
      { numRuns: 2_000 },
    )
  })

  test('nothing of a disabled service is left in the cluster', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), services, (steps, service) => {
        const world = new World()
        run(world, steps)
        for (const id of [...world.broken]) mend(world, id)
        world.dispatch({ type: 'disable-asked', service })
        world.finish()
        expect(world.status(service)).toEqual({ phase: 'disabled' })
        expect(world.inCluster.has(service)).toBe(false)
        expect(world.contentOf(service)).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })

  test('nothing starts and nothing is ended while devloop is paused', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.array(step, { maxLength: 30 }), (first, second) => {
        const world = new World()
        run(world, first)
        world.dispatch({ type: 'pause-asked' })
        const before = new Set(world.running().map(({ id }) => id))
        run(
          world,
          second.filter(one => one.do !== 'pause' && one.do !== 'finish'),
        )
        expect(world.running().filter(({ id }) => !before.has(id))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test('a task that was cancelled never counts, even when it claims success', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const world = new World()
        for (const one of steps) {
          run(world, [one])
          for (const { task, isCancelled } of world.state.tasks.values()) {
            if (!isCancelled) continue
            const before = world.state
            world.end(task)
            expect(world.state.images).toEqual(before.images)
            expect(world.state.services).toEqual(before.services)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('nothing starts any more once devloop stops', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.array(step, { maxLength: 30 }), (first, second) => {
        const world = new World()
        run(world, first)
        world.dispatch({ type: 'stop-asked' })
        const running = world.running().length
        run(world, second)
        expect(world.running().length).toBeLessThanOrEqual(running)
      }),
      { numRuns: 500 },
    )
  })
})
