import type { Failure } from '../model/failure.ts'
import { maxOutputLines } from '../model/failure.ts'
import { fullImageName } from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { type ExecOutcome, exec } from '../util/exec.ts'
import type { ClusterProvider, EngineEnv, LoadOptions } from './provider.ts'

/** It asks the machine that the node runs on, which may be a virtual one. */
const askTimeoutMs = 30_000
const loadTimeoutMs = 15 * 60 * 1_000

/**
 * What makes docker use the engine of a profile's node, as `eval $(minikube docker-env)` would in a shell: nothing where that is not
 * to be had, as with other runtimes, several nodes, or a profile that is stopped.
 */
export async function minikubeEngineEnv(profile: string, signal: AbortSignal): Promise<EngineEnv> {
  const outcome = await exec({
    command: 'minikube',
    // The shell `none` gets bare `NAME=value` lines.
    args: ['--profile', profile, 'docker-env', '--shell', 'none'],
    signal,
    timeoutMs: askTimeoutMs,
  })
  const lines = outcome.status === 'succeeded' ? outcome.stdout : []
  const variables = lines.flatMap(line => {
    const [, name, value] = /^((?:DOCKER|MINIKUBE)_\w+)=(.+)$/.exec(line) ?? []
    return name !== undefined && value !== undefined ? [[name, value] as const] : []
  })
  return Object.fromEntries(variables)
}

/**
 * A minikube cluster whose engine builds cannot use: minikube brings images into its nodes itself, each time the whole image. What it has
 * is asked before and after, since `minikube image load` ends with success also where a node did not take the image.
 */
export function minikubeCluster(profile: string, engineEnv: EngineEnv): ClusterProvider {
  return {
    name: 'minikube',
    async load(reference, options) {
      const held = await holds(profile, reference, options.signal)
      if (!held.ok) return held
      if (held.value) return ok(reference)
      const loaded = await loadImage(profile, reference, engineEnv, options)
      if (loaded.status !== 'succeeded') return fail(notLoaded(profile, reference, loaded))
      const taken = await holds(profile, reference, options.signal)
      if (!taken.ok) return taken
      return taken.value ? ok(reference) : fail(notLoaded(profile, reference, loaded))
    },
    describe: () => `minikube profile ${profile}: whole images are loaded by minikube`,
    advice:
      'A profile of one node with the runtime docker shares its engine, so that nothing is loaded: `minikube start --container-runtime=docker`.',
  }
}

async function holds(profile: string, reference: string, signal: AbortSignal): Promise<Result<boolean>> {
  const name = fullImageName(reference)
  let isListed = false
  const outcome = await exec({
    command: 'minikube',
    args: ['--profile', profile, 'image', 'ls'],
    signal,
    timeoutMs: askTimeoutMs,
    onLine(line) {
      isListed ||= line.trim() !== '' && fullImageName(line.trim()) === name
    },
  })
  return outcome.status === 'succeeded' ? ok(isListed) : fail(notLoaded(profile, reference, outcome))
}

function loadImage(
  profile: string,
  reference: string,
  env: EngineEnv,
  { signal, onLine }: LoadOptions,
): Promise<ExecOutcome> {
  return exec({
    command: 'minikube',
    // Without it minikube asks a registry where the engine does not have the image.
    args: ['--profile', profile, 'image', 'load', '--daemon', reference],
    env,
    signal,
    onLine,
    timeoutMs: loadTimeoutMs,
  })
}

function notLoaded(profile: string, reference: string, outcome: ExecOutcome): Failure {
  const output = 'output' in outcome ? outcome.output.slice(-maxOutputLines) : []
  if (outcome.status === 'not-found') {
    return {
      code: 'cluster/no-provider',
      message: 'Images get into minikube by its own command, which is not installed here.',
      cure: 'Put minikube on the PATH.',
    }
  }
  const why =
    outcome.status === 'succeeded'
      ? 'minikube reports no failure, and does not list the image'
      : outcome.status === 'timed-out'
        ? 'minikube was not done in time'
        : output.at(-1)
  return {
    code: 'cluster/load',
    message: `${reference} could not be loaded into minikube.`,
    ...(why !== undefined && { why }),
    cure: `\`minikube --profile ${profile} status\` says whether it runs; \`minikube --profile ${profile} image load ${reference}\` tries the same by hand.`,
    ...(output.length > 0 && { output }),
  }
}
