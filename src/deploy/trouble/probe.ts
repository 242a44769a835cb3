import type { ContainerSpec, Probe, Terminated } from '../pod-object.ts'
import type { PodWarning } from '../pod-warning.ts'
import { type Container, nameOf } from './container.ts'
import { passing, type Trouble } from './trouble.ts'

/** How long (ms) a container may run and fail its probes before that is worth a word: many need a while to start. */
const startTime = 5_000

type ProbeKind = 'readiness' | 'liveness' | 'startup'

/** A container that runs, but whose probe has been failing for longer than a start takes. */
export function explainProbe(container: Container, warnings: readonly PodWarning[]): Trouble | undefined {
  const startedAt = Date.parse(container.status.state.running?.startedAt ?? '')
  const failing = failuresOf(container, warnings, startedAt, Number.POSITIVE_INFINITY)
  const last = failing.at(-1)
  // Both times are the cluster's, whose clock need not agree with this machine's.
  if (!last || last.lastSeen - startedAt < startTime) return undefined
  if (failing.reduce((sum, warning) => sum + warning.count, 0) < 2) return undefined
  const { kind, answer } = readFailure(last)
  const { cause, why, cure } = explainAnswer(container.spec, kind, answer)
  return passing({
    code: 'rollout/probe',
    message: `The ${kind} probe of the ${nameOf(container)} fails: ${cause}.`,
    ...(why && { why }),
    cure,
  })
}

/** Why the kubelet killed a container instance, if a failing probe was the reason. */
export function explainLivenessKill(
  container: Container,
  ended: Terminated,
  warnings: readonly PodWarning[],
): Omit<Trouble['failure'], 'output'> | undefined {
  const exitsWhenKilled = ended.exitCode === 137 || ended.exitCode === 143
  // Others end by themselves when they are asked to; but only a probe of their own time can have been the reason.
  if (!exitsWhenKilled && ended.exitCode !== 0) return undefined
  // Kubernetes stops telling what it has told often, so a kill may be explained by an earlier instance's failures.
  const from = exitsWhenKilled ? 0 : Date.parse(ended.startedAt ?? '')
  const last = failuresOf(container, warnings, from, Date.parse(ended.finishedAt ?? ''))
    .filter(warning => readFailure(warning).kind !== 'readiness')
    .at(-1)
  if (!last) return undefined
  const { kind, answer } = readFailure(last)
  const { cause, why, cure } = explainAnswer(container.spec, kind, answer)
  return {
    code: 'rollout/probe',
    message: `The ${nameOf(container)} is restarted because its ${kind} probe fails: ${cause}.`,
    ...(why && { why }),
    cure,
  }
}

/** Oldest first; times in ms since 1970 by the cluster's clock. */
function failuresOf(
  container: Container,
  warnings: readonly PodWarning[],
  from: number,
  to: number,
): readonly PodWarning[] {
  return warnings
    .filter(({ reason, container: name }) => reason === 'Unhealthy' && name === container.name)
    .filter(({ lastSeen }) => lastSeen >= from && lastSeen <= to)
    .sort((a, b) => a.lastSeen - b.lastSeen)
}

/** `Readiness probe failed: HTTP probe failed with statuscode: 404`, cut at the first colon. */
function readFailure({ message }: PodWarning): { kind: ProbeKind; answer: string } {
  const [, kind = 'Readiness', answer = ''] =
    /^(Readiness|Liveness|Startup) probe (?:failed|errored)[^:]*:?(.*)$/s.exec(message) ?? []
  return { kind: kind.toLowerCase() as ProbeKind, answer: answer.replace(/\s+/g, ' ').trim() }
}

function explainAnswer(
  spec: ContainerSpec,
  kind: ProbeKind,
  answer: string,
): { cause: string; why?: string; cure: string } {
  const probe = spec[`${kind}Probe`] ?? {}
  const asked = describeProbe(probe, spec)
  const port = portOf(probe, spec)
  const status = /statuscode: (\d+)/.exec(answer)?.[1]
  if (status !== undefined) {
    return {
      cause: `${asked} answers ${status}`,
      cure: `Let the application answer it with 200, or correct path and port of the ${kind}Probe.`,
    }
  }
  if (answer.includes('connection refused')) {
    return {
      cause: `nothing listens on port ${port}`,
      why: `${asked}: ${answer}`,
      cure: `Let the application listen on port ${port} of all addresses (0.0.0.0), not only of localhost; or correct the port of the ${kind}Probe.`,
    }
  }
  if (/deadline exceeded|timeout|timed out/i.test(answer)) {
    return {
      cause: `${asked} gives no answer within ${probe.timeoutSeconds ?? 1} s`,
      cure: `Let the application answer faster, or raise timeoutSeconds of the ${kind}Probe.`,
    }
  }
  if (probe.exec) {
    return {
      cause: answer === '' ? `its command ends with an error and says nothing` : answer.slice(0, 200),
      why: asked,
      cure: `Try the command in the container ("kubectl exec"), or correct the ${kind}Probe.`,
    }
  }
  return {
    cause: answer === '' ? asked : answer.slice(0, 200),
    why: asked,
    cure: `See what the application answers there, or correct the ${kind}Probe.`,
  }
}

function describeProbe(probe: Probe, spec: ContainerSpec): string {
  if (probe.httpGet) return `GET ${probe.httpGet.path ?? '/'} on port ${portOf(probe, spec)}`
  if (probe.tcpSocket) return `connecting to port ${portOf(probe, spec)}`
  if (probe.grpc) return `a gRPC health check on port ${probe.grpc.port}`
  return `the command "${probe.exec?.command.join(' ')}"`
}

function portOf(probe: Probe, spec: ContainerSpec): number | string {
  const port = (probe.httpGet ?? probe.tcpSocket ?? probe.grpc)?.port ?? ''
  return spec.ports?.find(({ name }) => name === port)?.containerPort ?? port
}
