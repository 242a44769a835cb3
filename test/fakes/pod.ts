import type { Pod } from '../../src/model/rollout.ts'

/** A pod of `Deployment/web` that is new and ready, in the words of a rollout. */
export function readyPod(name: string, changes: Partial<Pod> = {}): Pod {
  return {
    namespace: 'default',
    name,
    uid: name,
    workload: 'Deployment/web',
    isNew: true,
    isReady: true,
    isTerminating: false,
    restarts: 0,
    word: 'running',
    labels: {},
    containers: [],
    logged: [],
    ...changes,
  }
}
