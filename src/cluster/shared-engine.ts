import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { type ContainerTool, findContainerTool } from '../util/container-tool.ts'
import { exec } from '../util/exec.ts'
import type { ClusterProvider, LoadOptions } from './provider.ts'

export interface SharedEngineOptions {
  /** For messages: `Docker Desktop`. */
  readonly name: string
  /** What the docker command line needs in its environment to reach the engine that images are built with. */
  readonly engineEnv: Readonly<Record<string, string>>
  /** What the cluster says of its node's engine. */
  readonly engine: Engine
}

/** By what one engine is told from another. */
export interface Engine {
  /** Of Docker: `27.3.1`. */
  readonly version: string
  /** Of the kernel that it runs on. */
  readonly kernel: string
}

/** `docker version` only asks the engine one question; one that hangs does so for good. */
const askTimeoutMs = 10_000

/**
 * A cluster whose node runs on the very engine that builds the images: what is built is there already. Makes sure of
 * that once, when there first is an image: an image in another engine would show only as a pod that cannot pull it.
 */
export function sharedEngine({ name, engineEnv, engine }: SharedEngineOptions): ClusterProvider {
  let isKnownToBeShared = false
  return {
    name,
    async load(reference, { signal }) {
      if (isKnownToBeShared) return ok(reference)
      const checked = await checkEngine({ name, engineEnv, engine }, signal)
      isKnownToBeShared = checked.ok && !signal.aborted
      return checked.ok ? ok(reference) : checked
    },
    describe: () => `${name}, which shares the Docker engine: nothing to load`,
  }
}

/** That the engine cannot be asked is no proof of another one, and the build has said what is wrong with it. */
async function checkEngine(
  { name, engineEnv, engine }: SharedEngineOptions,
  signal: LoadOptions['signal'],
): Promise<Result<void>> {
  const command = findContainerTool({ ...process.env, ...engineEnv })
  if (command !== 'docker') return fail(otherTool(name, command))
  const outcome = await exec({
    command,
    args: ['version', '--format', '{{.Server.Version}} {{.Server.KernelVersion}}'],
    env: engineEnv,
    signal,
    timeoutMs: askTimeoutMs,
  })
  if (outcome.status !== 'succeeded') return ok(undefined)
  const [version, kernel] = outcome.stdout[0]?.split(' ') ?? []
  if (version === engine.version && kernel === engine.kernel) return ok(undefined)
  return fail({
    code: 'cluster/no-provider',
    message: `The docker command line uses another engine than ${name}, so the cluster does not see what it builds.`,
    why: `docker talks to version ${version} on kernel ${kernel}; the cluster's node has version ${engine.version} on kernel ${engine.kernel}`,
    cure: "Make docker use the cluster's engine: look at DOCKER_HOST, DOCKER_CONTEXT and `docker context ls`",
  })
}

function otherTool(name: string, tool: ContainerTool): Failure {
  return {
    code: 'cluster/no-provider',
    message: `Images are built with ${tool}, and the Docker engine of ${name} does not see them.`,
    cure: 'Install the docker command line, or set DOCKER_HOST to the engine of the cluster, and start devloop again.',
  }
}
