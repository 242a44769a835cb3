import { expect, test } from 'vitest'
import type { Task } from '../../src/engine/task.ts'
import { World } from './world.ts'

test('pods are given an image by the name that they find it by', () => {
  const world = live()
  expect(world.pods.get('web')?.reference).toMatch(/^registry\/web:/)
})

test('what other images are made from does not go into the cluster', () => {
  const world = new World()
  world.connect(false)
  const loaded = new Set<string>()
  for (let [task] = world.running(); task; [task] = world.running()) {
    if (task.kind === 'load') loaded.add(task.image)
    world.end(task)
  }
  expect([...loaded]).toContain('api')
  expect([...loaded]).not.toContain('base')
})

test('an image is built while there is no cluster, and waits for it without holding up other builds', () => {
  const world = new World()
  endAll(world)
  expect([...world.state.images.values()].map(({ built }) => built !== undefined)).toEqual([true, true, true])
  expect(world.plan().holds.get('image:api')).toEqual({ reason: 'cluster' })
})

test('another cluster is given the images that there are, without a new build', () => {
  const world = live()
  world.connect(true)
  expect([...endAll(world)].sort()).toEqual(['apply', 'load', 'load'])
})

test('an image that cannot be brought into the cluster is said, and tried again with its next build', () => {
  const world = live()
  world.edit('image:api', false)
  const failure = { code: 'cluster/no-provider', message: 'no way in' } as const
  fail(world, 'load', failure)
  expect(world.status('api')).toEqual({ phase: 'failed', step: 'load', failure })
  expect(world.running()).toEqual([])
  world.dispatch({ type: 'trigger-asked', service: 'api' })
  endAll(world)
  world.rollOut('api', 'ready')
  expect(world.status('api').phase).toBe('live')
})

test('a newer change ends the loading of an image that is out of date', () => {
  const world = live()
  world.edit('image:api', false)
  const load = until(world, 'load')
  world.edit('image:api', false)
  expect(world.state.tasks.get(load.id)?.isCancelled).toBe(true)
})

const registry = { host: 'localhost:5000', hostFromNodes: 'localhost:5000' }

test('a Devfile that names another way into the cluster has every image brought in by it, without a new build', () => {
  const world = live()
  const next = { ...world.state.project, registry }
  world.dispatch({ type: 'project-reloaded', project: next, changedImages: [], changedServices: [] })
  expect(endAll(world).filter(kind => kind !== 'apply')).toEqual(['load', 'load'])
  const same = { ...next, registry: { ...registry } }
  world.dispatch({ type: 'project-reloaded', project: same, changedImages: [], changedServices: [] })
  expect(endAll(world)).toEqual([])
})

test('an image that is being brought in by the way that the Devfile no longer names is not', () => {
  const world = live()
  world.edit('image:api', false)
  const load = until(world, 'load')
  const next = { ...world.state.project, registry }
  world.dispatch({ type: 'project-reloaded', project: next, changedImages: [], changedServices: [] })
  expect(world.state.tasks.get(load.id)?.isCancelled).toBe(true)
})

test('asked for, an image is brought in again: the node may have lost it', () => {
  const world = live()
  world.dispatch({ type: 'trigger-asked', service: 'api' })
  expect(endAll(world)).toContain('load')
})

function live(): World {
  const world = new World()
  world.finish()
  return world
}

/** Ends what comes before the first task of a kind, and gives that. */
function until(world: World, kind: Task['kind']): Task {
  for (let [task] = world.running(); task; [task] = world.running()) {
    if (task.kind === kind) return task
    world.end(task)
  }
  throw new Error(`no ${kind}`)
}

function fail(world: World, kind: Task['kind'], failure: { code: 'cluster/no-provider'; message: string }) {
  const task = until(world, kind)
  world.dispatch({ type: 'task-ended', task, tookMs: 1, outcome: { status: 'failed', failure } })
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
