import { expect, test } from 'vitest'
import { World } from './world.ts'

test('what the user asks for is built whatever is there, and the next edit is looked for again', () => {
  const world = new World()
  world.connect(false)
  expect(forcedBuilds(world)).toEqual([])
  world.dispatch({ type: 'trigger-asked', service: 'api' })
  expect(forcedBuilds(world)).toEqual(['api'])
  world.edit('image:api', false)
  expect(forcedBuilds(world)).toEqual([])
})

test('what the user asks for stays asked for until it could be built', () => {
  const world = new World()
  world.connect(false)
  forcedBuilds(world)
  world.dispatch({ type: 'trigger-asked', service: 'api' })
  for (let [task] = world.running(); task; [task] = world.running()) {
    const failure = { code: 'build/failed', message: 'no' } as const
    const outcome = { status: 'failed', failure } as const
    if (task.kind === 'build') world.dispatch({ type: 'task-ended', task, tookMs: 1, outcome })
    else world.end(task)
  }
  world.edit('image:api', false)
  expect(forcedBuilds(world)).toEqual(['api'])
})

/** Ends all tasks well. Gives the images whose build was forced. */
function forcedBuilds(world: World): readonly string[] {
  const forced: string[] = []
  for (let [task] = world.running(); task; [task] = world.running()) {
    if (task.kind === 'build' && task.isForced) forced.push(task.image)
    world.end(task)
  }
  return forced
}
