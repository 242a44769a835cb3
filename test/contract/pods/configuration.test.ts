import { beforeAll, expect, test } from 'vitest'
import { textAt } from '../rig/answer.ts'
import type { Pattern } from '../rig/collection.ts'
import { untilEvent } from '../rig/events.ts'
import { inShell } from '../rig/exec.ts'
import { readLog, untilLogged } from '../rig/log.ts'
import { pod, shell, untilTold } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('configuration')
const { pods, configMaps, secrets } = space
await Promise.all([
  configMaps.make({
    metadata: { name: 'settings' },
    data: { colour: 'green', 'app.conf': 'a = 1\n', 'not.a-name': 'x' },
  }),
  secrets.make({ metadata: { name: 'keys' }, stringData: { password: 'open sesame' } }),
])

const volumes = [
  { name: 'all', configMap: { name: 'settings' } },
  {
    name: 'some',
    configMap: { name: 'settings', items: [{ key: 'app.conf', path: 'deep/er.conf', mode: 0o600 }] },
  },
  { name: 'keys', secret: { secretName: 'keys', defaultMode: 0o400 } },
]

/** What a pod says, once it has ended well. */
async function outputOf(name: string, container: Pattern, spec: Pattern = {}) {
  await pods.make(pod(name, container, { restartPolicy: 'Never', ...spec }))
  await pods.until(name, { status: { phase: 'Succeeded' } })
  return (await readLog(space, name)).text
}

// A pod costs a node more than a container does: what is asked of containers alone is asked of those of one pod.
const speakers: Pattern[] = []
beforeAll(() => pods.make(pod('speakers', speakers, { restartPolicy: 'Never', volumes })))

/** Says what a container of that pod runs, and gives what asks for its words. */
function speaker(name: string, script: string, container: Pattern = {}) {
  speakers.push(shell(script, { name, ...container }))
  return async () => {
    await pods.until('speakers', { status: { phase: 'Succeeded' } })
    return (await readLog(space, 'speakers', { container: name })).text
  }
}

const variables = speaker('variables', 'echo "$PLAIN|$COMPOSED|$COLOUR|$LATER|$PASSWORD|${OPTIONAL-unset}"', {
  env: [
    { name: 'PLAIN', value: 'plain' },
    { name: 'COMPOSED', value: '$(PLAIN)-$(COLOUR)-$(NOTHING)-$$(PLAIN)' },
    { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
    { name: 'LATER', value: '$(COLOUR) $(PASSWORD)' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } },
    {
      name: 'OPTIONAL',
      valueFrom: { configMapKeyRef: { name: 'settings', key: 'missing', optional: true } },
    },
  ],
})
test('variables come from values, ConfigMaps and Secrets, and may name those before them', async () => {
  expect(await variables()).toBe(
    'plain|plain-$(COLOUR)-$(NOTHING)-$(PLAIN)|green|green $(PASSWORD)|open sesame|unset\n',
  )
})

const allVariables = speaker('all-variables', 'echo "$colour|$KEY_password"', {
  envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'KEY_', secretRef: { name: 'keys' } }],
  env: [{ name: 'colour', value: 'blue' }],
})
test('all of a ConfigMap or a Secret can become variables, and those with a name win', async () => {
  expect(await allVariables()).toBe('blue|open sesame\n')
})

const ownArguments = speaker('own-arguments', '', {
  command: ['echo'],
  args: ['$(A) and $$(A)'],
  env: [{ name: 'A', value: 'one' }],
})
test('arguments take variables', async () => {
  expect(await ownArguments()).toBe('one and $(A)\n')
})

const files = speaker(
  'files',
  'ls /all; cat /some/deep/er.conf; ls -lL /some/deep | grep -o -- "-rw-------"; cat /etc/single.conf; ls /some',
  {
    volumeMounts: [
      { name: 'all', mountPath: '/all' },
      { name: 'some', mountPath: '/some' },
      { name: 'all', mountPath: '/etc/single.conf', subPath: 'app.conf' },
    ],
  },
)
test('a ConfigMap can be files, all of it or some, under names and modes of their own', async () => {
  expect(await files()).toBe('app.conf\ncolour\nnot.a-name\na = 1\n-rw-------\na = 1\ndeep\n')
})

