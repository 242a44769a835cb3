import { expect, test } from 'vitest'
import type { Task } from '../../src/engine/task.ts'
import { World } from './world.ts'

test('a changed source is compiled, and its container given what comes of it, without a new image', () => {
  const world = live()
  world.editSource('web', 1)
  expect(kinds(world)).toEqual(['compile'])
  expect(world.status('web').phase).toBe('working')
  expect(endAll(world)).toEqual(['compile', 'sync'])
  expect(world.compiledIn('web')).toBe(1)
  expect(world.status('web').phase).toBe('live')
  expect(world.state.services.get('web')?.lastLive?.causes).toMatchObject([{ path: '/shop/image:web' }])
})

test('a newer source ends the compiler that runs, and is compiled in its place', () => {
  const world = live()
  world.editSource('web', 1)
  const [first] = world.running() as [Task]
  world.editSource('web', 2)
  expect(world.state.tasks.get(first.id)?.isCancelled).toBe(true)
  endAll(world)
  expect(world.compiledIn('web')).toBe(2)
})

test('what does not compile is said, leaves the container as it is, and is mended by the next edit', () => {
  const world = live()
  world.editSource('web', 1, true)
  endAll(world)
  expect(world.status('web')).toMatchObject({
    phase: 'failed',
    step: 'build',
    failure: { message: 'no good' },
  })
  expect(world.compiledIn('web')).toBe(0)
  expect(kinds(world)).toEqual([])
  world.editSource('web', 2)
  endAll(world)
  expect([world.compiledIn('web'), world.status('web').phase]).toEqual([2, 'live'])
})

test('a missing compiler that was installed meanwhile is tried again', () => {
  const world = live()
  world.editSource('web', 1)
  const [task] = world.running() as [Task]
  const failure = { code: 'build/no-tool', message: 'no java' } as const
  world.dispatch({ type: 'task-ended', task, tookMs: 1, outcome: { status: 'failed', failure } })
  expect(kinds(world)).toEqual([])
  world.dispatch({ type: 'environment-mended', codes: ['build/no-tool'] })
  expect(kinds(world)).toEqual(['compile'])
})

test('a new image holds the sources: its compiler has nothing more to do', () => {
  const world = live()
  world.editSource('web', 1)
  world.edit('image:web', false)
  expect(endAll(world)).not.toContain('sync')
  world.rollOut('web', 'ready')
  expect([world.compiledIn('web'), world.status('web').phase]).toEqual([1, 'live'])
})

test('a container that starts again gets what was compiled since its image was built', () => {
  const world = live()
  world.editSource('web', 1)
  endAll(world)
  world.restartContainer('web')
  expect(world.compiledIn('web')).toBe(0)
  expect(endAll(world)).toEqual(['sync'])
  expect(world.compiledIn('web')).toBe(1)
})

test('a container that ran before devloop is given what its sources are now, though its image needs no build', () => {
  const before = live()
  before.editSource('web', 1)
  endAll(before)
  // Off devloop, the source is as the image has it again, and nobody has compiled it.
  before.disk.set('source:web', 0)
  const world = new World(before)
  expect(world.compiledIn('web')).toBe(1)
  world.finish()
  expect([world.compiledIn('web'), world.status('web').phase]).toEqual([0, 'live'])
})

function live(): World {
  const world = new World()
  world.finish()
  return world
}

function kinds(world: World): readonly string[] {
  return world.running().map(({ kind }) => kind)
}

/** Gives the kinds of the tasks that ended, in order. */
function endAll(world: World): readonly string[] {
  const ended: string[] = []
  for (let [task] = world.running(); task; [task] = world.running()) {
    world.end(task)
    ended.push(task.kind)
  }
  return ended
}
