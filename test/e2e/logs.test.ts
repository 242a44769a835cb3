import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Cluster, connectCluster } from '../../src/cluster/connect.ts'
import { type KubeObject, projectLabel, serviceLabel } from '../../src/model/kube.ts'
import { podType } from '../../src/model/kube-api.ts'
import type { LogLine } from '../../src/model/log.ts'
import { readProjectLogs } from '../../src/session/project-logs.ts'
import { proxied, startApiProxy } from './api-proxy.ts'
import { devloop, isLive, startUp } from './devloop.ts'
import { helloProject } from './project.ts'
import { openRealCluster, type RealCluster } from './real-cluster.ts'

const kubeconfig = process.env.DEVLOOP_E2E_KUBECONFIG ?? ''
const bin = path.resolve(import.meta.dirname, '../../bin/devloop')
/** Of this run: the pods of an earlier one may still be on their way out. */
const [flooding, crashing, talking] = ['flood', 'crash', 'talk'].map(name => `${name}-${process.pid}`) as [
  string,
  string,
  string,
]
const waiting = { timeout: 90_000, interval: 100 }

let real: RealCluster
let folder: string
beforeAll(async () => {
  real = await openRealCluster('logs')
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-e2e-logs-'))
})
afterAll(async () => {
  await real[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

interface PodScripts {
  readonly main: string
  readonly init?: string
}

/** A pod of busybox that belongs to a project's service. The scripts share a folder `/shared`. */
function pod(project: string, service: string, { main, init }: PodScripts): KubeObject {
  const container = (name: string, script: string) => ({
    name,
    image: 'busybox:1.36',
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', script],
    volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
  })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${project}-${service}-1`,
      namespace: real.namespace,
      labels: { [projectLabel]: project, [serviceLabel]: service },
    },
    spec: {
      terminationGracePeriodSeconds: 0,
      volumes: [{ name: 'shared', emptyDir: {} }],
      ...(init !== undefined && { initContainers: [container('prepare', init)] }),
      containers: [container(service, main)],
    },
  }
}

async function start(object: KubeObject): Promise<void> {
  // A namespace takes pods only once it was given its service account.
  await vi.waitUntil(async () => (await real.cluster.api.apply(object)).ok, waiting)
}

/** What is heard of a project from now on. */
function follow(project: string, cluster: Cluster = real.cluster) {
  const controller = new AbortController()
  const lines: LogLine[] = []
  const ended = readProjectLogs({
    api: cluster.api,
    project,
    namespace: real.namespace,
    isWanted: () => true,
    isFollowed: true,
    signal: controller.signal,
    onLines: async more => void lines.push(...more),
    onMissed(missed) {
      throw new Error(`${missed} lines were missed`)
    },
    onTrouble: () => {},
  })
  return {
    texts: () => lines.map(({ text }) => text),
    lines,
    async [Symbol.asyncDispose]() {
      controller.abort()
      await ended
    },
  }
}

const flood = `
  i=0
  while [ $i -lt 100000 ]; do
    j=0; while [ $j -lt 500 ]; do echo "line $i"; i=$((i+1)); j=$((j+1)); done
    sleep 0.1
  done
  echo done; sleep 3600`

test('of a pod that prints thousands of lines a second no line is lost or doubled, also where connections are cut', async () => {
  await using proxy = await startApiProxy(kubeconfig)
  const throughProxy = path.join(folder, 'kubeconfig')
  await proxy.writeKubeconfig(kubeconfig, throughProxy)
  const allowed = { allowed: [], env: process.env, signal: new AbortController().signal }
  const connected = await connectCluster({ kubeconfig: throughProxy, ...allowed })
  if (!connected.ok) throw new Error(connected.failure.message)
  try {
    await using direct = follow(flooding)
    await using cut = follow(flooding, connected.value)
    await start(pod(flooding, 'printer', { main: flood }))
    const isDone = ({ texts }: typeof direct) => texts().at(-1) === 'done'
    let cuts = 0
    for (const begun = Date.now(); !isDone(direct) && Date.now() - begun < 90_000; cuts++) {
      const heard = cut.lines.length
      await vi.waitUntil(() => isDone(direct) || cut.lines.length > heard + 10_000, waiting)
      await proxy.cut()
      await proxy.restore()
    }
    await vi.waitUntil(() => isDone(direct) && isDone(cut), waiting)
    const all = [...Array.from({ length: 100_000 }, (_, index) => `line ${index}`), 'done']
    expect(direct.texts()).toEqual(all)
    expect(cut.texts()).toEqual(all)
    expect(cuts).toBeGreaterThan(3)
    const [first, last] = [direct.lines[0], direct.lines.at(-1)].map(line => Date.parse(line?.time ?? ''))
    const seconds = ((last ?? 0) - (first ?? 0)) / 1_000
    process.stdout.write(
      `  measured: ${Math.round(100_000 / seconds)} lines/s for ${seconds.toFixed(0)} s, ${cuts} cuts\n`,
    )
  } finally {
    await connected.value.close()
  }
})

test('a crash, the restart and what prepared the pod are heard in order, each line once', async () => {
  await using heard = follow(crashing)
  const main = `
    if [ -e /shared/again ]; then echo second; sleep 3600; fi
    touch /shared/again; sleep 2; echo first; printf 'last words'; exit 3`
  await start(pod(crashing, 'web', { init: 'echo preparing; printf prepared', main }))
  await vi.waitUntil(() => heard.texts().includes('second'), waiting)
  expect(heard.texts()).toEqual(['preparing', 'prepared', 'first', 'last words', 'second'])
  expect(heard.lines.map(({ source }) => source.container)).toEqual([
    'prepare',
    'prepare',
    'web',
    'web',
    'web',
  ])

  // Whoever comes later sees the crash, too, as long as the node has it: its collector of dead containers takes the one that has
  // just been made, and not started yet, for the newest dead one, and removes the one that is worth keeping.
  await using later = follow(crashing)
  await vi.waitUntil(() => later.texts().includes('second'), waiting)
  const previous = { namespace: real.namespace, pod: `${crashing}-web-1`, container: 'web', previous: true }
  const isKept = (await real.cluster.api.podLog({ ...previous, tailLines: 1 })).ok
  const lost = isKept ? [] : ['first', 'last words']
  expect(later.texts()).toEqual(heard.texts().filter(text => !lost.includes(text)))
})

test('devloop logs shows what was said without a running up, filtered as asked, and follows until Ctrl-C', async () => {
  const options = { cwd: folder, env: { KUBECONFIG: kubeconfig } }
  await writeFile(
    path.join(folder, 'service.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
  )
  await writeFile(
    path.join(folder, 'Devfile.ts'),
    `import { defineDevfile } from 'devloop'
     export default defineDevfile({
       name: '${talking}',
       namespace: '${real.namespace}',
       services: { web: { manifests: ['service.yaml'] }, api: { manifests: ['service.yaml'] } },
     })`,
  )
  const main = `
    echo '{"level":"error","msg":"no database","port":5432}'
    printf '\\033[31mred\\033[0m\\033]0;owned\\007\\033[2J\\n'
    until [ -e /shared/go ]; do sleep 0.1; done; echo went; sleep 3600`
  await start(pod(talking, 'web', { main }))
  await start(pod(talking, 'api', { main: 'echo INFO up; sleep 3600' }))
  const show = (...args: string[]) => devloop(['logs', ...args], options)
  await vi.waitUntil(async () => (await show()).stdout.split('\n').length === 4, waiting)

  const all = await show()
  expect(all.stdout.split('\n').toSorted().filter(Boolean)).toEqual([
    'api 1 │ INFO up',
    'web 1 │ ERROR no database port=5432',
    'web 1 │ red',
  ])
  expect(await show('api')).toMatchObject({ code: 0, stdout: 'api 1 │ INFO up\n', stderr: '' })
  expect(await show('--level', 'warn')).toMatchObject({ stdout: 'web 1 │ ERROR no database port=5432\n' })
  expect(await show('--grep', '^r.d$')).toMatchObject({ stdout: 'web 1 │ red\n' })
  expect(await show('--since', '1ms')).toMatchObject({ code: 0, stdout: '' })
  expect(await show('wep')).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean web?') })
  expect(await show('--grep', '(')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Invalid regular'),
  })
  expect(await show('--since', 'soon')).toMatchObject({ code: 1, stderr: expect.stringContaining('10m') })

  const following = spawn(process.execPath, [bin, 'logs', '-f', 'web'], {
    cwd: folder,
    env: { ...process.env, ...options.env },
  })
  const closed = once(following, 'close')
  let text = ''
  following.stdout.setEncoding('utf8').on('data', part => {
    text += part
  })
  await vi.waitUntil(() => text.includes('red'), waiting)
  expect(text).not.toContain('went')
  const go = await real.cluster.api.execPod({
    namespace: real.namespace,
    pod: `${talking}-web-1`,
    container: 'web',
    command: ['touch', '/shared/go'],
  })
  if (go.ok) await go.value.ended
  await vi.waitUntil(() => text.includes('went'), waiting)
  following.kill('SIGINT')
  expect((await closed)[0]).toBe(0)

  // Who reads may end first.
  const head = spawn('sh', ['-c', `"${process.execPath}" "${bin}" logs -f | head -n 1`], {
    cwd: folder,
    env: { ...process.env, ...options.env },
  })
  let first = ''
  head.stdout.setEncoding('utf8').on('data', part => {
    first += part
  })
  const headClosed = once(head, 'close')
  await vi.waitUntil(() => first.includes('\n'), waiting)
  // The pipe is found to be closed by the next line.
  await real.cluster.api.delete(podType, { namespace: real.namespace, name: `${talking}-api-1` })
  await start(pod(talking, 'next', { main: 'while true; do echo more; sleep 1; done' }))
  await headClosed
  expect(first.trimEnd().split('\n')).toHaveLength(1)
})

test('up tells a program what the services say, from their first line', async () => {
  await using project = await helloProject('up-logs')
  await project.edit(
    'src/server.js',
    'import',
    "console.log(JSON.stringify({ level: 40, msg: 'first line' }))\nimport",
  )
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive('hello'))
  up.rewind()
  expect(await up.next(line => line.type === 'log')).toMatchObject({
    service: 'hello',
    namespace: project.namespace,
    container: 'hello',
    text: 'WARN  first line',
    level: 'warn',
  })
})

test('beside a running up devloop logs shows what that has read, though the cluster answers nobody', async () => {
  await using project = await helloProject('ring-logs')
  await project.say('ERROR no database', 'listening')
  const { proxy: opened, env } = await proxied(project)
  await using proxy = opened
  const options = { cwd: project.folder, env }
  await using up = startUp(options)
  await up.next(line => line.type === 'log' && line.text === 'listening')
  proxy.stall()
  const begun = performance.now()
  const all = await devloop(['logs'], options)
  const tookMs = performance.now() - begun
  expect(all).toMatchObject({ code: 0, stderr: '' })
  expect(all.stdout).toMatch(/^hello \w+ │ ERROR no database\nhello \w+ │ listening\n$/)
  expect((await devloop(['logs', 'hello', '--level', 'error'], options)).stdout).toMatch(
    /^.* │ ERROR no database\n$/,
  )
  expect((await devloop(['logs', '--grep', '^list', '--since', '1h'], options)).stdout).toMatch(
    /^.* │ listening\n$/,
  )
  expect(await devloop(['logs', 'helo'], options)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Did you mean hello?'),
  })
  process.stdout.write(`  measured: devloop logs beside a running up in ${tookMs.toFixed()} ms\n`)

  const following = spawn(process.execPath, [bin, 'logs', '-f'], {
    cwd: project.folder,
    env: { ...process.env, ...env },
  })
  const closed = once(following, 'close')
  let [text, warning] = ['', '']
  following.stdout.setEncoding('utf8').on('data', part => {
    text += part
  })
  following.stderr.setEncoding('utf8').on('data', part => {
    warning += part
  })
  await vi.waitUntil(() => text === all.stdout, waiting)
  await devloop(['stop'], options)
  expect((await closed)[0]).toBe(0)
  expect(text).toBe(all.stdout)
  expect(warning).toContain('devloop up has ended')
})