const secretFiles = speaker(
  'secret-files',
  'cat /keys/password; echo; ls -lL /keys | grep -o -- "-r--------"; touch /keys/new 2>/dev/null || echo read-only',
  { volumeMounts: [{ name: 'keys', mountPath: '/keys', readOnly: true }] },
)
test('a Secret can be files, which are only read', async () => {
  expect(await secretFiles()).toBe('open sesame\n-r--------\nread-only\n')
})

const placed = speaker('placed', 'pwd; id -u; id -g', {
  workingDir: '/tmp',
  securityContext: { runAsUser: 1234, runAsGroup: 2345 },
})
test('a container starts where it is asked to, and as whom', async () => {
  expect(await placed()).toBe('/tmp\n1234\n2345\n')
})

const sealed = speaker('sealed', 'touch /usr/new 2>/dev/null || echo read-only', {
  securityContext: { readOnlyRootFilesystem: true },
})
test('a root that is only read takes no files', async () => {
  expect(await sealed()).toBe('read-only\n')
})

// Of two dollars a command keeps one, as with variables.
const alone = speaker('alone', 'echo $$$$')
test('each container has processes of its own', async () => {
  expect(await alone()).toBe('1\n')
})

test('a pod tells its container about itself', async () => {
  const from = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } })
  const env = [
    { name: 'NAME', ...from('metadata.name') },
    { name: 'NAMESPACE', ...from('metadata.namespace') },
    { name: 'ADDRESS', ...from('status.podIP') },
    { name: 'NODE', ...from('spec.nodeName') },
    { name: 'LABEL', ...from("metadata.labels['app']") },
    { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
    { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
  ]
  const resources = { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '1m', memory: '1Mi' } }
  const container = shell(`echo "$NAME|$NAMESPACE|$ADDRESS|$NODE|$LABEL|$CPU|$MEMORY"; ${untilTold}`, {
    env,
    resources,
  })
  await pods.make(pod('self-aware', container))
  await untilLogged(space, 'self-aware', 'ready')
  const { object } = await pods.get('self-aware')
  const expected = [
    'self-aware',
    space.namespace,
    textAt(object, 'status.podIP'),
    textAt(object, 'spec.nodeName'),
    'self-aware',
    '500',
    '256',
  ]
  expect((await readLog(space, 'self-aware')).text).toBe(`${expected.join('|')}\nready\n`)
})

test('what a pod knows of itself can be files, also among those of other sources', async () => {
  const items = [
    { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
    { path: 'name', fieldRef: { fieldPath: 'metadata.name' } },
  ]
  const sources = [
    { configMap: { name: 'settings', items: [{ key: 'colour', path: 'colour' }] } },
    { secret: { name: 'keys' } },
    { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
  ]
  const spec = {
    volumes: [
      { name: 'info', downwardAPI: { items } },
      { name: 'mixed', projected: { sources } },
    ],
  }
  const volumeMounts = [
    { name: 'info', mountPath: '/info' },
    { name: 'mixed', mountPath: '/mixed' },
  ]
  const script = 'for file in /info/* /mixed/*; do echo "$file $(cat $file)"; done'
  expect(await outputOf('informed', shell(script, { volumeMounts }), spec)).toBe(
    [
      '/info/labels app="informed"',
      '/info/name informed',
      '/mixed/colour green',
      '/mixed/name informed',
      '/mixed/password open sesame\n',
    ].join('\n'),
  )
})

test('a ConfigMap that changes changes files of running pods, all at once, and no variables', async () => {
  await configMaps.make({ metadata: { name: 'changing' }, data: { a: 'old', b: 'old' } })
  const volumes = [{ name: 'live', configMap: { name: 'changing' } }]
  const volumeMounts = [{ name: 'live', mountPath: '/live' }]
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'changing', key: 'a' } } }]
  await pods.make(pod('live', shell(untilTold, { volumeMounts, env }), { volumes }))
  await untilLogged(space, 'live', 'ready')
  expect(await inShell(space, 'live', 'cat /live/a /live/b')).toBe('oldold')
  await configMaps.patch('changing', 'merge', { data: { a: 'new', b: null, c: 'new' } })
  // A node looks at its pods about once a minute, and at once when they change.
  await pods.patch('live', 'merge', { metadata: { annotations: { looked: 'at' } } })
  const script =
    'until [ "$(cat /live/a)" = new ]; do sleep 0.2; done; ls /live; cat /live/a /live/c; echo " $A"'
  expect(await inShell(space, 'live', script)).toBe('a\nc\nnewnew old\n')
})

