import { constants } from 'node:os'
import type { PodObject, Terminated } from '../pod-object.ts'
import type { PodWarning } from '../pod-warning.ts'
import { explainStart } from './config.ts'
import { type Container, containersOf, nameOf } from './container.ts'
import { explainLivenessKill } from './probe.ts'
import { fatal, passing, type Trouble } from './trouble.ts'

/** A container instance that ended though it should not have. */
export interface Crash {
  readonly container: Container
  readonly ended: Terminated
  /** It is the container's newest instance; otherwise a newer one runs already, or waits to. */
  readonly isNewest: boolean
  /** How often the container has ended, this time included. */
  readonly count: number
}

/**
 * The newest crash of the first container that has one. A container that was started again still counts, so whether
 * it has recovered is for the caller to say.
 */
export function findCrash(pod: PodObject): Crash | undefined {
  for (const container of containersOf(pod)) {
    const { state, lastState, restartCount } = container.status
    const ended = state.terminated ?? lastState.terminated
    if (!ended || (ended.exitCode === 0 && !container.mustKeepRunning)) continue
    return {
      container,
      ended,
      isNewest: state.terminated !== undefined,
      count: Math.max(1, state.running ? restartCount : restartCount + 1),
    }
  }
  return undefined
}

/** The container runtime could not start the program, so there is no log of it. */
export function hasStarted({ ended }: Crash): boolean {
  // Docker's and containerd's words for it.
  return ended.reason !== 'ContainerCannotRun' && ended.reason !== 'StartError'
}

/** `output`: the last lines of the instance that ended. */
export function explainCrash(
  crash: Crash,
  pod: PodObject,
  warnings: readonly PodWarning[],
  output: readonly string[],
): Trouble {
  const { container, ended, count } = crash
  if (!hasStarted(crash)) return explainStart(container, ended.message ?? '')
  const killed = ended.reason !== 'OOMKilled' && explainLivenessKill(container, ended, warnings)
  const failure: Trouble['failure'] = {
    code: 'rollout/crash',
    ...(killed || explainEnd(container, ended, times(count), output)),
    ...(output.length > 0 && { output }),
  }
  // A Job starts a new pod by itself as often as it may.
  const isRetried = pod.metadata.ownerReferences?.some(owner => owner.controller && owner.kind === 'Job')
  return isRetried ? passing(failure) : fatal(failure)
}

export function wordForCrash({ ended }: Crash): string {
  if (ended.reason === 'OOMKilled') return 'out of memory'
  return `${ended.exitCode === 0 ? 'ended' : 'crashed'} (exit code ${ended.exitCode})`
}

type Explanation = Pick<Trouble['failure'], 'message' | 'why' | 'cure'>

function explainEnd(
  container: Container,
  ended: Terminated,
  often: string,
  output: readonly string[],
): Explanation {
  const subject = `The ${nameOf(container)}`
  if (ended.reason === 'OOMKilled') {
    const limit = container.spec.resources?.limits?.memory
    if (limit === undefined) {
      return {
        message: `${subject} was killed${often}: the node is out of memory.`,
        cure: 'Give the node more memory, or let the application use less.',
      }
    }
    return {
      message: `${subject} was killed${often}: it needs more memory than its limit of ${limit}.`,
      cure: 'Raise resources.limits.memory in the manifest, or let the application use less.',
    }
  }
  if (ended.exitCode === 0) {
    return {
      message: `${subject} ended by itself${often} (exit code 0), but has to keep running.`,
      cure: 'Let its command stay in the foreground; for work that ends, use a Job or an init container.',
    }
  }
  if (output.some(line => line.includes('exec format error'))) {
    return {
      message: `${subject} crashed${often}: its program is made for another CPU architecture.`,
      cure: "Build the image for the architecture of the cluster's node.",
    }
  }
  const { meaning, cure } = explainExitCode(ended.exitCode, output.length > 0)
  return {
    message: `${subject} crashed${often}: exit code ${ended.exitCode}${meaning && ` (${meaning})`}.`,
    ...(ended.message && { why: ended.message.trim() }),
    cure,
  }
}

/** What exit codes mean by the conventions of shells and of Linux: above 128 it is a signal. */
function explainExitCode(code: number, hasOutput: boolean): { meaning: string; cure: string } {
  const fix = hasOutput
    ? 'Mend what its last lines say.'
    : 'It said nothing before its end: let it write its errors to stdout or stderr.'
  switch (code) {
    case 1:
      return { meaning: '', cure: fix }
    case 2:
      return { meaning: 'an error, often a wrong option', cure: fix }
    case 126:
      return {
        meaning: 'a command may not be executed',
        cure: 'Make the command executable in the image ("chmod +x"), or correct it.',
      }
    case 127:
      return {
        meaning: 'a command was not found',
        cure: 'Install the command in the image, or correct its name or PATH.',
      }
    case 137:
      return {
        meaning: 'killed by SIGKILL',
        cure: 'It was killed from outside or did not stop in time: see its last lines, and the memory of the node.',
      }
    case 139:
      return {
        meaning: 'a segmentation fault, SIGSEGV',
        cure: 'A native library or the runtime crashed: check that it fits the base image.',
      }
    case 143:
      return {
        meaning: 'ended by SIGTERM',
        cure: 'Something asked it to stop: see its last lines for what.',
      }
    default: {
      const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0]
      return { meaning: signal ? `ended by ${signal}` : '', cure: fix }
    }
  }
}

function times(count: number): string {
  if (count < 2) return ''
  return count === 2 ? ' twice' : ` ${count} times`
}
