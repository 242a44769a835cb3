import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { isLive, type RunningUp, startUp } from '../test/e2e/devloop.ts'
import { htdocs, type SiteProject, siteProject } from '../test/e2e/site.ts'
import { pagesOfNode, timeEdits } from './pages.ts'

/** Milliseconds each. */
export interface SyncTimes {
  /** Of a file of 1 kB, from the save until the pod serves it. */
  readonly edits: readonly number[]
  /** The same with a `kubectl exec` for each. */
  readonly byExec: readonly number[]
  /** Of 1,000 files that change at once, from the first write until three replicas have them all. */
  readonly branches: readonly number[]
  /** Of one file of 20 MB, in the same way. */
  readonly large: readonly number[]
}

const files = 1_000
const kilobyte = 1_024

/** Times what needs no restart: pages that a server reads when they are asked for. */
export async function timeCopies(edits: number, say: (text: string) => void): Promise<SyncTimes> {
  const own = await timePages(edits, say)
  await using site = await siteProject('bench-site', { replicas: 3 })
  await using up = startUp({ cwd: site.folder, env: site.env })
  await up.next(isLive('site'))
  const write = (name: string, content: string | Uint8Array) => site.write(`public/${name}`, content)

  const branches: number[] = []
  for (let round = 0; round < 5; round++) {
    say(`${files} files at once, into three replicas, ${round + 1} of 5`)
    const begun = performance.now()
    await Promise.all(
      Array.from({ length: files }, (_, file) =>
        write(`page-${file}.html`, `round ${round} `.padEnd(kilobyte, '.')),
      ),
    )
    branches.push(await untilSettled(up, begun))
    await checkReplicas(site, round)
  }

  const large: number[] = []
  for (let round = 0; round < 5; round++) {
    say(`a file of 20 MB, ${round + 1} of 5`)
    const content = randomBytes(20 * 1_000_000)
    const begun = performance.now()
    await write('large.bin', content)
    large.push(await untilSettled(up, begun))
  }

  say('the same edit by kubectl exec, 20 times')
  const byExec: number[] = []
  await up.end('SIGINT')
  const [pod = ''] = await site.pods()
  for (let edit = 0; edit < 20; edit++) {
    const begun = performance.now()
    await site.kubectl('exec', pod, '--', 'sh', '-c', `echo by-hand ${edit} > ${htdocs}/index.html`)
    byExec.push(performance.now() - begun)
  }
  return { edits: own, byExec, branches, large }
}

async function timePages(edits: number, say: (text: string) => void): Promise<readonly number[]> {
  await using site = await pagesOfNode('bench-pages')
  await using up = startUp({ cwd: site.folder, env: site.env })
  await up.next(isLive('site'))
  say(`edit of a copied file, ${edits} times`)
  return await timeEdits(site, edits, () => up.next(isLive('site')))
}

/** Until the service is live, and nothing more has happened for a while: a burst may come as several changes. */
async function untilSettled(up: RunningUp, since: number): Promise<number> {
  for (;;) {
    await up.next(isLive('site'))
    const took = performance.now() - since
    const before = up.lines.length
    await pause(500)
    if (up.lines.length === before) return took
  }
}

async function checkReplicas(site: SiteProject, round: number): Promise<void> {
  const pods = await site.pods()
  if (pods.length !== 3) throw new Error(`3 pods expected, not ${pods.length}`)
  for (const pod of pods) {
    const count = await site.inPod(pod, `grep -l 'round ${round} ' ${htdocs}/page-*.html | wc -l`)
    if (Number(count) !== files) throw new Error(`${pod} has ${count.trim()} of ${files} files`)
  }
}
