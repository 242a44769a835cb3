import { get } from 'node:http'
import { expect, test } from 'vitest'
import { podType } from '../../src/model/kube-api.ts'
import { devloop, isLive, isStarted, processesWith, startUp } from './devloop.ts'
import { helloProject } from './project.ts'

test('up makes the stack live at its address, an edit goes live without a refused request, and down takes all away', async () => {
  await using project = await helloProject('up')
  const { cwd, env } = { cwd: project.folder, env: project.env }
  await using up = startUp({ cwd, env })

  const live = await up.next(isLive('hello'))
  expect(live.tookMs).toBeGreaterThan(0)
  expect(await text(project.url)).toBe('Hello from devloop!\n')

  const requests = askSteadily(project.url)
  await project.greet('Hello again!')
  const again = await up.next(isLive('hello'))
  // A busy machine may see the file between its truncation and its content.
  expect(new Set(again.causes)).toEqual(new Set([project.file('src/greeting.js')]))
  expect(await text(project.url)).toBe('Hello again!\n')
  await requests.until(answer => answer === 'Hello again!\n')
  const { refused, answers } = requests.stop()
  expect(refused).toEqual([])
  expect(new Set(answers)).toEqual(new Set(['Hello from devloop!\n', 'Hello again!\n']))

  const { code, tookMs } = await up.end('SIGINT')
  expect(code).toBe(0)
  expect(tookMs).toBeLessThan(2_000)
  expect(processesWith('DEVLOOP_E2E_MARK', project.name)).toEqual([])

  const down = await devloop(['down'], { cwd, env })
  expect(down).toMatchObject({ code: 0, stderr: '' })
  expect(down.stdout).toContain(`${project.name} is gone: 2 objects in `)
  const pods = await project.cluster.api.list(podType, { namespace: project.namespace })
  expect(pods.ok && pods.value).toEqual([])

  const second = await devloop(['down'], { cwd, env })
  expect(second).toMatchObject({ code: 0, stdout: `There is nothing of ${project.name} in the cluster.\n` })
})

test('plain output has a line a step, each with its duration, and the address that answers', async () => {
  await using project = await helloProject('plain')
  const options = { cwd: project.folder, env: project.env }
  // Something of the stack is there, so that what is new is told from it.
  await using first = startUp(options)
  await first.next(isLive('hello'))
  await first.end('SIGINT')

  const { code, stdout } = await plainUp(
    options,
    new RegExp(`hello +live .*http://localhost:${project.port}`),
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/^\d\d:\d\d:\d\d cluster +connected /m)
  expect(stdout).toMatch(
    new RegExp(`${project.name}/hello +(?:built|unchanged) +\\S+:devloop-[0-9a-f]{16} in [\\d.]+ m?s`),
  )
  expect(stdout).toMatch(/hello +applied +in [\d.]+ m?s/)
  expect(stdout).toMatch(/hello +live +in [\d.]+ m?s/)
})

test('a second up of the same content rolls nothing again', async () => {
  await using project = await helloProject('again')
  const options = { cwd: project.folder, env: project.env }
  const podsNow = async () => {
    const pods = await project.cluster.api.list(podType, { namespace: project.namespace })
    return pods.ok ? pods.value.map(pod => pod.metadata.name) : []
  }
  await using first = startUp(options)
  await first.next(isLive('hello'))
  const before = await podsNow()
  await first.end('SIGINT')

  await using second = startUp(options)
  await second.next(isLive('hello'))
  expect(await text(project.url)).toBe('Hello from devloop!\n')
  expect(await podsNow()).toEqual(before)
})

test('after a kill -9, down leaves nothing of the project in the cluster', async () => {
  await using project = await helloProject('killed')
  const options = { cwd: project.folder, env: project.env }
  await using up = startUp(options)
  await up.next(isLive('hello'))
  await up.end('SIGKILL')

  const down = await devloop(['down'], options)
  expect(down.stdout).toContain(`${project.name} is gone: 2 objects in `)
  for (const plural of ['pods', 'services']) {
    const type = { ...podType, plural, kind: plural === 'pods' ? 'Pod' : 'Service' }
    const left = await project.cluster.api.list(type, { namespace: project.namespace })
    expect(left.ok && left.value).toEqual([])
  }
})

test('what is edited while the first build runs is what ends live', async () => {
  await using project = await helloProject('early')
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isStarted('build'))
  await project.greet('Edited during the build')
  await up.next(isLive('hello'))
  expect(await text(project.url)).toBe('Edited during the build\n')
})

/** One request on a connection of its own. Rejects where it is refused or cut. */
function text(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, async response => {
      let body = ''
      response.setEncoding('utf8')
      for await (const part of response) body += part
      resolve(body)
    }).on('error', reject)
  })
}

/** Asks again and again, one request after the other, each on a new connection. */
function askSteadily(url: string) {
  const answers: string[] = []
  const refused: string[] = []
  let isStopped = false
  let wake = () => {}
  const run = async () => {
    while (!isStopped) {
      await text(url).then(
        answer => answers.push(answer),
        error => refused.push(String(error)),
      )
      wake()
    }
  }
  void run()
  return {
    until: (isWanted: (answer: string) => boolean) =>
      new Promise<void>(resolve => {
        wake = () => answers.some(isWanted) && resolve()
        wake()
      }),
    stop() {
      isStopped = true
      return { answers, refused }
    },
  }
}

/** Runs `up` for a person until a line fits, then ends it as Ctrl-C does. */
async function plainUp(options: { cwd: string; env: Readonly<Record<string, string>> }, until: RegExp) {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [new URL('../../bin/devloop', import.meta.url).pathname, 'up'], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stdout = ''
  let isAsked = false
  child.stdout.setEncoding('utf8').on('data', part => {
    stdout += part
    if (!isAsked && until.test(stdout)) isAsked = child.kill('SIGINT')
  })
  const code = await new Promise(resolve => child.once('close', resolve))
  return { code, stdout }
}
