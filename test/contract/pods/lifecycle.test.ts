import { expect, test } from 'vitest'
import { type ApiObject, textAt, valueAt } from '../rig/answer.ts'
import { condition, conditions, type Pattern } from '../rig/collection.ts'
import { untilEvent } from '../rig/events.ts'
import { FollowedLog, readLog, untilLogged } from '../rig/log.ts'
import { pod, shell, untilTold } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('lifecycle')
const { pods } = space

// Pods that several checks look at.
await pods.make(pod('runs', shell(untilTold)))
await pods.make(
  pod(
    'fails',
    [
      shell('echo "out of luck" >/dev/termination-log; exit 7', { name: 'unlucky' }),
      shell('echo "last words"; exit 1', {
        name: 'talker',
        terminationMessagePolicy: 'FallbackToLogsOnError',
      }),
      shell('sh -c "kill -9 \\$\\$"; exit $?', { name: 'killed' }),
      shell('true', { name: 'well' }),
    ],
    { restartPolicy: 'Never' },
  ),
)

const allConditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']

test('a pod that runs tells its address, its node and what runs in it', async () => {
  const running = await pods.until('runs', {
    status: { phase: 'Running', ...conditions({ type: 'Ready', status: 'True' }) },
  })
  expect(running).toMatchObject({
    spec: { nodeName: expect.any(String) },
    status: {
      podIP: expect.stringMatching(/^\d+(\.\d+){3}$/),
      podIPs: [{ ip: textAt(running, 'status.podIP') }],
      hostIP: expect.stringMatching(/^\d+(\.\d+){3}$/),
      startTime: expect.any(String),
      ...conditions(...allConditions.map(type => ({ type, status: 'True' }))),
      containerStatuses: [
        {
          name: 'main',
          ready: true,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: expect.any(String) } },
          image: expect.any(String),
          imageID: expect.stringMatching(/./),
          containerID: expect.stringMatching(/^[a-z-]+:\/\/\w+/),
        },
      ],
    },
  })
  const found = await pods.names({
    fieldSelector: `status.phase=Running,spec.nodeName=${textAt(running, 'spec.nodeName')}`,
  })
  expect(found).toContain('runs')
})

test.each(['Scheduled', 'Created', 'Started'])('that a pod is %s is told as an event', async reason => {
  await untilEvent(space, 'runs', { type: 'Normal', reason })
})

test('a pod whose containers have all ended well has succeeded', async () => {
  await pods.make(
    pod('succeeds', [shell('true'), shell('true', { name: 'other' })], { restartPolicy: 'Never' }),
  )
  expect(await pods.until('succeeds', { status: { phase: 'Succeeded' } })).toMatchObject(
    condition('Ready', 'False', { reason: 'PodCompleted' }),
  )
})

const endings: readonly (readonly [string, string, Pattern])[] = [
  ['its exit code', 'well', { exitCode: 0, reason: 'Completed' }],
  ['what it has left as a message', 'unlucky', { exitCode: 7, reason: 'Error', message: 'out of luck\n' }],
  ['its last words, where it asks for that', 'talker', { exitCode: 1, message: 'last words\n' }],
  ['128 and the number of the signal that ended it', 'killed', { exitCode: 137 }],
]

test.each(endings)('of a container that has ended is told %s', async (_what, container, terminated) => {
  const failed = await pods.until('fails', { status: { phase: 'Failed' } })
  expect(statusOf(failed, container)).toMatchObject({
    ready: false,
    restartCount: 0,
    state: { terminated: { ...terminated, startedAt: expect.any(String), finishedAt: expect.any(String) } },
  })
})

