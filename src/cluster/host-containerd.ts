import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import type { ContainerdNode } from './node.ts'
import { nodeCluster } from './node-cluster.ts'
import type { ClusterProvider, EngineEnv } from './provider.ts'

const askTimeoutMs = 10_000

/** k3s on this machine. Its containerd belongs to root, and devloop never asks for a password. */
export function k3sHost(engineEnv: EngineEnv): ClusterProvider {
  return nodeCluster({
    name: 'k3s',
    engineEnv,
    nodes: findK3s,
    advice: 'k3s that is started with `--docker` shares the Docker engine, so that nothing is imported.',
  })
}

/** MicroK8s on this machine, whose own command reaches its containerd for the members of its group. */
export function microK8sHost(engineEnv: EngineEnv): ClusterProvider {
  const node = hostNode('microk8s', 'microk8s ctr', [])
  return nodeCluster({ name: 'MicroK8s', engineEnv, nodes: async () => ok([node]) })
}

async function findK3s(signal: AbortSignal): Promise<Result<readonly ContainerdNode[]>> {
  const isRoot = process.getuid?.() === 0
  if (isRoot) return ok([hostNode('k3s', 'k3s ctr', [])])
  const sudo = ['sudo', '--non-interactive']
  const [command = '', ...args] = sudo
  const outcome = await exec({ command, args: [...args, 'true'], signal, timeoutMs: askTimeoutMs })
  if (outcome.status === 'succeeded') return ok([hostNode('k3s', 'k3s ctr', sudo)])
  return fail({
    code: 'cluster/no-provider',
    message: 'Only root may bring images into k3s, and devloop does not ask for a password.',
    why: 'sudo wants one',
    cure: 'Start k3s with `--docker`, so that it uses the images of the Docker engine, or use a registry, or allow yourself `sudo` without a password.',
  })
}

function hostNode(name: string, ctr: string, prefix: readonly string[]): ContainerdNode {
  const [command = 'sh', ...args] = [...prefix, 'sh', '-c']
  // Aborting ends what is a child of devloop, also behind sudo, which passes the signal on.
  return { name, ctr, shell: { command, args }, env: {}, outlivesCommand: false }
}
