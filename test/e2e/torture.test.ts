import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { proxied } from './api-proxy.ts'
import { isLive, type RunningUp, startUp } from './devloop.ts'
import type { HelloProject } from './project.ts'
import { randomDisturbances } from './torture/disturbances.ts'
import { randomEdits } from './torture/edits.ts'
import { type RunningPod, stayingPods } from './torture/pods.ts'
import { containerFolder, containerName, service, tortureProject } from './torture/project.ts'
import { seeded } from './torture/random.ts'
import { differences, readContainerTree, readHostTree } from './torture/tree.ts'

/*
 * Few seeds and edits by default, since they take as many seconds as the rest of these tests. The whole of it:
 * DEVLOOP_TORTURE_SEEDS=20 DEVLOOP_TORTURE_OPERATIONS=2000 npm run test:e2e:docker -- torture
 */
const firstSeed = Number(process.env.DEVLOOP_TORTURE_FIRST_SEED ?? 1)
const seeds = Array.from(
  { length: Number(process.env.DEVLOOP_TORTURE_SEEDS ?? 2) },
  (_, at) => firstSeed + at,
)
const operations = Number(process.env.DEVLOOP_TORTURE_OPERATIONS ?? 500)
/** How long (ms) devloop may say nothing while a container still differs. */
const patienceMs = 20_000

test.each(seeds)(
  `after ${operations} edits at random, with pods that come and go and a connection that breaks, every container holds what the host holds: seed %i`,
  {
    timeout: 600_000,
  },
  async seed => {
    const random = seeded(seed)
    await using project = await tortureProject(seed)
    const content = project.file('content')
    const edits = await randomEdits(content, random)
    const { proxy, env } = await proxied(project)
    await using _ = proxy
    await using up = startUp({ cwd: project.folder, env })
    await up.next(isLive(service))
    const disturbances = randomDisturbances(project, proxy, random)

    const history: string[] = []
    const note = (line: string) => history.push(`${new Date().toISOString().slice(14, 23)} ${line}`)
    for (let done = 0; done < operations; ) {
      const burst = random.integer(1, 40)
      for (let count = 0; count < burst && done < operations; count++, done++) note(await edits.next())
      if (random.chance(0.15)) note(await disturbances.next())
      // From the middle of a batch of changes to the time that it takes to make it live.
      await wait(random.next() ** 3 * 1_500)
    }
    await settle(project, up, content, history)
  },
)

/** Waits until devloop has nothing left to do and every container is as the host; says what differs where that stays. */
async function settle(project: HelloProject, up: RunningUp, content: string, history: readonly string[]) {
  for (let quietSince = Date.now(), heard = up.lines.length; ; ) {
    const found = await compare(project, content)
    if (found.length === 0 && isIdle(up)) return
    if (up.lines.length !== heard) {
      heard = up.lines.length
      quietSince = Date.now()
    }
    if (Date.now() - quietSince > patienceMs) {
      const last = up.lines.slice(-10).map(line => JSON.stringify(line).slice(0, 300))
      expect.fail([...found.slice(0, 20), ...relevant(history, found), ...last].join('\n'))
    }
    await wait(100)
  }
}

/** What differs, a line each; none where all pods are there and hold what the host holds. */
async function compare(project: HelloProject, content: string): Promise<readonly string[]> {
  const pods = await stayingPods(project)
  if (!pods || pods.length === 0) return ['not all pods run']
  const host = await readHostTree(content)
  const compared = await Promise.all(pods.map(pod => comparePod(project, pod, host)))
  return compared.flat()
}

async function comparePod(
  { cluster, namespace }: HelloProject,
  pod: RunningPod,
  host: Awaited<ReturnType<typeof readHostTree>>,
): Promise<readonly string[]> {
  const container = { namespace, pod: pod.name, container: containerName }
  const tree = await readContainerTree(cluster.api, container, containerFolder)
  return tree ? differences(host, tree).map(line => `${pod.name}: ${line}`) : [`${pod.name} cannot be read`]
}

function isIdle({ lines }: RunningUp): boolean {
  const running = new Set<string>()
  let phase: string | undefined
  for (const line of lines) {
    if (line.type === 'task-started') running.add(line.task.id)
    if (line.type === 'task-ended') running.delete(line.task.id)
    if (line.type === 'service' && line.service === service) phase = line.phase
  }
  return running.size === 0 && phase === 'live'
}

/** Of the history, what has to do with the first paths that differ, and what happened to the stack. */
function relevant(history: readonly string[], found: readonly string[]): readonly string[] {
  const names = found.slice(0, 3).map(line => /"(?:[^"\\]|\\.)*"/.exec(line)?.[0] ?? line)
  const isAbout = (line: string) => names.some(name => line.includes(name.slice(1, -1)))
  return history.filter(line => isAbout(line) || / (?:delete pod|kill|scale|cut|make) /.test(line)).slice(-40)
}
