// npm run bench: what a user waits for, measured as an HTTP client of the service on the real cluster, beside the same
// steps done by hand, in one run. Prints a table, and writes bench/results/latest.json.
import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { devloop, isLive, type RunningUp, startUp } from '../test/e2e/devloop.ts'
import { type HelloProject, helloProject } from '../test/e2e/project.ts'
import { timeBuilds } from './builds.ts'
import { openByHand } from './by-hand.ts'
import { untilServed } from './client.ts'
import { logRows, timeLogs } from './logs.ts'
import { cpuSeconds, residentMegabytes } from './processes.ts'
import { median, percentile, type Row, report, row } from './report.ts'
import { timeOwnStart, timeRestarts } from './restart.ts'
import { timeCopies } from './sync.ts'

const bin = new URL('../bin/devloop', import.meta.url).pathname
const helpRuns = 15
const upRuns = 7
const coldUpRuns = 7
const edits = 15
const copiedEdits = 200
const restartEdits = 30
const buildRounds = 7
const idleMs = 30_000
/** In which the pod that was replaced ends: it would slow the next one down. */
const leastRestMs = 3_000
/**
 * The kubelet looks once in this time which containers run, so that edit → new pod is rounded up to its next look.
 * The rests between the edits are spread over one such cycle: edits that all fall on the same moment of it would
 * measure that moment.
 */
const kubeletCycleMs = 1_000

await using project = await helloProject('bench')
await using other = await helloProject('bench-by-hand')
// The kubelet probes once a second, counted from when it first heard of the pod: a quantum as large as what is measured,
// which would make every median a toss-up. Without a probe a pod counts as ready when its container runs.
for (const { read, write } of [project, other]) {
  const manifest = await read('k8s/deployment.yaml')
  await write('k8s/deployment.yaml', manifest.slice(0, manifest.indexOf('          readinessProbe:')))
}

say(`--help, ${helpRuns} times`)
const help = await repeat(helpRuns, timeHelp)
say('first up')
await (await liveUp(project)).end('SIGINT')
say(`up with everything built, ${upRuns} times`)
const up = await repeat(upRuns, () => timeUp(project))
say(`the same after devloop down, ${coldUpRuns} times`)
const coldUp = await repeat(coldUpRuns, async () => {
  await devloop(['down'], { cwd: project.folder, env: project.env })
  return timeUp(project)
})

await using running = await liveUp(project)
await using byHand = await openByHand(other)
const edit: number[] = []
const floor: number[] = []
// The first of each warms up what the others find warm.
for (let round = 0; round <= edits; round++) {
  say(`edit ${round} of ${edits}`)
  const word = `round ${round}`
  const restMs = leastRestMs + (kubeletCycleMs * round) / edits
  const ownTime = await timeEdit(project, project.url, word, async () => {})
  await pause(restMs)
  const floorTime = await timeEdit(other, byHand.url, word, byHand.update)
  await pause(restMs)
  if (round > 0) {
    edit.push(ownTime)
    floor.push(floorTime)
  }
}

say(`idle for ${idleMs / 1_000} s`)
await pause(2_000)
const cpuBefore = cpuSeconds(running.pid)
await pause(idleMs)
const idleCpu = ((cpuSeconds(running.pid) - cpuBefore) / (idleMs / 1_000)) * 100
const memory = residentMegabytes(running.pid)

say('how long the application takes to start by itself')
const ownStart = await timeOwnStart()
const restarts = await timeRestarts(restartEdits, say)
const copies = await timeCopies(copiedEdits, say)
const logs = await timeLogs(say)
const builds = await timeBuilds({ rounds: buildRounds, turns: 500 }, say)
const tinyBuilds = await timeBuilds({ rounds: buildRounds, turns: 50 }, say)

const floorMedian = median(floor)
const rows: readonly Row[] = [
  row('--help', 'ms', help, 120),
  row('up with everything built → port answers', 'ms', up, 2_000),
  row('  the same after down: new pods, too', 'ms', coldUp, 2_000),
  row('edit → new pod serves it', 'ms', edit, 1.1 * floorMedian),
  row('  the same by hand (the floor)', 'ms', floor, Number.NaN),
  { what: '  edit ÷ floor', unit: '×', value: median(edit) / floorMedian, target: 1.1 },
  row('edit of a copied file → served, median', 'ms', copies.edits, 30),
  { ...row('  99 of 100', 'ms', copies.edits, 80), value: percentile(copies.edits, 99) },
  row('  the same written by kubectl exec, without serving', 'ms', copies.byExec, Number.NaN),
  row('1,000 files → all in three replicas', 'ms', copies.branches, 1_500),
  row('one file of 20 MB → in three replicas', 'ms', copies.large, 1_000),
  row('ten images, built cold', 'ms', builds.own, 1.05 * median(builds.byBake)),
  row('  the same by docker buildx bake', 'ms', builds.byBake, Number.NaN),
  row('ten tiny images, built cold', 'ms', tinyBuilds.own, 1.05 * median(tinyBuilds.byBake)),
  row('  the same by docker buildx bake', 'ms', tinyBuilds.byBake, Number.NaN),
  row('edit → process started anew, serves', 'ms', restarts, 200 + median(ownStart)),
  row('  of which the application’s own start', 'ms', ownStart, Number.NaN),
  ...logRows(logs),
  { what: 'resident memory, idle, all processes', unit: 'MB', value: memory, target: 130 },
  { what: 'CPU, idle', unit: '%', value: idleCpu, target: 0.5 },
]
await report(rows, 'latest')

async function timeHelp(): Promise<number> {
  const begun = performance.now()
  await promisify(execFile)(process.execPath, [bin, '--help'])
  return performance.now() - begun
}

async function liveUp({ folder, env }: HelloProject): Promise<RunningUp> {
  const started = startUp({ cwd: folder, env })
  await started.next(isLive('hello'))
  return started
}

async function timeUp({ folder, env, url }: HelloProject): Promise<number> {
  const begun = performance.now()
  const started = startUp({ cwd: folder, env })
  const took = await untilServed(url, 'Hello', begun)
  await started.next(isLive('hello'))
  await started.end('SIGINT')
  return took
}

/** From the moment at which the file is saved. */
async function timeEdit(
  target: HelloProject,
  url: string,
  word: string,
  act: () => Promise<void>,
): Promise<number> {
  await target.greet(`Hello, ${word}`)
  const begun = performance.now()
  const [took] = await Promise.all([untilServed(url, word, begun), act()])
  return took
}

async function repeat(times: number, measure: () => Promise<number>): Promise<readonly number[]> {
  const samples: number[] = []
  for (let run = 0; run < times; run++) samples.push(await measure())
  return samples
}

function say(text: string) {
  process.stderr.write(`${text}\n`)
}
