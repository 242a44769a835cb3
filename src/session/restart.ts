import { instancesOf } from '../engine/instances.ts'
import type { State } from '../engine/state.ts'
import { type KubeApi, podType } from '../model/kube-api.ts'
import type { Result } from '../model/result.ts'
import type { Pod } from '../model/rollout.ts'
import type { ContainerInstance } from '../model/sync.ts'

export interface RestartOptions {
  readonly state: State
  readonly api: Pick<KubeApi, 'delete'> | undefined
  /** Starts the process of one container anew in place; fails where it cannot be. */
  readonly restartInPlace: (instance: ContainerInstance) => Promise<Result<void>>
}

/**
 * Restarts what a service runs. Where a container's process can be started anew in place the pod stays; any other pod is deleted, and its
 * workload makes a new one. To change the workload's template, as `kubectl rollout restart` does, would put into the
 * cluster what is in no manifest, and the next apply would take it out again, with another restart.
 *
 * @returns what was done, for the user
 */
export async function restartService(service: string, options: RestartOptions): Promise<string> {
  const { state, api, restartInPlace } = options
  const found = state.services.get(service)
  const pods = (found?.rollout?.pods ?? []).filter(isRunning)
  const instances = found ? instancesOf(state, found) : []
  const inPlace: Pod[] = []
  for (const pod of pods) {
    const own = instances.filter(({ instance }) => instance.pod === pod.name).map(one => one.instance)
    // A container of another image in the same pod has nothing that could restart it alone.
    if (own.length === 0 || own.length < pod.containers.length) continue
    const outcomes = await Promise.all(own.map(restartInPlace))
    if (outcomes.every(({ ok }) => ok)) inPlace.push(pod)
  }
  const others = pods.filter(pod => !inPlace.includes(pod))
  const deleted = await Promise.all(
    others.map(({ namespace, name }) => api?.delete(podType, { namespace, name })),
  )
  const failed = deleted.find(one => one && !one.ok && one.failure.kind !== 'not-found')
  if (failed && !failed.ok) return `${service} was not restarted: ${failed.failure.message}`
  if (others.length === 0) return `${service}: process started anew`
  return `${service}: new ${others.length === 1 ? 'pod' : 'pods'} on the way`
}

function isRunning({ isTerminating, containers }: Pod): boolean {
  return !isTerminating && containers.some(({ runningId }) => runningId !== undefined)
}
