import { expect, test } from 'vitest'
import type { SyncTask, Task } from '../../src/engine/task.ts'
import { World } from './world.ts'

test('a copied file goes into the running container, and no image is made', () => {
  const world = live()
  world.editCopied('web', 1)
  expect(kinds(world)).toEqual(['sync'])
  expect(world.status('web').phase).toBe('working')
  endAll(world)
  expect(world.contentOf('web')).toBe(1)
  expect(world.status('web').phase).toBe('live')
  expect(world.state.services.get('web')?.lastLive?.causes).toMatchObject([{ path: '/shop/image:web' }])
})

test('a container that starts again is given what its image does not hold before it counts as live', () => {
  const world = synced()
  world.restartContainer('web')
  expect(world.contentOf('web')).toBe(0)
  expect(world.status('web').phase).toBe('working')
  endAll(world)
  expect(world.contentOf('web')).toBe(1)
  expect(world.status('web').phase).toBe('live')
})

test('after a build nothing that the image holds is sent', () => {
  const world = synced()
  world.edit('image:web', false)
  const sent = endAll(world).filter(task => task.kind === 'sync')
  world.rollOut('web', 'ready')
  expect(sent).toEqual([])
  expect(kinds(world)).toEqual([])
  expect(world.status('web').phase).toBe('live')
})

test('where a build gives the image that runs already, its container gets its files back', () => {
  const world = synced()
  world.edit('image:web', false)
  world.editCopied('web', 0)
  endAll(world)
  world.rollOut('web', 'ready')
  endAll(world)
  expect(world.contentOf('web')).toBe(0)
})

test('what a container does not take, a new image brings', () => {
  const world = live()
  world.refusing.add('web')
  world.editCopied('web', 1)
  const ended = endAll(world).map(({ kind }) => kind)
  expect(ended).toEqual(['sync', 'inspect', 'build', 'load', 'apply'])
  world.rollOut('web', 'ready')
  expect(world.contentOf('web')).toBe(1)
  expect(world.status('web').phase).toBe('live')
})

test('once refused, the next edit makes an image at once, until something else mends it', () => {
  const world = live()
  world.refusing.add('web')
  world.editCopied('web', 1)
  endAll(world)
  world.rollOut('web', 'ready')
  world.editCopied('web', 2)
  expect(kinds(world)).toEqual(['inspect'])
  world.refusing.clear()
  world.edit('image:web', false)
  endAll(world)
  world.rollOut('web', 'ready')
  world.editCopied('web', 1)
  expect(kinds(world)).toEqual(['sync'])
})

test.each(['sync/command', 'sync/lost'] as const)(
  'after %s the build that mends it lets files be synced again',
  code => {
    const world = live()
    world.editCopied('web', 1)
    const [task] = world.running()
    if (!task) throw new Error('no sync')
    const failure = { code, message: 'exit code 1' }
    world.dispatch({ type: 'task-ended', task, tookMs: 1, outcome: { status: 'failed', failure } })
    expect(kinds(world)).toEqual(['inspect'])
    world.editCopied('web', 2)
    endAll(world)
    world.rollOut('web', 'ready')
    world.editCopied('web', 3)
    expect(kinds(world)).toEqual(['sync'])
  },
)

test('of a container that ran before devloop nothing is taken for granted', () => {
  const before = live()
  const world = new World(before)
  world.finish()
  expect(world.synced.map(({ service, from }) => [service, from]).sort()).toEqual([
    ['api', -1],
    ['web', -1],
  ])
})

test('a process that ends after a restart is shown, and started again by the next edit', () => {
  const world = synced()
  const instance = world.synced.at(-1)?.instance.id ?? ''
  const failure = { code: 'sync/crash', message: 'exit code 1' } as const
  world.dispatch({ type: 'process-ended', service: 'web', instance, failure })
  expect(world.status('web')).toEqual({ phase: 'failed', step: 'rollout', failure })
  world.editCopied('web', 2)
  expect(world.running()).toMatchObject([{ kind: 'sync', isEnded: true }])
  endAll(world)
  expect(world.status('web').phase).toBe('live')
})

test('a crash that Kubernetes shows is mended by a new image: there is no container to give files to', () => {
  const world = live()
  world.rollOut('web', 'failed')
  world.editCopied('web', 1)
  expect(kinds(world)).toEqual(['inspect'])
})

test('a sync ends when its container does', () => {
  const world = live()
  world.editCopied('web', 1)
  const [task] = world.running() as SyncTask[]
  world.restartContainer('web')
  expect(world.state.tasks.get(task?.id ?? '')?.isCancelled).toBe(true)
})

/** Both services are live, as their images hold them. */
function live(): World {
  const world = new World()
  world.finish()
  return world
}

/** `web` runs an edit that its image does not hold. */
function synced(): World {
  const world = live()
  world.editCopied('web', 1)
  endAll(world)
  return world
}

function kinds(world: World): readonly string[] {
  return world.running().map(({ kind }) => kind)
}

function endAll(world: World): readonly Task[] {
  const ended: Task[] = []
  for (let [task] = world.running(); task; [task] = world.running()) {
    ended.push(task)
    world.end(task)
  }
  return ended
}
