// npm run bench:sandbox: what a user of the sandbox waits for, on a machine with neither a cluster nor a Docker engine. Prints
// a table, and writes bench/results/sandbox.json.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sandboxFolder, sandboxKubeconfig } from '../src/util/sandbox-place.ts'
import { devloop, isLive, startUp } from '../test/e2e/devloop.ts'
import { freePort } from '../test/e2e/project.ts'
import { untilServed } from './client.ts'
import { pagesOfNode, timeEdits } from './pages.ts'
import { median, report, row } from './report.ts'
import { timeOwnStart, timeRestarts } from './restart.ts'

const starts = 7
/** As many as on the real cluster are as quick as an edit usually is: the first ones find everything cold. */
const copiedEdits = 100
const edits = 20

const home = await mkdtemp(path.join(tmpdir(), 'devloop-bench-sandbox-'))
// All that is started from here on has them: no cluster and no engine of this machine is to be found.
Object.assign(process.env, { KUBECONFIG: '', DOCKER_HOST: 'unix:///nowhere', XDG_STATE_HOME: home })
try {
  await report(await measure(), 'sandbox')
} finally {
  await devloop(['sandbox', 'down'], { cwd: home })
  await rm(home, { recursive: true, force: true })
}

async function measure() {
  const folder = path.join(home, 'hello')
  const port = await freePort()
  await cp(new URL('../examples/hello', import.meta.url), folder, { recursive: true })
  const devfile = path.join(folder, 'Devfile.ts')
  await writeFile(devfile, (await readFile(devfile, 'utf8')).replace("'8080:", `'${port}:`))

  const first: number[] = []
  const second: number[] = []
  for (let start = 1; start <= starts; start++) {
    say(`a first and a second start, ${start} of ${starts}`)
    process.env.XDG_STATE_HOME = path.join(home, `state-${start}`)
    for (const times of [first, second]) times.push(await timeStart(folder, `http://localhost:${port}/`))
  }

  const up = await devloop(['sandbox', 'up'], { cwd: folder })
  if (up.code !== 0) throw new Error(up.stderr)
  process.env.DEVLOOP_E2E_KUBECONFIG = sandboxKubeconfig(sandboxFolder(process.env))
  const copies = await timeCopies()
  const ownStart = await timeOwnStart()
  const restarts = await timeRestarts(edits, say)
  return [
    row('sandbox: hello, nothing there yet → live', 's', first, 60),
    row('sandbox: hello, the second start → live', 's', second, 3),
    row('sandbox: edit of a copied file → served', 'ms', copies, 30),
    row('sandbox: edit → process started anew, serves', 'ms', restarts, 200 + median(ownStart)),
    row('  of which the application’s own start', 'ms', ownStart, Number.NaN),
  ]
}

/** Seconds from the command until the service is live and answers; what was started ends with it. */
async function timeStart(folder: string, url: string): Promise<number> {
  const begun = performance.now()
  await using up = startUp({ cwd: folder }, ['--sandbox'])
  await up.next(isLive('hello'))
  const took = await untilServed(url, 'Hello', begun)
  await up.end('SIGINT')
  const down = await devloop(['down'], { cwd: folder })
  if (!down.stdout.includes('has ended')) throw new Error(`the sandbox goes on: ${down.stdout}${down.stderr}`)
  return took / 1_000
}

async function timeCopies(): Promise<readonly number[]> {
  await using site = await pagesOfNode('bench-sandbox')
  await using up = startUp({ cwd: site.folder, env: site.env })
  await up.next(isLive('site'))
  say(`edit of a copied file, ${copiedEdits} times`)
  return await timeEdits(site, copiedEdits, () => up.next(isLive('site')))
}

function say(text: string) {
  process.stderr.write(`${text}\n`)
}
