import { expect, test } from 'vitest'
import { textAt } from '../rig/answer.ts'
import { inShell } from '../rig/exec.ts'
import { readLog, untilLogged } from '../rig/log.ts'
import { pod, shell, untilTold } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('configuration')
const { pods, configMaps, secrets, events } = space
await Promise.all([
  configMaps.make({
    metadata: { name: 'settings' },
    data: { colour: 'green', 'app.conf': 'a = 1\n', 'not.a-name': 'x' },
  }),
  secrets.make({ metadata: { name: 'keys' }, stringData: { password: 'open sesame' } }),
])

/** Runs a script in a pod to its end, and gives what it has said. */
async function outputOf(name: string, script: string, container = {}, spec = {}) {
  await pods.make(pod(name, shell(script, container), { restartPolicy: 'Never', ...spec }))
  await pods.until(name, { status: { phase: 'Succeeded' } })
  return (await readLog(space, name)).text
}

test('variables come from values, from ConfigMaps and from Secrets, and may name one another', async () => {
  const env = [
    { name: 'PLAIN', value: 'plain' },
    { name: 'COMPOSED', value: '$(PLAIN)-$(COLOUR)-$(NOTHING)-$$(PLAIN)' },
    { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
    { name: 'LATER', value: '$(COLOUR) $(PASSWORD)' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } },
    {
      name: 'OPTIONAL',
      valueFrom: { configMapKeyRef: { name: 'settings', key: 'missing', optional: true } },
    },
  ]
  const output = await outputOf(
    'variables',
    'echo "$PLAIN|$COMPOSED|$COLOUR|$LATER|$PASSWORD|${OPTIONAL-unset}"',
    { env },
  )
  expect(output).toBe('plain|plain-$(COLOUR)-$(NOTHING)-$(PLAIN)|green|green $(PASSWORD)|open sesame|unset\n')
})

test('all of a ConfigMap or a Secret can become variables, and later ones win', async () => {
  const envFrom = [{ configMapRef: { name: 'settings' } }, { prefix: 'KEY_', secretRef: { name: 'keys' } }]
  const env = [{ name: 'colour', value: 'blue' }]
  expect(await outputOf('all-variables', 'echo "$colour|$KEY_password"', { envFrom, env })).toBe(
    'blue|open sesame\n',
  )
})

