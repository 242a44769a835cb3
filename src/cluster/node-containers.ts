import { fail, ok, type Result } from '../model/result.ts'
import { findContainerTool } from '../util/container-tool.ts'
import { exec } from '../util/exec.ts'
import type { ContainerdNode } from './node.ts'
import type { EngineEnv } from './provider.ts'

export interface NodeContainersQuery {
  /** For messages: `kind cluster shop`. */
  readonly name: string
  /** What all containers of the cluster carry: `label=value`. */
  readonly label: string
  /** The label that says what a container is for, and its values for nodes; load balancers and the like are none. */
  readonly role: { readonly label: string; readonly nodes: readonly string[] }
  /** What the user does where they do not run. */
  readonly start: string
  readonly engineEnv: EngineEnv
}

const askTimeoutMs = 30_000

/** The containers of an engine that are the nodes of a cluster. Fails where there is none. */
export async function nodeContainers(
  { name, label, role, start, engineEnv }: NodeContainersQuery,
  signal: AbortSignal,
): Promise<Result<readonly ContainerdNode[]>> {
  // The nodes are in the engine that builds the images: kind chooses between the same tools.
  const tool = findContainerTool({ ...process.env, ...engineEnv })
  const outcome = await exec({
    command: tool,
    args: ['ps', `--filter=label=${label}`, `--format={{.Names}}\t{{.Label "${role.label}"}}`],
    env: engineEnv,
    signal,
    timeoutMs: askTimeoutMs,
  })
  if (outcome.status !== 'succeeded') {
    const why = 'output' in outcome ? outcome.output.at(-1) : undefined
    return fail({
      code: 'cluster/load',
      message: `The Docker engine does not say which containers are the nodes of ${name}.`,
      ...(why !== undefined && { why }),
      cure:
        outcome.status === 'not-found'
          ? 'Install the docker command line.'
          : 'Start the Docker engine, or make docker use the one that the cluster runs in.',
    })
  }
  const nodes = outcome.stdout
    .map(line => line.split('\t'))
    .filter(([, value = '']) => role.nodes.includes(value))
    .map(([container = '']): ContainerdNode => nodeOf(container, tool, engineEnv))
  if (nodes.length > 0) return ok(nodes)
  return fail({
    code: 'cluster/no-provider',
    message: `The Docker engine has no container that is a node of ${name}, so images cannot be brought into it.`,
    why: `no running container has the label ${label}`,
    cure: `Run \`${start}\`, or make docker use the engine that the cluster runs in: look at DOCKER_HOST and \`docker context ls\`.`,
  })
}

function nodeOf(container: string, command: string, env: EngineEnv): ContainerdNode {
  const args = ['exec', '--interactive', container, 'sh', '-c']
  return { name: container, ctr: 'ctr', shell: { command, args }, env, outlivesCommand: true }
}
