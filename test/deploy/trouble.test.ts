import { describe, expect, test } from 'vitest'
import { describePod } from '../../src/deploy/pods.ts'
import { findCrash } from '../../src/deploy/trouble/crash.ts'
import { findTrouble } from '../../src/deploy/trouble.ts'
import type { Failure } from '../../src/model/failure.ts'
import { healthyStages, podFixture } from './fixtures.ts'

/** What a person reads of each pod that a real cluster had: on its row, and below it. */
const troubles: readonly (Pick<Failure, 'code' | 'message' | 'why' | 'cure'> & {
  fixture: string
  word: string
})[] = [
  {
    fixture: 'bare-failed',
    word: 'crashed (exit code 4)',
    code: 'rollout/crash',
    message: 'The container app crashed: exit code 4.',
    cure: 'It said nothing before its end: let it write its errors to stdout or stderr.',
  },
  {
    fixture: 'config-missing-configmap',
    word: 'cannot start',
    code: 'rollout/config',
    message: 'The ConfigMap web-env does not exist in the namespace obs-trouble.',
    cure: 'Add it to the manifests of the service, or correct its name.',
  },
  {
    fixture: 'config-missing-secret-key',
    word: 'cannot start',
    code: 'rollout/config',
    message: 'The Secret have has no key token.',
    cure: 'Add the key, or correct its name in the manifest.',
  },
  {
    fixture: 'config-run-as-root',
    word: 'cannot start',
    code: 'rollout/config',
    message: 'The container app must not run as root (runAsNonRoot), but its image does.',
    cure: 'Set a USER by its number in the Dockerfile or runAsUser in the manifest, or take runAsNonRoot away.',
  },
  {
    fixture: 'crash-1',
    word: 'crashed (exit code 1)',
    code: 'rollout/crash',
    message: 'The container app crashed 7 times: exit code 1.',
    cure: 'Mend what its last lines say.',
  },
  {
    fixture: 'crash-126',
    word: 'crashed (exit code 126)',
    code: 'rollout/crash',
    message: 'The container app crashed 7 times: exit code 126 (a command may not be executed).',
    cure: 'Make the command executable in the image ("chmod +x"), or correct it.',
  },
  {
    fixture: 'crash-127',
    word: 'crashed (exit code 127)',
    code: 'rollout/crash',
    message: 'The container app crashed 7 times: exit code 127 (a command was not found).',
    cure: 'Install the command in the image, or correct its name or PATH.',
  },
  {
    fixture: 'crash-143',
    word: 'crashed (exit code 143)',
    code: 'rollout/crash',
    message: 'The container app crashed 7 times: exit code 143 (ended by SIGTERM).',
    cure: 'Something asked it to stop: see its last lines for what.',
  },
  {
    fixture: 'crash-2',
    word: 'crashed (exit code 2)',
    code: 'rollout/crash',
    message: 'The container app crashed 7 times: exit code 2 (an error, often a wrong option).',
    cure: 'Mend what its last lines say.',
  },
  {
    fixture: 'ends-by-itself',
    word: 'ended (exit code 0)',
    code: 'rollout/crash',
    message: 'The container app ended by itself 7 times (exit code 0), but has to keep running.',
    cure: 'Let its command stay in the foreground; for work that ends, use a Job or an init container.',
  },
  {
    fixture: 'evicted',
    word: 'evicted',
    code: 'rollout/crash',
    message: 'The pod was evicted from its node.',
    why: 'Pod ephemeral local storage usage exceeds the total limit of containers 5Mi.',
    cure: 'Let the pod use less of what the node is short of, or raise its limit; "kubectl describe nodes" shows what is left.',
  },
  {
    fixture: 'executable-denied',
    word: 'crashed (exit code 126)',
    code: 'rollout/config',
    message: 'The container app cannot be started: /etc/passwd may not be executed.',
    why: 'exec: "/etc/passwd": permission denied',
    cure: 'Make it executable in the image ("chmod +x"), or correct the command in the manifest or the Dockerfile.',
  },
  {
    fixture: 'executable-missing',
    word: 'crashed (exit code 127)',
    code: 'rollout/config',
    message: 'The container app cannot be started: its image busybox:1.36 has no /app/server.',
    why: 'exec: "/app/server": stat /app/server: no such file or directory',
    cure: "Correct the command in the manifest, or CMD and ENTRYPOINT in the image's Dockerfile.",
  },
  {
    fixture: 'image-invalid',
    word: 'no image',
    code: 'rollout/image-pull',
    message: '"Shop/WEB:1:2" is not a valid image reference.',
    why: 'repository name must be lowercase',
    cure: 'Correct the image of the container app in the manifest.',
  },
  {
    fixture: 'image-missing',
    word: 'no image',
    code: 'rollout/image-pull',
    message: 'The image busybocks:nope could not be pulled: its registry does not answer.',
    why: 'Get "https://registry.example/v2/": dial tcp: lookup registry.example on 192.0.2.53:53: no such host',
    cure: `Check the network and the registry's name; or add "busybocks" to "images" in the Devfile if devloop is to build it.`,
  },
  {
    fixture: 'image-never-pull',
    word: 'no image',
    code: 'rollout/image-pull',
    message: 'The image shop/web:dev is not on the node, and imagePullPolicy Never forbids pulling it.',
    cure: `Add "shop/web" to "images" in the Devfile so that devloop builds it, or correct the image's name in the manifest.`,
  },
  {
    fixture: 'image-registry-down',
    word: 'no image',
    code: 'rollout/image-pull',
    message: 'The image localhost:5999/shop/web:1 could not be pulled: its registry does not answer.',
    why: 'Get "http://localhost:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused',
    cure: `Check the network and the registry's name; or add "localhost:5999/shop/web" to "images" in the Devfile if devloop is to build it.`,
  },
  {
    fixture: 'init-crash',
    word: 'crashed (exit code 1)',
    code: 'rollout/crash',
    message: 'The init container migrate crashed 7 times: exit code 1.',
    cure: 'Mend what its last lines say.',
  },
  {
    fixture: 'init-image-missing',
    word: 'no image',
    code: 'rollout/image-pull',
    message: 'The image busybocks:nope could not be pulled: its registry does not answer.',
    why: 'Get "https://registry.example/v2/": dial tcp: lookup registry.example on 192.0.2.53:53: no such host',
    cure: `Check the network and the registry's name; or add "busybocks" to "images" in the Devfile if devloop is to build it.`,
  },
  {
    fixture: 'job-fails',
    word: 'crashed (exit code 5)',
    code: 'rollout/crash',
    message: 'The container app crashed: exit code 5.',
    cure: 'It said nothing before its end: let it write its errors to stdout or stderr.',
  },
  {
    fixture: 'liveness-tcp',
    word: 'crashed (exit code 137)',
    code: 'rollout/probe',
    message: 'The container app is restarted because its liveness probe fails: nothing listens on port 9000.',
    why: 'connecting to port 9000: dial tcp 172.17.0.30:9000: connect: connection refused',
    cure: 'Let the application listen on port 9000 of all addresses (0.0.0.0), not only of localhost; or correct the port of the livenessProbe.',
  },
  {
    fixture: 'mount-configmap-key',
    word: 'starting',
    code: 'rollout/volume',
    message: 'The ConfigMap present has no key missing.conf.',
    cure: 'Add the key, or correct its name in the manifest.',
  },
  {
    fixture: 'mount-configmap',
    word: 'starting',
    code: 'rollout/volume',
    message: 'The ConfigMap web-conf does not exist in the namespace obs-trouble.',
    cure: 'Add it to the manifests of the service, or correct its name.',
  },
  {
    fixture: 'mount-hostpath',
    word: 'starting',
    code: 'rollout/volume',
    message: 'The volume src cannot be mounted: on the node, /no/such/folder is not a directory.',
    cure: `hostPath means a path of the cluster's node, not of this machine: make it there, or set its type to "DirectoryOrCreate".`,
  },
  {
    fixture: 'mount-secret',
    word: 'starting',
    code: 'rollout/volume',
    message: 'The Secret web-tls does not exist in the namespace obs-trouble.',
    cure: 'Add it to the manifests of the service, or correct its name.',
  },
  {
    fixture: 'oom',
    word: 'out of memory',
    code: 'rollout/crash',
    message: 'The container app was killed 7 times: it needs more memory than its limit of 32Mi.',
    cure: 'Raise resources.limits.memory in the manifest, or let the application use less.',
  },
  {
    fixture: 'readiness-exec',
    word: 'running, not ready',
    code: 'rollout/probe',
    message: 'The readiness probe of the container app fails: database not reachable.',
    why: 'the command "sh -c echo database not reachable; exit 3"',
    cure: 'Try the command in the container ("kubectl exec"), or correct the readinessProbe.',
  },
  {
    fixture: 'readiness-http-404',
    word: 'running, not ready',
    code: 'rollout/probe',
    message: 'The readiness probe of the container app fails: GET /healthz on port 80 answers 404.',
    cure: 'Let the application answer it with 200, or correct path and port of the readinessProbe.',
  },
  {
    fixture: 'readiness-http-refused',
    word: 'running, not ready',
    code: 'rollout/probe',
    message: 'The readiness probe of the container app fails: nothing listens on port 8080.',
    why: 'GET /healthz on port 8080: Get "http://172.17.0.29:8080/healthz": dial tcp 172.17.0.29:8080: connect: connection refused',
    cure: 'Let the application listen on port 8080 of all addresses (0.0.0.0), not only of localhost; or correct the port of the readinessProbe.',
  },
  {
    fixture: 'segfault',
    word: 'crashed (exit code 139)',
    code: 'rollout/crash',
    message: 'The container app crashed 5 times: exit code 139 (a segmentation fault, SIGSEGV).',
    cure: 'A native library or the runtime crashed: check that it fits the base image.',
  },
  {
    fixture: 'startup',
    word: 'crashed (exit code 137)',
    code: 'rollout/probe',
    message: 'The container app is restarted because its startup probe fails: nothing listens on port 3000.',
    why: 'GET /up on port 3000: Get "http://172.17.0.32:3000/up": dial tcp 172.17.0.32:3000: connect: connection refused',
    cure: 'Let the application listen on port 3000 of all addresses (0.0.0.0), not only of localhost; or correct the port of the startupProbe.',
  },
  {
    fixture: 'unschedulable-cpu',
    word: 'unschedulable',
    code: 'rollout/unschedulable',
    message: 'No node has 100 CPU free, which the pod asks for.',
    why: '0/1 nodes are available: 1 Insufficient cpu.',
    cure: 'Lower resources.requests.cpu in the manifest, stop other pods, or give the cluster more.',
  },
  {
    fixture: 'unschedulable-pvc-unbound',
    word: 'unschedulable',
    code: 'rollout/unschedulable',
    message: 'The pod waits for its PersistentVolumeClaim unbound, which has no volume.',
    why: '0/1 nodes are available: 1 pod has unbound immediate PersistentVolumeClaims.',
    cure: '"kubectl describe pvc -n obs-trouble unbound" says why: often a wrong storageClassName.',
  },
  {
    fixture: 'unschedulable-pvc',
    word: 'unschedulable',
    code: 'rollout/unschedulable',
    message: 'The PersistentVolumeClaim data does not exist in the namespace obs-trouble.',
    why: '0/1 nodes are available: 1 persistentvolumeclaim "data" not found.',
    cure: 'Add it to the manifests of the service, or correct its name.',
  },
  {
    fixture: 'unschedulable-selector',
    word: 'unschedulable',
    code: 'rollout/unschedulable',
    message: "No node has the label disk=ssd, which the pod's nodeSelector asks for.",
    why: "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity.",
    cure: 'Label a node ("kubectl label node"), or correct the pod template.',
  },
  {
    fixture: 'workdir-wrong',
    word: 'cannot start',
    code: 'rollout/config',
    message: 'The container app cannot be started.',
    why: 'Cannot mkdir: /etc/passwd is not a directory',
    cure: 'Correct the settings of the container in the manifest.',
  },
]

