import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { JsonLine } from '../../src/feed/lines.ts'
import { podType } from '../../src/model/kube-api.ts'
import { proxied } from './api-proxy.ts'
import { devloop, isLive, startUp } from './devloop.ts'
import { type HelloProject, helloProject } from './project.ts'

/** A file of the container that a rule brings back, and a command that changes another one. */
function devfile({ name, namespace, port }: HelloProject): string {
  return `import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: '${name}',
  namespace: '${namespace}',
  images: {
    '${name}/hello': docker({
      context: '.',
      sync: [
        { from: 'generated', to: '/app/generated', back: true },
        { from: 'lock.json', to: '/app/lock.json', back: true },
        { from: '.', to: '/app' },
      ],
      runs: [{ run: 'wc -c <package.json >lock.json', when: ['package.json', 'lock.json'] }],
    }),
  },
  services: { hello: { manifests: ['k8s/*.yaml'], ports: ['${port}:3000'] } },
})
`
}

async function backProject(purpose: string, replicas: number): Promise<HelloProject> {
  const project = await helloProject(purpose)
  await project.write('Devfile.ts', devfile(project))
  await project.write('lock.json', 'none')
  await project.edit('Dockerfile', 'USER node', 'COPY lock.json ./\nRUN chown -R node /app\nUSER node')
  await project.edit('k8s/deployment.yaml', 'replicas: 1', `replicas: ${replicas}`)
  return project
}

/** Runs a command in every pod, and gives what each printed. */
async function inPods({ cluster, namespace }: HelloProject, script: string): Promise<readonly string[]> {
  const pods = await cluster.api.list(podType, { namespace })
  if (!pods.ok) throw new Error(pods.failure.message)
  return Promise.all(
    pods.value
      .map(pod => pod.metadata.name)
      .sort()
      .map(async pod => {
        const place = { namespace, pod, container: 'hello' }
        const started = await cluster.api.execPod({ ...place, command: ['sh', '-c', script] }, {})
        if (!started.ok) throw new Error(started.failure.message)
        let text = ''
        for await (const part of started.value.streams) text += part
        return text
      }),
  )
}

function isOutput(text: string) {
  return (line: JsonLine) => line.type === 'task-output' && line.line.includes(text)
}

function isSync(line: JsonLine): boolean {
  return line.type === 'task-ended' && line.task.kind === 'sync'
}

test('what the first replica makes is soon on this machine and in the other replicas, and sets off nothing in it', async () => {
  await using project = await backProject('back', 2)
  const options = { cwd: project.folder, env: project.env }
  await using up = startUp(options)
  await up.next(isLive('hello'))

  const [first] = await inPods(project, 'hostname')
  const began = performance.now()
  const script = `[ "$(hostname)" = ${first?.trim()} ] && mkdir generated && printf 'made\\000there' >generated/a.bin`
  await inPods(project, script)
  await up.next(isOutput('generated/a.bin came back'))
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(await project.read('generated/a.bin')).toBe('made\0there')
  await up.next(isLive('hello'))
  expect(await inPods(project, 'cat generated/a.bin')).toEqual(['made\0there', 'made\0there'])

  // The command of the user's own edit changes the lock file; its way back runs the command in the other replica alone.
  up.skip()
  await project.write('package.json', '{ "type": "module" }')
  await up.next(isOutput('lock.json came back'))
  await up.next(line => isLive('hello')(line) && line.causes?.includes(project.file('lock.json')) === true)
  expect((await project.read('lock.json')).trim()).toBe('20')
  const runs = up.lines.filter(line => line.type === 'task-output' && line.line.startsWith('$ wc'))
  expect(runs).toHaveLength(3)

  await up.end('SIGINT')
  await devloop(['down'], options)
})

test('where both sides changed a file neither version is lost, and deletions come back too', async () => {
  await using project = await backProject('back-both', 1)
  const { proxy: opened, env } = await proxied(project)
  await using proxy = opened
  const options = { cwd: project.folder, env }
  await using up = startUp(options)
  await up.next(isLive('hello'))
  await inPods(project, 'mkdir generated; echo common >generated/a; echo other >generated/b')
  await up.next(isOutput('came back'))
  await up.next(isLive('hello'))

  // While neither side hears of the other.
  await proxy.cut()
  await Promise.all([project.write('generated/a', 'mine\n'), inPods(project, 'echo theirs >generated/a')])
  await proxy.restore()
  await up.next(isSync)
  const both = async () => {
    const texts = [await project.read('generated/a')]
    const copy = project.file('generated/a.from-container')
    if (existsSync(copy)) texts.push(await readFile(copy, 'utf8'))
    return texts
  }
  await expect.poll(both, { timeout: 10_000 }).toContain('theirs\n')

  await inPods(project, 'rm generated/b')
  await up.next(isOutput('generated/b deleted, as in the container'))
  expect(existsSync(project.file('generated/b'))).toBe(false)

  await rm(project.file('generated'), { recursive: true })
  await up.next(isSync)
  expect(await inPods(project, 'ls generated 2>/dev/null')).toEqual([''])
  await up.end('SIGINT')
  await devloop(['down'], options)
})
