// Runs a command with a Kubernetes cluster: node test/cluster/with-cluster.js [--containerd] COMMAND [ARGUMENT…]
//
// Which cluster, the first that applies:
// 1. the one that DEVLOOP_E2E_KUBECONFIG names;
// 2. the test cluster (test/cluster/cluster), started where it does not run, and left running.
//
// Never the current context: tests and measurements must not touch a cluster that someone works with.
//
// With --containerd it is always the test cluster, of the flavour whose pods do not run in the Docker engine, with what it
// keeps of tools (`kind`) on the PATH. Only one flavour runs at a time: the other one is brought down first.
//
// Plain JavaScript, for the Node.js that a machine has before anything is installed (20 or newer).
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const withContainerd = process.argv[2] === '--containerd'
const [command, ...commandArguments] = process.argv.slice(withContainerd ? 3 : 2)

if (command === undefined) fail('usage: with-cluster.js [--containerd] COMMAND [ARGUMENT…]', 2)

const chosen = process.env.DEVLOOP_E2E_KUBECONFIG
if (withContainerd) await runWithContainerd(command, commandArguments)
else if (chosen) await become(command, commandArguments, clusterEnvironment(chosen))
else await become(command, commandArguments, clusterEnvironment(await startTestCluster('docker')))

/**
 * @param {string} program
 * @param {string[]} args
 */
async function runWithContainerd(program, args) {
  if (chosen) {
    const why =
      'DEVLOOP_E2E_KUBECONFIG names a cluster, and this needs the second flavour of the test cluster'
    process.stderr.write(`Not run: ${[program, ...args].join(' ')}\n  ${why}.\n`)
    return
  }
  const kubeconfig = await startTestCluster('containerd')
  const tools = join(dirname(kubeconfig), 'bin')
  const searched = [tools, process.env.PATH].join(delimiter)
  await become(program, args, { ...clusterEnvironment(kubeconfig), PATH: searched })
}

/** @param {string} kubeconfig */
function clusterEnvironment(kubeconfig) {
  return { KUBECONFIG: kubeconfig, DEVLOOP_E2E_KUBECONFIG: kubeconfig }
}

/**
 * @param {'docker' | 'containerd'} kind what its pods run on
 * @returns {Promise<string>} the path of its kubeconfig
 */
async function startTestCluster(kind) {
  const obstacle = obstacleHere()
  if (obstacle !== undefined) fail(withoutCluster(obstacle), 1)
  const script = fileURLToPath(new URL('cluster', import.meta.url))
  const running = (await output(script, ['kind'])).trim()
  if (running !== '' && running !== kind) {
    process.stderr.write(`The test cluster of ${running} is brought down: only one runs at a time.\n`)
    await output(script, ['down'])
  }
  const kubeconfig = await output(script, kind === 'docker' ? ['up'] : ['up', '--containerd'])
  await output(script, ['images'])
  return kubeconfig.trim()
}

/** Why the test cluster cannot run on this machine; undefined where it can. */
function obstacleHere() {
  if (process.platform !== 'linux') return `it needs Linux, and this is ${process.platform}`
  if (!/^VERSION_CODENAME="?bookworm"?$/m.test(readIfThere('/etc/os-release')))
    return 'it needs Debian 12 (bookworm)'
  if (process.getuid?.() !== 0) return 'it needs root'
  return undefined
}

/** @param {string} obstacle */
function withoutCluster(obstacle) {
  return `There is no Kubernetes cluster to run with, and the project's own cannot start here: ${obstacle}.
Start a local one that may be written to (Docker Desktop, kind, minikube, k3d, …) and name its kubeconfig:
  export DEVLOOP_E2E_KUBECONFIG=PATH`
}

/**
 * Runs a program to its end, with its messages on this process's stderr.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<string>} what it printed
 */
async function output(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', part => {
    text += part
  })
  const end = await ending(child)
  if (end.status !== 0) leave(end)
  return text
}

/**
 * Runs the command in this process's place: same terminal, same signals, same exit.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} environment what to add to this process's own
 */
async function become(program, args, environment) {
  leave(await ending(spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } })))
}

/**
 * @typedef {{ status: number | null, signal: NodeJS.Signals | null }} Ending
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<Ending>} once the child has ended; until then, signals to this process are the child's
 */
function ending(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  /** @param {NodeJS.Signals} signal */
  const pass = signal => {
    // A terminal tells the whole group of a Ctrl-C: sent on, it would reach the child twice.
    if (signal !== 'SIGTERM' && process.stdin.isTTY) return
    child.kill(signal)
  }
  for (const signal of signals) process.on(signal, pass)
  return new Promise(resolve => {
    child.once('error', error => fail(`cannot start ${child.spawnfile}: ${error.message}`, 127))
    child.once('close', (status, signal) => {
      for (const name of signals) process.off(name, pass)
      resolve({ status, signal })
    })
  })
}

/**
 * Ends as the child did.
 * @param {Ending} end
 * @returns {never}
 */
function leave({ status, signal }) {
  process.exit(status ?? 128 + (signal === null ? 0 : constants.signals[signal]))
}

/**
 * @param {string} message
 * @param {number} status
 * @returns {never}
 */
function fail(message, status) {
  process.stderr.write(`${message}\n`)
  process.exit(status)
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
