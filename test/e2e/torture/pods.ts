import type { KubeObject } from '../../../src/model/kube.ts'
import { podType } from '../../../src/model/kube-api.ts'
import type { HelloProject } from '../project.ts'
import { containerName, service } from './project.ts'

/** A pod with its one container. */
export interface RunningPod {
  readonly name: string
  readonly uid: string
  /** How often the container was started again. */
  readonly restarts: number
}

/** The pods that are to stay; undefined while one of them does not run. */
export async function stayingPods(project: HelloProject): Promise<readonly RunningPod[] | undefined> {
  const pods = (await listPods(project)).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const running = pods.flatMap(readRunning)
  return running.length === pods.length ? running : undefined
}

export async function runningPods(project: HelloProject): Promise<readonly RunningPod[]> {
  return (await listPods(project)).flatMap(readRunning)
}

async function listPods({ cluster, namespace }: HelloProject): Promise<readonly KubeObject[]> {
  const listed = await cluster.api.list(podType, { namespace, labelSelector: `app=${service}` })
  return listed.ok ? listed.value : []
}

function readRunning({ metadata, status }: KubeObject): readonly RunningPod[] {
  const { containerStatuses = [] } = (status ?? {}) as {
    containerStatuses?: { name: string; restartCount: number; state?: { running?: object } }[]
  }
  const found = containerStatuses.find(({ name }) => name === containerName)
  if (metadata.deletionTimestamp !== undefined || !found?.state?.running) return []
  return [{ name: metadata.name, uid: metadata.uid ?? '', restarts: found.restartCount }]
}
