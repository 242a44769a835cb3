import type { PodObject } from '../deploy/pod-object.ts'
import { describePod } from '../deploy/pods.ts'
import type { LogTarget } from '../logs/collector.ts'
import { type ApiResult, type KubeApi, podType } from '../model/kube-api.ts'
import { ok } from '../model/result.ts'
import type { LoggedContainer, Pod } from '../model/rollout.ts'

/** The containers of a service's pod that may have said something. */
export function logTargetsOf(
  service: string,
  { uid, namespace, name, logged }: Pick<Pod, 'uid' | 'namespace' | 'name' | 'logged'>,
): readonly LogTarget[] {
  return logged.map(container => ({
    uid,
    source: { service, namespace, pod: name, container: container.name },
    container,
  }))
}

/** How a container is now; `undefined` where its pod is gone, though another one may have its name. */
export async function lookAtContainer(
  api: Pick<KubeApi, 'get'>,
  { uid, source: { namespace, pod, container }, container: last }: LogTarget,
  signal: AbortSignal,
): Promise<ApiResult<LoggedContainer | undefined>> {
  const found = await api.get(podType, { namespace, name: pod }, { signal })
  if (!found.ok) return found.failure.kind === 'not-found' ? ok(undefined) : found
  const now = describePod(found.value as PodObject, false)
  if (now.uid !== uid) return ok(undefined)
  // A node that was started anew may know nothing of it for a while.
  return ok(now.logged.find(({ name }) => name === container) ?? { ...last, isRunning: false })
}