describe('a pod in trouble tells a person what is wrong and what to do', () => {
  test.each(troubles)('$fixture: $message', ({ fixture, word, ...expected }) => {
    const { pod, warnings, log } = podFixture(fixture)
    const { code, message, why, cure } = findTrouble(pod, warnings, log)?.failure ?? {}
    expect({ code, message, cure, ...(why !== undefined && { why }) }).toEqual(expected)
    expect(describePod(pod, true).word).toBe(word)
  })

  test.each(['crash-1', 'init-crash', 'oom'])('%s: its last lines are shown', fixture => {
    const { pod, warnings, log } = podFixture(fixture)
    expect(log).not.toEqual([])
    expect(findTrouble(pod, warnings, log)?.failure.output).toEqual(log)
  })

  test('an application that wrote nothing before its end is not said to have last lines', () => {
    const { pod, warnings } = podFixture('crash-1')
    expect(findTrouble(pod, warnings, [])?.failure.cure).toBe(
      'It said nothing before its end: let it write its errors to stdout or stderr.',
    )
  })

  test('a crash of its own is not put down to a liveness probe that failed while it started', () => {
    const { pod, warnings } = podFixture('liveness-tcp')
    const ended = findCrash(pod)?.ended
    if (ended) ended.exitCode = 1
    expect(findTrouble(pod, warnings, [])?.failure.code).toBe('rollout/crash')
  })

  test('a container that is out of memory is not said to fail its probe', () => {
    const { pod, warnings } = podFixture('liveness-tcp')
    const ended = findCrash(pod)?.ended
    if (ended) ended.reason = 'OOMKilled'
    expect(findTrouble(pod, warnings, [])?.failure.message).toMatch(/memory/)
  })
})

