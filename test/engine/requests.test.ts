import { describe, expect, test } from 'vitest'
import { World } from './world.ts'

const hold = (world: World, service: string) => world.plan().holds.get(`service:${service}`)

describe('a disabled service', () => {
  test('holds back what was never started and depends on it, and says so, until it is enabled', () => {
    const world = new World()
    world.dispatch({ type: 'disable-asked', service: 'api' })
    world.finish()
    expect(world.status('api')).toEqual({ phase: 'disabled' })
    expect(hold(world, 'web')).toEqual({ reason: 'disabled-dependencies', services: ['api'] })
    world.dispatch({ type: 'enable-asked', service: 'api' })
    world.finish()
    expect([world.status('api').phase, world.status('web').phase]).toEqual(['live', 'live'])
  })

  test('does not hold back the mending of what has been live', () => {
    const world = new World()
    world.finish()
    world.dispatch({ type: 'disable-asked', service: 'api' })
    world.dispatch({ type: 'trigger-asked', service: 'web' })
    world.finish()
    expect(world.status('web')).toEqual({ phase: 'live' })
  })

  test('builds nothing, and starts with all that changed meanwhile', () => {
    const world = new World()
    world.finish()
    world.dispatch({ type: 'disable-asked', service: 'api' })
    world.finish()
    world.edit('image:api', false)
    expect(world.running().map(({ kind }) => kind)).toEqual(['inspect'])
    world.finish()
    world.dispatch({ type: 'enable-asked', service: 'api' })
    world.finish()
    expect(world.contentOf('api')).toBe(1)
  })

  test('that could not be taken away says why, and is taken away when asked again', () => {
    const world = new World()
    world.finish()
    world.broken.add('service:api')
    world.dispatch({ type: 'disable-asked', service: 'api' })
    world.finish()
    expect(world.status('api')).toEqual({
      phase: 'disabled',
      failure: { code: 'build/failed', message: 'no good' },
    })
    world.broken.clear()
    world.dispatch({ type: 'disable-asked', service: 'api' })
    world.finish()
    expect(world.status('api')).toEqual({ phase: 'disabled' })
    expect(world.inCluster.has('api')).toBe(false)
  })
})

test('a build that runs when devloop is paused comes to its end, and what changed since is built after resume', () => {
  const world = new World()
  world.finish()
  world.edit('image:api', false)
  const inspect = world.running()[0]
  if (inspect) world.end(inspect)
  const build = world.running()[0]
  world.dispatch({ type: 'pause-asked' })
  world.edit('image:api', false)
  expect(world.running()).toEqual([build])
  expect(world.plan().cancel).toEqual([])
  if (build) world.end(build)
  expect(world.running()).toEqual([])
  expect(world.plan().holds.get('image:api')).toEqual({ reason: 'paused' })
  world.finish()
  expect(world.contentOf('api')).toBe(2)
})