test('a container that ends is started again, and after that only with growing pauses', async () => {
  await pods.make(pod('crashes', shell('echo started; exit 4')))
  const waiting = await pods.until('crashes', {
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          ready: false,
          restartCount: expect.any(Number),
          state: {
            waiting: {
              reason: 'CrashLoopBackOff',
              message: expect.stringMatching(/^back-off \d+s restarting failed container=main/),
            },
          },
          lastState: { terminated: { exitCode: 4, reason: 'Error' } },
        },
      ],
    },
  })
  expect(valueAt(waiting, 'status.containerStatuses.0.restartCount')).toBeGreaterThanOrEqual(1)
  await untilEvent(space, 'crashes', { reason: 'BackOff', type: 'Warning' })
})

test('with OnFailure a container is started again only after a failure', async () => {
  const volumeMounts = [{ name: 'state', mountPath: '/state' }]
  const container = shell('[ -e /state/tried ] || { touch /state/tried; exit 1; }', { volumeMounts })
  await pods.make(
    pod('retries', container, { restartPolicy: 'OnFailure', volumes: [{ name: 'state', emptyDir: {} }] }),
  )
  const done = await pods.until('retries', { status: { phase: 'Succeeded' } })
  expect(statusOf(done, 'main')).toMatchObject({ restartCount: 1, state: { terminated: { exitCode: 0 } } })
})

test('init containers run one after the other, each to its end, before the others start', async () => {
  const volumeMounts = [{ name: 'state', mountPath: '/state' }]
  const step = (name: string) => shell(`echo ${name} >>/state/steps`, { name, volumeMounts })
  const main = shell(`cat /state/steps; ${untilTold}`, { volumeMounts })
  const spec = { initContainers: [step('first'), step('second')], volumes: [{ name: 'state', emptyDir: {} }] }
  await pods.make(pod('prepared', main, spec))
  await untilLogged(space, 'prepared', 'ready')
  expect((await readLog(space, 'prepared')).text).toBe('first\nsecond\nready\n')
  expect((await pods.get('prepared')).body).toMatchObject({
    status: {
      initContainerStatuses: ['first', 'second'].map(name => ({
        name,
        ready: true,
        state: { terminated: { exitCode: 0, reason: 'Completed' } },
      })),
    },
  })
})

test('where an init container fails the others do not start', async () => {
  const spec = { restartPolicy: 'Never', initContainers: [shell('exit 5', { name: 'setup' })] }
  await pods.make(pod('unprepared', shell('echo must not be'), spec))
  expect(await pods.until('unprepared', { status: { phase: 'Failed' } })).toMatchObject({
    status: {
      ...conditions({ type: 'Initialized', status: 'False' }),
      initContainerStatuses: [{ state: { terminated: { exitCode: 5 } } }],
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    },
  })
})

test('the containers of a pod share its address and its host name, and not their files', async () => {
  const server = `require('http').createServer((request, response) => response.end('from the neighbour')).listen(8080, '127.0.0.1')`
  const ask = `const ask = () => require('http').get('http://127.0.0.1:8080', answer => answer.pipe(process.stdout)).on('error', () => setTimeout(ask, 200)); ask()`
  const image = { image: 'node:20-alpine' }
  await pods.make(
    pod('shared', [
      shell('', { name: 'server', ...image, command: ['node', '-e', server] }),
      shell(`touch /tmp/mine; node -e "${ask}"; echo; hostname; ${untilTold}`, { name: 'client', ...image }),
      shell(`ls /tmp; ${untilTold}`, { name: 'stranger' }),
    ]),
  )
  await pods.until('shared', { status: { phase: 'Running' } })
  using log = await FollowedLog.open(space, 'shared', { container: 'client' })
  await log.until(lines => lines.includes('ready'))
  expect(log.entries.filter(line => line !== '')).toEqual(['from the neighbour', 'shared', 'ready'])
  expect((await readLog(space, 'shared', { container: 'stranger' })).text).not.toContain('mine')
})

