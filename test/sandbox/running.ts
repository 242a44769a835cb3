import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { vi } from 'vitest'
import { type Cluster, connectCluster } from '../../src/cluster/connect.ts'
import type { KubeObject } from '../../src/model/kube.ts'
import { startSandbox, stopSandbox } from '../../src/sandbox/lifecycle.ts'
import { sandboxContext, sandboxFolder } from '../../src/util/sandbox-place.ts'

/** A sandbox of a test's own, as devloop uses it. */
export interface RunningSandbox extends AsyncDisposable {
  /** The state folder. */
  readonly folder: string
  readonly cluster: Cluster
  apply(object: KubeObject): Promise<void>
  /** Waits for a pod of the namespace `default` that is as wanted. */
  pod(name: string, isWanted: (status: PodStatus) => boolean): Promise<PodStatus>
  /** What its container has said. */
  log(pod: string): Promise<readonly string[]>
}

export interface PodStatus {
  readonly phase?: string
  readonly podIP?: string
  readonly containerStatuses?: readonly { readonly imageID: string; readonly state: ContainerState }[]
}

interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string }
}

const program = path.join(import.meta.dirname, '../../src/cli/main.ts')
const limitMs = 30_000

export async function openSandbox(): Promise<RunningSandbox> {
  const home = mkdtempSync(path.join(tmpdir(), 'devloop-sandbox-'))
  vi.stubEnv('XDG_STATE_HOME', home)
  vi.stubEnv('HOME', home)
  vi.stubEnv('KUBECONFIG', undefined)
  const { env, platform, execPath } = process
  const signal = AbortSignal.timeout(limitMs)
  const started = await startSandbox({
    ...{ env, platform, signal, endsWithStacks: false },
    server: [execPath, program, 'serve-sandbox'],
  })
  if (!started.ok) throw new Error(JSON.stringify(started.failure))
  const connected = await connectCluster({ env, allowed: [], context: sandboxContext, signal })
  if (!connected.ok) throw new Error(JSON.stringify(connected.failure))
  const cluster = connected.value
  const { api } = cluster
  return {
    folder: sandboxFolder(env),
    cluster,
    async apply(object) {
      const applied = await api.apply(object)
      if (!applied.ok) throw new Error(applied.failure.message)
    },
    async pod(name, isWanted) {
      const type = await api.resourceType('v1', 'Pod')
      if (!type.ok) throw new Error(type.failure.message)
      const { promise, resolve, reject } = Promise.withResolvers<PodStatus>()
      let last: PodStatus = {}
      const look = ({ status }: KubeObject) => {
        last = status ?? {}
        if (isWanted(last)) resolve(last)
      }
      const fieldSelector = `metadata.name=${name}`
      const watch = api.watch(
        type.value,
        { namespace: 'default', fieldSelector },
        {
          onList: objects => objects.forEach(look),
          onChange: look,
          onDelete: () => reject(new Error(`the pod ${name} was deleted`)),
          onInterrupted: () => {},
        },
      )
      const late = setTimeout(
        () => reject(new Error(`the pod ${name} is not as wanted: ${JSON.stringify(last)}`)),
        limitMs,
      )
      try {
        return await promise
      } finally {
        clearTimeout(late)
        await watch.close()
      }
    },
    async log(pod) {
      const log = await api.podLog({ namespace: 'default', pod, container: 'main', tailLines: 50 })
      if (!log.ok) throw new Error(log.failure.message)
      return log.value
    },
    async [Symbol.asyncDispose]() {
      await cluster.close()
      await stopSandbox(env, AbortSignal.timeout(limitMs))
      vi.unstubAllEnvs()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
