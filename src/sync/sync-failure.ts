import type { Failure, Place } from '../model/failure.ts'
import type { ContainerInstance } from '../model/sync.ts'
import type { Refusal } from './refusal.ts'
import type { OpenFailure, RunOutcome } from './stream.ts'
import type { TransferFailure } from './transfer.ts'

/* Why a container was not given files, in a person's words. devloop makes a new image instead each time. */

export function noStream(instance: ContainerInstance, { message, isMissingProgram }: OpenFailure): Failure {
  if (!isMissingProgram) return explainLost(instance, message)
  return {
    code: 'sync/no-shell',
    message: `The image of container ${instance.container} has no shell, so its files cannot be changed while it runs.`,
    at: placeOf(instance),
    why: message,
    cure: 'Build it from a base that has sh for development (a build target of its own, say), or write sync: false.',
  }
}

export function explainLost(instance: ContainerInstance, message: string): Failure {
  return {
    code: 'sync/lost',
    message: `The connection into container ${instance.container} broke again and again.`,
    at: placeOf(instance),
    why: message,
  }
}

export function explainRefusal(instance: ContainerInstance, failure: TransferFailure): Failure {
  return {
    code: 'sync/refused',
    message: `Container ${instance.container} did not take ${failure.path ?? 'a file'}.`,
    at: placeOf(instance),
    why: failure.message,
    ...('cure' in failure && failure.cure !== undefined && { cure: failure.cure }),
  }
}

export function explainRun(instance: ContainerInstance, command: string, outcome: RunOutcome): Failure {
  return {
    code: 'sync/command',
    message: `"${command}" ended with exit code ${outcome.exitCode}.`,
    at: placeOf(instance),
    cure: 'Mend what it complains of, or the command in the Devfile.',
    output: outcome.output,
  }
}

export function explainRestart(instance: ContainerInstance, { message, cure }: Refusal): Failure {
  return {
    code: 'sync/restart',
    message: `The process of container ${instance.container} could not be started anew.`,
    at: placeOf(instance),
    why: message,
    ...(cure !== undefined && { cure }),
  }
}

/** The process ended after a restart in place. */
export function explainEnd(
  instance: ContainerInstance,
  exitCode: number,
  output: readonly string[],
): Failure {
  return {
    code: 'sync/crash',
    message: `Container ${instance.container} crashed after the last edit: exit code ${exitCode}.`,
    at: placeOf(instance),
    cure: 'The container is kept: the next edit starts it again.',
    output,
  }
}

function placeOf({ namespace, pod, container }: ContainerInstance): Place {
  return { object: `${namespace}/${pod}/${container}` }
}