test('a pod that ends is told by TERM, and may say goodbye', async () => {
  const farewell = 'trap "echo goodbye; exit 0" TERM; echo ready; while :; do sleep 1 & wait $!; done'
  await pods.make(pod('polite', shell(farewell), { terminationGracePeriodSeconds: 20 }))
  await untilLogged(space, 'polite', 'ready')
  using log = await FollowedLog.open(space, 'polite')
  await pods.delete('polite')
  await log.until(lines => lines.includes('goodbye'))
  await pods.untilGone('polite')
})

test('postStart runs beside the start of its container, and preStop before TERM is sent', async () => {
  const say = (word: string) => ({ exec: { command: ['sh', '-c', `echo ${word} >/proc/1/fd/1`] } })
  const lifecycle = { postStart: say('starting'), preStop: say('stopping') }
  const script = 'trap "echo told; exit 0" TERM; echo ready; while :; do sleep 1 & wait $!; done'
  await pods.make(pod('warned', shell(script, { lifecycle }), { terminationGracePeriodSeconds: 20 }))
  await untilLogged(space, 'warned', 'ready')
  using log = await FollowedLog.open(space, 'warned')
  await log.until(lines => lines.includes('starting'))
  await pods.delete('warned')
  await log.until(lines => lines.includes('told'))
  expect(log.entries.slice(0, 2).sort()).toEqual(['ready', 'starting'])
  expect(log.entries.slice(2)).toEqual(['stopping', 'told'])
  await pods.untilGone('warned')
})

test('a pod that does not end in its time is killed', async () => {
  await pods.make(
    pod('stubborn', shell('trap "" TERM; echo ready; while :; do sleep 1; done'), {
      terminationGracePeriodSeconds: 1,
    }),
  )
  await untilLogged(space, 'stubborn', 'ready')
  await pods.delete('stubborn')
  await pods.untilGone('stubborn')
})

test('an image that is not there is waited for, and the reason said', async () => {
  const image = 'contract.invalid/no-such-image:1'
  await pods.make(pod('imageless', shell('true', { image, imagePullPolicy: 'Never' })))
  await pods.until('imageless', {
    status: {
      phase: 'Pending',
      containerStatuses: [
        {
          ready: false,
          state: { waiting: { reason: 'ErrImageNeverPull', message: expect.stringContaining(image) } },
        },
      ],
    },
  })
})

test('a program that is not there keeps its container from starting', async () => {
  await pods.make(
    pod('programless', shell('', { command: ['/no/such/program'] }), { restartPolicy: 'Never' }),
  )
  const failed = await pods.until('programless', { status: { phase: 'Failed' } })
  expect(statusOf(failed, 'main')).toMatchObject({
    state: {
      terminated: {
        exitCode: expect.toSatisfy((code: number) => code !== 0),
        reason: expect.stringMatching(/^(ContainerCannotRun|StartError)$/),
        message: expect.stringContaining('/no/such/program'),
      },
    },
  })
})

test('a pod is ended when its deadline passes', async () => {
  await pods.make(pod('overdue', shell(untilTold), { activeDeadlineSeconds: 1 }))
  expect(await pods.until('overdue', { status: { phase: 'Failed' } })).toMatchObject({
    status: { reason: 'DeadlineExceeded' },
  })
})

test('an image that changes restarts its container, and the pod stays', async () => {
  const made = await pods.make(pod('swapped', shell(untilTold)))
  const before = await pods.until('swapped', { status: { phase: 'Running' } })
  const image = 'node:20-alpine'
  await pods.patch('swapped', 'json', [{ op: 'replace', path: '/spec/containers/0/image', value: image }])
  const after = await pods.until('swapped', {
    status: {
      containerStatuses: [{ restartCount: 1, state: { running: {} } }],
    },
  })
  expect(after.metadata.uid).toBe(made.metadata.uid)
  const imageId = 'status.containerStatuses.0.imageID'
  expect(textAt(after, imageId)).not.toBe(textAt(before, imageId))
})

function statusOf(pod: ApiObject, container: string) {
  return (valueAt(pod, 'status.containerStatuses') as { name: string; state: object }[]).find(
    ({ name }) => name === container,
  )
}
