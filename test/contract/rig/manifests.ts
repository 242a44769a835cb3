import type { Manifest, Pattern } from './collection.ts'

/** Images that every cluster of the suite has; in the sandbox they stand for the host's own programs. */
const images = { shell: 'busybox', node: 'node:20-alpine' } as const

/** Says `ready`, runs until it is told to end, and then ends at once with 0. */
export const untilTold = 'trap "exit 0" TERM; echo ready; while :; do sleep 1 & wait $!; done'

/** A container that runs a script of the shell. */
export function shell(script: string, more: Pattern = {}): Pattern {
  return container({ image: images.shell, command: ['sh', '-c', script], ...more })
}

/** A container that runs a program of Node.js. */
export function node(program: string, more: Pattern = {}): Pattern {
  return container({ image: images.node, command: ['node', '-e', program], ...more })
}

/** A container that answers HTTP on port 8080 with its pod's name, and has a readiness probe that says when. */
export function webServer(more: Pattern = {}): Pattern {
  return node(
    `require('http').createServer((request, response) => response.end(require('os').hostname())).listen(8080)`,
    {
      ports: [{ name: 'web', containerPort: 8080 }],
      readinessProbe: { httpGet: { port: 'web', path: '/' }, periodSeconds: 1, timeoutSeconds: 5 },
      ...more,
    },
  )
}

/** What a pod is asked to be: containers, and what else its spec says. It ends at once when it is deleted. */
export function podSpec(containers: readonly Pattern[], more: Pattern = {}): Pattern {
  return { terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, containers, ...more }
}

export function pod(name: string, containers: Pattern | readonly Pattern[], spec: Pattern = {}): Manifest {
  const list = Array.isArray(containers) ? containers : [containers]
  return { metadata: { name, labels: { app: name } }, spec: podSpec(list, spec) }
}

/**
 * A workload whose pods have the label `app` with its name: a Deployment, ReplicaSet, StatefulSet or DaemonSet.
 *
 * @param spec what it says besides selector and template
 */
export function workload(
  name: string,
  containers: Pattern | readonly Pattern[],
  spec: Pattern = {},
): Manifest {
  const list = Array.isArray(containers) ? containers : [containers]
  return {
    metadata: { name, labels: { app: name } },
    spec: { selector: { matchLabels: { app: name } }, template: template(name, list), ...spec },
  }
}

/** A container that asks for more than any node has: its pod is made and counted, and never runs. */
export function unschedulable(more: Pattern = {}): Pattern {
  return shell('true', { resources: { requests: { cpu: '1000' } }, ...more })
}

export function template(app: string, containers: readonly Pattern[], spec: Pattern = {}): Pattern {
  return { metadata: { labels: { app } }, spec: podSpec(containers, spec) }
}

function container(content: Pattern): Pattern {
  return { name: 'main', imagePullPolicy: 'IfNotPresent', ...content }
}
