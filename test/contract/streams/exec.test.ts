import { expect, test } from 'vitest'
import { Channels, channel } from '../rig/channels.ts'
import { condition } from '../rig/collection.ts'
import { exec, openAttach, openExec } from '../rig/exec.ts'
import { FollowedLog } from '../rig/log.ts'
import { pod, shell, untilTold } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('exec')
const { pods } = space
const success = { metadata: {}, status: 'Success' }

// One pod in which commands run serves most of the checks.
await pods.make(
  pod('host', [
    shell(untilTold, { env: [{ name: 'GREETING', value: 'hello' }], workingDir: '/tmp' }),
    shell(untilTold, { name: 'other' }),
  ]),
)
await pods.make(pod('screen', shell('while read line; do tty; done', { stdin: true, tty: true })))
await pods.until('host', condition('Ready', 'True'))
const main = { container: 'main' }

test('a command runs with the variables and in the folder of its container', async () => {
  expect(await exec(space, 'host', ['sh', '-c', 'echo $GREETING; pwd'], main)).toEqual({
    stdout: 'hello\n/tmp\n',
    stderr: '',
    status: success,
  })
})

test('both outputs come apart', async () => {
  expect(await exec(space, 'host', ['sh', '-c', 'echo out; echo err >&2'], main)).toMatchObject({
    stdout: 'out\n',
    stderr: 'err\n',
  })
})

test('arguments come as they are, with no shell in between', async () => {
  const { stdout } = await exec(space, 'host', ['echo', '$GREETING', 'a  b', "'quoted'"], main)
  expect(stdout).toBe("$GREETING a  b 'quoted'\n")
})

test('a command that fails tells its exit code', async () => {
  const { status } = await exec(space, 'host', ['sh', '-c', 'exit 42'], main)
  expect(status).toMatchObject({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: expect.stringContaining('42'),
    details: { causes: [{ reason: 'ExitCode', message: '42' }] },
  })
})

test('a command that is not there is a failure', async () => {
  const { status } = await exec(space, 'host', ['no-such-program'], main)
  expect(status).toMatchObject({ status: 'Failure' })
})

test('a command is given what is sent to it', async () => {
  using channels = await openExec(space, 'host', {
    ...main,
    command: ['sh', '-c', 'read line; echo "got $line"'],
    stdin: true,
    stdout: true,
  })
  channels.send(channel.stdin, 'a word\n')
  await channels.until(() => channels.textOf(channel.status) !== '')
  expect(channels.textOf(channel.stdout)).toBe('got a word\n')
})

test('bytes come through both ways as they are', async () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256))
  const command = ['head', '-c', String(bytes.length)]
  using channels = await openExec(space, 'host', { ...main, command, stdin: true, stdout: true })
  for (let start = 0; start < bytes.length; start += 10_000)
    channels.send(channel.stdin, bytes.subarray(start, start + 10_000))
  await channels.until(() => channels.textOf(channel.status) !== '')
  expect(channels.bytesOf(channel.stdout).equals(bytes)).toBe(true)
})

test('a million bytes of output come whole', async () => {
  const { stdout } = await exec(space, 'host', ['sh', '-c', 'head -c 1000000 /dev/zero | tr "\\0" x'], main)
  expect(stdout).toBe('x'.repeat(1_000_000))
})

test('a terminal is given to who asks for one, in the size that is told', async () => {
  const script =
    'tty; until [ "$(stty size 2>/dev/null)" = "40 100" ]; do sleep 0.1; done; echo sized; read line'
  const query = { ...main, command: ['sh', '-c', script], stdin: true, stdout: true, tty: true }
  using channels = await openExec(space, 'host', query)
  await channels.untilText(channel.stdout, /\/dev\/pts\/\d+/)
  channels.send(channel.resize, JSON.stringify({ Width: 100, Height: 40 }))
  await channels.untilText(channel.stdout, 'sized\r\n')
  channels.send(channel.stdin, 'typed\n')
  await channels.until(() => channels.textOf(channel.status) !== '')
  // A terminal shows what is typed.
  expect(channels.textOf(channel.stdout)).toContain('typed\r\n')
})

test('a terminal turns its keys into signals', async () => {
  const command = ['sh', '-c', 'trap "echo interrupted; exit 3" INT; echo ready; while :; do sleep 0.1; done']
  using channels = await openExec(space, 'host', { ...main, command, stdin: true, stdout: true, tty: true })
  await channels.untilText(channel.stdout, 'ready')
  channels.send(channel.stdin, '\x03')
  await channels.until(() => channels.textOf(channel.status) !== '')
  expect(channels.textOf(channel.stdout)).toContain('interrupted')
  expect(JSON.parse(channels.textOf(channel.status))).toMatchObject({
    details: { causes: [{ message: '3' }] },
  })
})

test('a container can be chosen, and the first counts where none is named', async () => {
  await pods.until('screen', condition('Ready', 'True'))
  expect(await exec(space, 'screen', ['hostname'])).toMatchObject({ stdout: 'screen\n' })
  expect(
    (await exec(space, 'host', ['sh', '-c', 'echo "${GREETING-none}"'], { container: 'other' })).stdout,
  ).toBe('none\n')
})

test.each([
  ['a pod', 'nobody', {}, 404, 'pods "nobody" not found'],
  ['a container', 'host', { container: 'nobody' }, 400, 'container nobody is not valid for pod host'],
])(
  '%s that is not there is refused before anything is opened',
  async (_what, name, query, status, message) => {
    const answer = await Channels.open(pods.path(name, 'exec'), { command: 'true', stdout: true, ...query })
    expect(answer).toMatchObject({ status, body: { message } })
  },
)

test('a command whose connection is lost sees the end of its input', async () => {
  using log = await FollowedLog.open(space, 'host', main)
  const command = ['sh', '-c', 'cat >/dev/null; echo left >/proc/1/fd/1']
  {
    using channels = await openExec(space, 'host', { ...main, command, stdin: true, stdout: true })
    channels.send(channel.stdin, 'x')
  }
  await log.until(lines => lines.includes('left'))
})

test('who attaches hears what the process says from then on, and is heard', async () => {
  const script = 'echo before; while read line; do echo "heard $line"; done'
  await pods.make(pod('listener', shell(script, { stdin: true })))
  await pods.until('listener', condition('Ready', 'True'))
  using channels = await openAttach(space, 'listener', { stdin: true, stdout: true, stderr: true })
  channels.send(channel.stdin, 'you\n')
  await channels.untilText(channel.stdout, 'heard you\n')
})

test('who attaches to a terminal gets it', async () => {
  await pods.until('screen', condition('Ready', 'True'))
  using channels = await openAttach(space, 'screen', { stdin: true, stdout: true, tty: true })
  channels.send(channel.stdin, 'x\n')
  await channels.untilText(channel.stdout, /\/dev\/(pts\/\d+|console)/)
})
