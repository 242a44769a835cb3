import type { Failure, Place } from '../model/failure.ts'
import type { PortRule } from '../model/project.ts'
import type { Trouble } from './pod-search.ts'

const maxChoices = 5

/** A rule that leads nowhere; `choices` are what it could have named. */
export function failedTarget(
  service: string,
  rule: PortRule,
  message: string,
  choices: readonly string[],
): { readonly state: 'failed'; readonly failure: Failure } {
  const listed = [...new Set(choices)].slice(0, maxChoices).join(', ')
  const cure =
    listed === ''
      ? `Correct the rule in services.${service}.ports, or add the target to the manifests.`
      : `Correct the rule in services.${service}.ports. There is: ${listed}.`
  return { state: 'failed', failure: { code: 'forward/target', message, at: placeOf(service, rule), cure } }
}

/** Pods that are ready, and no connection to them. */
export function failedConnection(service: string, rule: PortRule, trouble: Trouble): Failure {
  const { pod, port } = trouble.backend
  const at = placeOf(service, rule)
  if (trouble.isRefused) {
    return {
      code: 'forward/target',
      message: `Nothing listens on port ${port} in pod ${pod}.`,
      at,
      why: trouble.message,
      cure: `Let the application listen on port ${port}, or write the port that it listens on in services.${service}.ports.`,
    }
  }
  return {
    code: 'forward/target',
    message: `No connection to port ${port} of pod ${pod}.`,
    at,
    why: trouble.message,
    cure: 'Check that the cluster is reachable and that your user may use port-forward in it.',
  }
}

/** Who holds a local port, and what could be used in its place. */
export interface TakenPort {
  /** `node server.js (pid 4711)`, where it is known. */
  readonly holder: string | undefined
  readonly nextFreePort: number | undefined
}

/** The local port cannot be opened. `error` is what listening said, `taken` what is known of a taken port. */
export function failedListen(
  service: string,
  rule: PortRule,
  error: NodeJS.ErrnoException,
  taken: TakenPort,
): Failure {
  const at = placeOf(service, rule)
  const write = (port: number) => `write '${withLocalPort(rule, port)}' in services.${service}.ports`
  switch (error.code) {
    case 'EADDRINUSE': {
      const other = taken.nextFreePort === undefined ? '' : `, or ${write(taken.nextFreePort)}`
      return {
        code: 'forward/port-taken',
        message: `Port ${rule.localPort} is taken by ${taken.holder ?? 'another process'}.`,
        at,
        cure: `Stop ${taken.holder ? 'it' : 'that process'}${other}.`,
      }
    }
    case 'EACCES':
      return {
        code: 'forward/port-taken',
        message: `Your user may not open port ${rule.localPort}.`,
        at,
        cure: `Ports below 1024 are the system’s: ${write(rule.localPort + 8000)}.`,
      }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {
        code: 'forward/port-taken',
        message: `${rule.host} is no address of this machine.`,
        at,
        cure: `Leave the address out, or use 127.0.0.1, in services.${service}.ports.`,
      }
    default:
      return {
        code: 'forward/port-taken',
        message: `Port ${rule.localPort} cannot be opened.`,
        at,
        why: error.message,
      }
  }
}

/** The rule as the user would write it with another local port. */
function withLocalPort({ text, host, target }: PortRule, localPort: number): string {
  const address = [`${host}:`, `[${host}]:`].find(prefix => text.startsWith(prefix)) ?? ''
  const path = target.kind === 'pod' ? target.port : `svc/${target.name}:${target.port}`
  return `${address}${localPort}:${path}`
}

function placeOf(service: string, rule: PortRule): Place {
  return { object: `services.${service}.ports '${rule.text}'` }
}
