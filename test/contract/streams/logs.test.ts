import { expect, test } from 'vitest'
import { inShell } from '../rig/exec.ts'
import { FollowedLog, readLog } from '../rig/log.ts'
import { node, pod, shell, untilTold } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('logs')
const { pods } = space

// Two pods of several containers, one that runs and one that ends, serve most of the checks.
const numbers = `for (let line = 0; line < 10000; line++) console.log('line ' + line + ' ' + 'x'.repeat(80))`
await Promise.all([
  pods.make(
    pod('talker', [
      shell(`echo one; echo two >&2; echo three; ${untilTold}`),
      shell(`echo other; ${untilTold}`, { name: 'other' }),
      shell(`echo early; sleep 3; echo late; ${untilTold}`, { name: 'dated' }),
    ]),
  ),
  pods.make(
    pod(
      'ended',
      [
        shell('echo begin; sleep 3; echo end', { name: 'finite' }),
        node(numbers, { name: 'wordy' }),
        shell('printf "grüße ☃\\nno end"', { name: 'odd' }),
      ],
      { restartPolicy: 'Never' },
    ),
  ),
])
await pods.until('talker', { status: { phase: 'Running' } })
{
  using log = await FollowedLog.open(space, 'talker', { container: 'main' })
  await log.until(lines => lines.includes('ready'))
}

test('a log is what a container wrote to both its outputs', async () => {
  const answer = await readLog(space, 'talker', { container: 'main' })
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toContain('text/plain')
  expect(answer.text.split('\n').sort()).toEqual(['', 'one', 'ready', 'three', 'two'])
})

test('of several containers one has to be named', async () => {
  expect(await readLog(space, 'talker')).toMatchObject({
    status: 400,
    body: {
      message: expect.stringMatching(
        /^a container name must be specified for pod talker, choose one of: \[main other dated\]/,
      ),
    },
  })
  expect((await readLog(space, 'talker', { container: 'other' })).text).toContain('other')
})

test('a container that is not there has no log', async () => {
  expect(await readLog(space, 'talker', { container: 'nobody' })).toMatchObject({
    status: 400,
    body: { message: 'container nobody is not valid for pod talker' },
  })
})

test('a pod that is not there has no log', async () => {
  expect((await readLog(space, 'nobody')).status).toBe(404)
})

test('only the last lines are given to who asks for so many', async () => {
  const container = 'dated'
  using log = await FollowedLog.open(space, 'talker', { container })
  await log.until(lines => lines.includes('ready'))
  expect((await readLog(space, 'talker', { container, tailLines: 2 })).text).toBe('late\nready\n')
  expect((await readLog(space, 'talker', { container, tailLines: 0 })).text).toBe('')
})

test('a number of lines below nothing is refused', async () => {
  expect(await readLog(space, 'talker', { container: 'main', tailLines: -1 })).toMatchObject({
    status: 422,
    body: {
      message: expect.stringContaining('tailLines: Invalid value: -1: must be greater than or equal to 0'),
    },
  })
})

test('each line can have its time in front', async () => {
  const { text } = await readLog(space, 'talker', { container: 'main', timestamps: true })
  const lines = text.trim().split('\n')
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d) \w+$/)
})

test('no more bytes are given than were asked for', async () => {
  const { text } = await readLog(space, 'talker', { container: 'other', limitBytes: 3 })
  expect(text).toBe('oth')
})

test('a log can be followed from its end', async () => {
  const container = 'other'
  {
    using log = await FollowedLog.open(space, 'talker', { container })
    await log.until(lines => lines.includes('ready'))
  }
  using log = await FollowedLog.open(space, 'talker', { container, tailLines: 0 })
  await inShell(space, 'talker', 'echo news >/proc/1/fd/1', container)
  await log.until(lines => lines.length > 0)
  expect(log.entries).toEqual(['news'])
})

test('a log that is followed ends with its container', async () => {
  await pods.until('ended', { status: { phase: expect.stringMatching(/Running|Succeeded/) } })
  using log = await FollowedLog.open(space, 'ended', { container: 'finite' })
  await log.ended
  expect(log.entries).toEqual(['begin', 'end'])
})

test('only lines since a time are given', async () => {
  const container = 'dated'
  using log = await FollowedLog.open(space, 'talker', { container })
  await log.until(lines => lines.includes('ready'))
  const { text } = await readLog(space, 'talker', { container, timestamps: true })
  const [time = ''] = (text.split('\n').find(line => line.endsWith(' late')) ?? '').split(' ')
  const sinceTime = new Date(Math.floor(Date.parse(time) / 1_000) * 1_000).toISOString()
  expect((await readLog(space, 'talker', { container, sinceTime })).text).toBe('late\nready\n')
  expect((await readLog(space, 'talker', { container, sinceSeconds: 3600 })).text).toBe(
    'early\nlate\nready\n',
  )
})

test('the log of the run before is kept', async () => {
  const volumeMounts = [{ name: 'state', mountPath: '/state' }]
  const script = `echo x >>/state/runs; echo run $(wc -l </state/runs); [ $(wc -l </state/runs) -ge 2 ] || exit 1; ${untilTold}`
  await pods.make(
    pod('twice', shell(script, { volumeMounts }), { volumes: [{ name: 'state', emptyDir: {} }] }),
  )
  await pods.until('twice', { status: { containerStatuses: [{ restartCount: 1, state: { running: {} } }] } })
  expect((await readLog(space, 'twice', { previous: true })).text.trim()).toMatch(/^run\s+1$/)
  using log = await FollowedLog.open(space, 'twice')
  await log.until(lines => lines.includes('ready'))
  expect(log.entries[0]).toMatch(/^run\s+2$/)
})

test('where there was no run before, that is said', async () => {
  expect(await readLog(space, 'talker', { container: 'other', previous: true })).toMatchObject({
    status: 400,
    body: {
      message: expect.stringContaining('previous terminated container "other" in pod "talker" not found'),
    },
  })
})

test('a container that still waits has no log yet', async () => {
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'nowhere', key: 'a' } } }]
  await pods.make(pod('waits', shell('true', { env })))
  await pods.until('waits', {
    status: { containerStatuses: [{ state: { waiting: { reason: 'CreateContainerConfigError' } } }] },
  })
  expect(await readLog(space, 'waits')).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('container "main" in pod "waits" is waiting to start') },
  })
})

test('ten thousand lines come whole and in order', async () => {
  await pods.until('ended', { status: { phase: 'Succeeded' } })
  const lines = (await readLog(space, 'ended', { container: 'wordy' })).text.split('\n')
  expect(lines).toHaveLength(10_001)
  expect(lines.slice(0, -1).every((line, index) => line.startsWith(`line ${index} `))).toBe(true)
})

test('what is not a line yet, and what is not ASCII, comes as it was written', async () => {
  await pods.until('ended', { status: { phase: 'Succeeded' } })
  expect((await readLog(space, 'ended', { container: 'odd' })).text).toBe('grüße ☃\nno end')
})
