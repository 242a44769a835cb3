import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { condition } from '../rig/collection.ts'
import { Kubectl } from '../rig/kubectl.ts'
import { pod, shell, untilTold, webServer, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('streams')
const kubectl = new Kubectl(space.namespace)
const { pods, deployments, services } = space

await Promise.all([
  deployments.make(workload('web', webServer(), { replicas: 1 })),
  services.make({
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  }),
  pods.make(
    pod('talker', [
      shell(`echo one; echo two; ${untilTold}`),
      shell(`echo other; ${untilTold}`, { name: 'other' }),
    ]),
  ),
])
await Promise.all([
  deployments.until('web', condition('Available', 'True')),
  pods.until('talker', condition('Ready', 'True')),
])
const [web = ''] = await pods.names({ labelSelector: 'app=web' })

/** kubectl speaks SPDY or WebSockets to a pod, by its version and the server's; both are to be right. */
const wires = [
  ['WebSockets', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'true', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'true' }],
  ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
] as const

test('logs shows a log, whole or its end, of one container or of all', async () => {
  expect(await kubectl.output('logs', 'talker', '-c', 'main')).toBe('one\ntwo\nready')
  expect(await kubectl.output('logs', 'talker', '-c', 'main', '--tail=1')).toBe('ready')
  const all = await kubectl.output('logs', 'talker', '--all-containers', '--prefix')
  expect(all).toContain('[pod/talker/other] other')
})

test('logs -f goes on', async () => {
  await using following = kubectl.start(['logs', '-f', 'talker', '-c', 'other'])
  await following.until(lines => lines.includes('ready'))
  await kubectl.output('exec', 'talker', '-c', 'other', '--', 'sh', '-c', 'echo news >/proc/1/fd/1')
  await following.until(lines => lines.includes('news'))
})

test('logs finds the pod of a Deployment', async () => {
  expect((await kubectl.run(['logs', 'deployment/web'])).code).toBe(0)
})

test.each(wires)('exec gives output, input and exit code over %s', async (_name, env) => {
  const args = ['exec', '-i', 'talker', '-c', 'main', '--', 'sh', '-c', 'cat; echo err >&2; exit 7']
  expect(await kubectl.run(args, { input: 'through\n', env })).toMatchObject({
    code: 7,
    stdout: 'through',
    stderr: expect.stringContaining('err\ncommand terminated with exit code 7'),
  })
})

test('exec finds the pod of a Deployment', async () => {
  expect(await kubectl.output('exec', 'deployment/web', '--', 'hostname')).toBe(web)
})

test.each(wires)('port-forward leads to a pod over %s', async (_name, env) => {
  await using forwarding = kubectl.start(['port-forward', `pod/${web}`, ':8080'], { env })
  for (let count = 0; count < 3; count++) expect(await fetchThrough(forwarding)).toBe(web)
})

test('port-forward leads to the pods of a Service by its port', async () => {
  await using forwarding = kubectl.start(['port-forward', 'service/web', ':http'])
  expect(await fetchThrough(forwarding)).toBe(web)
})

test('cp brings files in and out', async () => {
  await kubectl.output(
    'exec',
    'talker',
    '-c',
    'main',
    '--',
    'sh',
    '-c',
    'mkdir /tmp/out && echo kept >/tmp/out/file',
  )
  await using folder = await temporaryFolder()
  await kubectl.output('cp', '-c', 'main', 'talker:/tmp/out', folder.path)
  expect(await folder.read('file')).toBe('kept\n')
  await kubectl.output('cp', '-c', 'main', `${folder.path}/file`, 'talker:/tmp/back')
  expect(await kubectl.output('exec', 'talker', '-c', 'main', '--', 'cat', '/tmp/back')).toBe('kept')
})

test('attach hears a process and is heard', async () => {
  await pods.make(
    pod(
      'listener',
      shell('while read line; do echo "heard $line"; done; echo end', { stdin: true, stdinOnce: true }),
    ),
  )
  await pods.until('listener', condition('Ready', 'True'))
  expect(await kubectl.outputOf(['attach', '-i', 'listener'], { input: 'you\n' })).toContain('heard you')
})

test('run starts a pod, attaches to it, and removes it', async () => {
  const args = [
    'run',
    'once',
    '--image=busybox',
    '--image-pull-policy=IfNotPresent',
    '--restart=Never',
    '--rm',
    '-i',
    '--quiet',
  ]
  const output = await kubectl.outputOf([...args, '--', 'sh', '-c', 'read line; echo "got $line"; sleep 1'], {
    input: 'it\n',
  })
  expect(output).toContain('got it')
  await pods.untilGone('once')
})

/** What comes back through the local port that a `port-forward` says it listens on. */
async function fetchThrough(forwarding: ReturnType<Kubectl['start']>): Promise<string> {
  const isSaid = (line: string) => line.startsWith('Forwarding from 127.0.0.1:')
  const lines = await forwarding.until(lines => lines.some(isSaid))
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(lines.find(isSaid) ?? '') ?? []
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  get(`http://127.0.0.1:${port}/`, { agent: false }, answer => resolve(text(answer))).on('error', reject)
  return promise
}

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-contract-'))
  return {
    path: folder,
    read: (name: string) => readFile(path.join(folder, name), 'utf8'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
