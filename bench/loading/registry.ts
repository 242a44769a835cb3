import { setTimeout as pause } from 'node:timers/promises'
import type { ResourceType } from '../../src/model/kube-api.ts'
import { clusterRegistry } from '../../test/e2e/containerd/cluster-registry.ts'
import { openCountingProxy } from '../../test/e2e/counting-proxy.ts'
import type { RealCluster } from '../../test/e2e/real-cluster.ts'
import type { Way } from './way.ts'

const eventType: ResourceType = { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true }
const pullLimitMs = 120_000

/** devloop's way through the cluster's registry, with a counter on each side of it. */
export async function registryWay(real: RealCluster): Promise<Way> {
  const { cluster, namespace } = real
  const { port, hostFromNodes } = await clusterRegistry(real)
  const pushes = await openCountingProxy(port)
  const pulls = await openCountingProxy(port)
  const provider = cluster.provider({
    host: `localhost:${pushes.port}`,
    hostFromNodes: hostFromNodes.replace(`${port}`, `${pulls.port}`),
  })
  let pods = 0

  const startPod = async (name: string, image: string) => {
    const applied = await cluster.api.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'large', image }] },
    })
    if (!applied.ok) throw new Error(applied.failure.message)
  }

  /** The milliseconds that the kubelet says it has pulled for: how long a pod takes to start is another matter. */
  const pullMs = async (pod: string) => {
    const fieldSelector = `involvedObject.name=${pod},reason=Pulled`
    for (const end = performance.now() + pullLimitMs; performance.now() < end; await pause(100)) {
      const events = await cluster.api.list(eventType, { namespace, fieldSelector })
      const message = events.ok ? events.value[0]?.message : undefined
      if (typeof message === 'string') return pulledFor(message)
    }
    throw new Error(`the image of pod ${pod} was not pulled`)
  }

  return {
    name: 'registry',
    counted: 'counted at the registry: in and out',
    async send(reference) {
      const before = pushes.sent + pulls.received
      const begun = performance.now()
      const loaded = await provider.load(reference, { signal: new AbortController().signal, onLine() {} })
      const pushMs = performance.now() - begun
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure))
      const pod = `large-${++pods}`
      await startPod(pod, loaded.value)
      return { tookMs: pushMs + (await pullMs(pod)), bytes: pushes.sent + pulls.received - before }
    },
    async [Symbol.asyncDispose]() {
      await pushes[Symbol.asyncDispose]()
      await pulls[Symbol.asyncDispose]()
    },
  }
}

/** `Successfully pulled image "…" in 1m2.5s`, with a duration as Go prints it. */
function pulledFor(message: string): number {
  const duration = /^Successfully pulled image "\S+" in ([\d.hmsµun]+)/.exec(message)?.[1]
  if (duration === undefined) throw new Error(`not a pull: ${message}`)
  const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, µs: 0.001 }
  const parts = [...duration.matchAll(/([\d.]+)(h|ms|m|s|µs)/g)]
  return parts.reduce((sum, [, value, unit = '']) => sum + Number(value) * (unitMs[unit] ?? 0), 0)
}