describe('a pod that is well raises no alarm', () => {
  test.each([
    ['healthy', 'running'],
    ['bare-completed', 'completed'],
    ['job-complete', 'completed'],
    ['init-running', 'initializing (wait-for-db)'],
  ])('%s is %s', (fixture, word) => {
    const { pod, warnings, log } = podFixture(fixture)
    expect(findTrouble(pod, warnings, log)).toBeUndefined()
    expect(describePod(pod, true).word).toBe(word)
  })

  test('while it starts', () => {
    const stages = healthyStages()
    expect(stages.map(pod => findTrouble(pod, [], []))).toEqual(stages.map(() => undefined))
    expect(stages.map(pod => describePod(pod, true).word)).toEqual([
      'starting',
      'starting',
      'starting',
      'running',
    ])
  })

  test('because of one probe that failed before the application listened', () => {
    const { pod, warnings } = podFixture('readiness-http-refused')
    expect(findTrouble(pod, warnings, [])).toBeDefined()
    const [container] = pod.status?.containerStatuses ?? []
    const failedAt = warnings.at(-1)?.lastSeen ?? 0
    if (container) container.state = { running: { startedAt: new Date(failedAt - 2_000).toISOString() } }
    expect(findTrouble(pod, warnings, [])).toBeUndefined()
  })
})