test('arguments take variables', async () => {
  const container = { command: ['echo'], args: ['$(A) and $$(A)'], env: [{ name: 'A', value: 'one' }] }
  expect(await outputOf('arguments', '', container)).toBe('one and $(A)\n')
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

test('what a pod knows of itself can be files', async () => {
  const items = [
    { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
    { path: 'name', fieldRef: { fieldPath: 'metadata.name' } },
  ]
  const spec = { volumes: [{ name: 'info', downwardAPI: { items } }] }
  const container = { volumeMounts: [{ name: 'info', mountPath: '/info' }] }
  expect(await outputOf('info-files', 'cat /info/labels; echo; cat /info/name', container, spec)).toBe(
    'app="info-files"\ninfo-files',
  )
})

test('a ConfigMap can be files, all of it or some, under names and modes of their own', async () => {
  const volumes = [
    { name: 'all', configMap: { name: 'settings' } },
    {
      name: 'some',
      configMap: { name: 'settings', items: [{ key: 'app.conf', path: 'deep/er.conf', mode: 0o600 }] },
    },
  ]
  const volumeMounts = [
    { name: 'all', mountPath: '/all' },
    { name: 'some', mountPath: '/some' },
    { name: 'all', mountPath: '/etc/single.conf', subPath: 'app.conf' },
  ]
  const script =
    'ls /all; cat /some/deep/er.conf; ls -lL /some/deep | grep -o -- "-rw-------"; cat /etc/single.conf; ls /some'
  const output = await outputOf('files', script, { volumeMounts }, { volumes })
  expect(output).toBe('app.conf\ncolour\nnot.a-name\na = 1\n-rw-------\na = 1\ndeep\n')
})

test('a Secret can be files', async () => {
  const spec = { volumes: [{ name: 'keys', secret: { secretName: 'keys', defaultMode: 0o400 } }] }
  const container = { volumeMounts: [{ name: 'keys', mountPath: '/keys', readOnly: true }] }
  const script =
    'cat /keys/password; echo; ls -lL /keys | grep -o -- "-r--------"; touch /keys/new 2>/dev/null || echo read-only'
  expect(await outputOf('secret-files', script, container, spec)).toBe('open sesame\n-r--------\nread-only\n')
})

test('several sources can make one folder', async () => {
  const sources = [
    { configMap: { name: 'settings', items: [{ key: 'colour', path: 'colour' }] } },
    { secret: { name: 'keys' } },
    { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
  ]
  const spec = { volumes: [{ name: 'all', projected: { sources } }] }
  const container = { volumeMounts: [{ name: 'all', mountPath: '/all' }] }
  const output = await outputOf(
    'projected',
    'cd /all; for file in *; do echo "$file $(cat $file)"; done',
    container,
    spec,
  )
  expect(output).toBe('colour green\nname projected\npassword open sesame\n')
})

test('a ConfigMap that changes changes the files of running pods, all at once', async () => {
  await configMaps.make({ metadata: { name: 'changing' }, data: { a: 'old', b: 'old' } })
  const volumes = [{ name: 'live', configMap: { name: 'changing' } }]
  const volumeMounts = [{ name: 'live', mountPath: '/live' }]
  await pods.make(pod('live', shell(untilTold, { volumeMounts }), { volumes }))
  await untilLogged(space, 'live', 'ready')
  expect(await inShell(space, 'live', 'cat /live/a /live/b')).toBe('oldold')
  await configMaps.patch('changing', 'merge', { data: { a: 'new', b: null, c: 'new' } })
  // A node looks at its pods about once a minute, and at once when they change.
  await pods.patch('live', 'merge', { metadata: { annotations: { looked: 'at' } } })
  const script = 'until [ "$(cat /live/a)" = new ]; do sleep 0.2; done; ls /live; cat /live/a /live/c'
  expect(await inShell(space, 'live', script)).toBe('a\nc\nnewnew')
})

test('variables stay as they were when the container started', async () => {
  await configMaps.make({ metadata: { name: 'once' }, data: { a: 'old' } })
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'once', key: 'a' } } }]
  await pods.make(pod('steady', shell(untilTold, { env })))
  await untilLogged(space, 'steady', 'ready')
  await configMaps.patch('once', 'merge', { data: { a: 'new' } })
  expect(await inShell(space, 'steady', 'echo $A')).toBe('old\n')
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
  using watch = await events.watch({ fieldSelector: 'involvedObject.name=unmounted,reason=FailedMount' })
  await pods.make(
    pod('unmounted', shell('true', { volumeMounts: [{ name: 'missing', mountPath: '/x' }] }), { volumes }),
  )
  const [event] = await watch.until(seen => seen.length > 0)
  expect(event?.object.message).toContain('configmap "nowhere" not found')
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

test('a container starts where it is asked to, and as whom', async () => {
  const securityContext = { runAsUser: 1234, runAsGroup: 2345 }
  expect(await outputOf('placed', 'pwd; id -u; id -g', { workingDir: '/tmp', securityContext })).toBe(
    '/tmp\n1234\n2345\n',
  )
})

test('a root that is only read takes no files', async () => {
  const securityContext = { readOnlyRootFilesystem: true }
  const script = 'touch /usr/new 2>/dev/null || echo read-only'
  expect(await outputOf('sealed', script, { securityContext })).toBe('read-only\n')
})

test('names can be given to addresses', async () => {
  const hostAliases = [{ ip: '10.9.8.7', hostnames: ['alias.test', 'other.test'] }]
  const output = await outputOf('aliased', 'cat /etc/hosts', {}, { hostAliases })
  expect(output).toMatch(/^10\.9\.8\.7\s+alias\.test\s+other\.test$/m)
  expect(output).toMatch(/\saliased$/m)
})

test('the services of its namespace are told to a pod as variables', async () => {
  const { object } = await space.services.create({
    metadata: { name: 'known' },
    spec: { selector: { app: 'known' }, ports: [{ name: 'web', port: 80 }] },
  })
  const script =
    'echo "$KNOWN_SERVICE_HOST $KNOWN_SERVICE_PORT $KNOWN_SERVICE_PORT_WEB"; echo $KUBERNETES_SERVICE_HOST'
  // Nodes hear of a service a moment later.
  await space.endpoints.until('known', {})
  const output = await outputOf('acquainted', script)
  expect(output).toMatch(new RegExp(`^${textAt(object, 'spec.clusterIP')} 80 80\n\\d+(\\.\\d+){3}\n$`))
})

test('each pod is a process tree of its own, and knows itself by its name', async () => {
  // Of two dollars a command keeps one, as with variables.
  const output = await outputOf('alone', 'echo $$$$; hostname; echo "$HOSTNAME"')
  expect(output).toBe('1\nalone\nalone\n')
})
