import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Snapshot } from '../../src/engine/port.ts'
import { initialState } from '../../src/engine/reduce.ts'
import type { Project } from '../../src/model/project.ts'
import type { Pod } from '../../src/model/rollout.ts'
import { type LogsSide, openLogsSide } from '../../src/session/logs-side.ts'
import { FakeKubeApi } from '../fakes/kube-api.ts'
import { readyPod } from '../fakes/pod.ts'
import type { FakePodLog } from '../fakes/pod-log.ts'

const project: Project = {
  name: 'shop',
  root: '/shop',
  contexts: [],
  namespace: 'shop',
  images: [],
  services: ['web', 'api'].map(name => ({ name, manifests: [], ports: [], dependsOn: [] })),
}

let api: FakeKubeApi
let side: LogsSide
let now: Snapshot
beforeEach(() => {
  api = new FakeKubeApi()
  side = openLogsSide(() => api)
  now = { state: initialState(project, 0), statuses: new Map(), holds: new Map() }
})
afterEach(() => side.close())

/** The engine's state is another: what pods a service has, or (`undefined`) that nothing was seen since the last apply. */
function see(service: string, pods: readonly Pod[] | undefined, existingPods: readonly string[] = []) {
  const before = now
  const known = before.state.services.get(service)
  if (!known) throw new Error(`no service ${service}`)
  const { rollout: _, ...rest } = known
  const seen = pods ? { ...rest, rollout: { phase: 'ready', wanted: 1, ready: 1, pods } as const } : rest
  const services = new Map(before.state.services).set(service, seen)
  now = { ...before, state: { ...before.state, services, existingPods: new Set(existingPods) } }
  side.listener(
    { type: 'rollout-seen', at: 0, service, rollout: { phase: 'none', wanted: 0, ready: 0, pods: [] } },
    now,
    before,
  )
}

function pod(name: string, log: FakePodLog): Pod {
  return readyPod(name, { namespace: 'shop', uid: `uid-${name}`, logged: [log.state()] })
}

const said = () =>
  side.lines.read(0, 100).lines.map(({ source, text }) => `${source.service} ${source.pod}: ${text}`)

test('what every container of every service says is in one place', async () => {
  const [web, other] = [api.addPodLog('web-1', 'web').start(), api.addPodLog('api-1', 'web').start()]
  see('web', [pod('web-1', web)])
  see('api', [pod('api-1', other)])
  web.say('1', 'hello')
  await expect.poll(said).toEqual(['web web-1: hello'])
  other.say('2', 'hi')
  await expect.poll(said).toEqual(['web web-1: hello', 'api api-1: hi'])
})

test('an apply of which nothing was seen yet neither ends nor repeats what is heard', async () => {
  const web = api.addPodLog('web-1', 'web').start().say('1', 'hello')
  see('web', [pod('web-1', web)])
  await expect.poll(said).toEqual(['web web-1: hello'])
  see('web', undefined)
  web.say('2', 'still here')
  see('web', [pod('web-1', web)])
  await expect.poll(said).toEqual(['web web-1: hello', 'web web-1: still here'])
  expect(web.openings.filter(({ isFollowed }) => isFollowed)).toHaveLength(1)
})

test('of pods that were there before devloop only the last lines are read, and they are told from new ones', async () => {
  const [old, fresh] = [api.addPodLog('web-1', 'web').start(), api.addPodLog('web-2', 'web').start()]
  see('web', [pod('web-1', old), pod('web-2', fresh)], ['uid-web-1'])
  old.say('1', 'old')
  fresh.say('2', 'new')
  await expect.poll(() => side.lines.next).toBe(2)
  const sources = side.lines.read(0, 2).lines.map(({ source }) => [source.pod, source.isEarlier])
  expect(sources.toSorted()).toEqual([
    ['web-1', true],
    ['web-2', undefined],
  ])
  expect([old.openings[0]?.tailLines, fresh.openings[0]?.tailLines]).toEqual([1_000, undefined])
})

test('closing leaves no stream open', async () => {
  const web = api.addPodLog('web-1', 'web').start().say('1', 'hello')
  see('web', [pod('web-1', web)])
  await expect.poll(said).toHaveLength(1)
  await side.close()
  expect(web.openStreams).toBe(0)
})