test('a pod that misses a ConfigMap waits for it, and says so', async () => {
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'later', key: 'a' } } }]
  await pods.make(pod('waiting', shell(untilTold, { env })))
  await pods.until('waiting', {
    status: {
      containerStatuses: [
        {
          state: {
            waiting: { reason: 'CreateContainerConfigError', message: 'configmap "later" not found' },
          },
        },
      ],
    },
  })
  await configMaps.make({ metadata: { name: 'later' }, data: { a: '1' } })
  await pods.until('waiting', { status: { phase: 'Running' } })
})

test('a pod that misses the ConfigMap of a volume says so as an event', async () => {
  const volumes = [{ name: 'missing', configMap: { name: 'nowhere' } }]
  await pods.make(
    pod('unmounted', shell('true', { volumeMounts: [{ name: 'missing', mountPath: '/x' }] }), { volumes }),
  )
  const message = expect.stringContaining('configmap "nowhere" not found')
  await untilEvent(space, 'unmounted', { reason: 'FailedMount', message })
})

test('an emptyDir begins empty, is shared by containers, and outlives their restarts', async () => {
  const volumes = [{ name: 'state', emptyDir: {} }]
  const volumeMounts = [{ name: 'state', mountPath: '/state' }]
  const counting = shell(
    `echo started >>/state/log; [ $(wc -l </state/log) -ge 2 ] || exit 1; ${untilTold}`,
    { volumeMounts },
  )
  const other = shell(untilTold, { name: 'other', volumeMounts })
  await pods.make(pod('emptied', [counting, other], { volumes }))
  await pods.until('emptied', {
    status: { containerStatuses: [{ name: 'main', restartCount: 1, state: { running: {} } }, {}] },
  })
  expect(await inShell(space, 'emptied', 'cat /state/log', 'other')).toBe('started\nstarted\n')
})

test('a pod knows itself by its name, and addresses by the names that they are given', async () => {
  const hostAliases = [{ ip: '10.9.8.7', hostnames: ['alias.test', 'other.test'] }]
  const script = shell('hostname; echo "$HOSTNAME"; cat /etc/hosts')
  const output = await outputOf('aliased', script, { hostAliases })
  expect(output).toMatch(/^aliased\naliased\n/)
  expect(output).toMatch(/^10\.9\.8\.7\s+alias\.test\s+other\.test$/m)
  expect(output).toMatch(/^\d+(\.\d+){3}\s+aliased$/m)
})

test('the services of its namespace are told to a pod as variables', async () => {
  const spec = { selector: { app: 'known' }, ports: [{ name: 'web', port: 80 }] }
  const { object } = await space.services.create({ metadata: { name: 'known' }, spec })
  await space.endpoints.until('known', {})
  const script =
    'echo "$KNOWN_SERVICE_HOST $KNOWN_SERVICE_PORT $KNOWN_SERVICE_PORT_WEB"; echo $KUBERNETES_SERVICE_HOST'
  const output = await outputOf('acquainted', shell(script))
  expect(output).toMatch(new RegExp(`^${textAt(object, 'spec.clusterIP')} 80 80\n\\d+(\\.\\d+){3}\n$`))
})
