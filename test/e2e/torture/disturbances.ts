import { podType } from '../../../src/model/kube-api.ts'
import type { ApiProxy } from '../api-proxy.ts'
import type { HelloProject } from '../project.ts'
import { runningPods } from './pods.ts'
import { askForRebuild, containerName, setLabel, setReplicas } from './project.ts'
import type { Random } from './random.ts'

/** What happens to a stack while someone works on it, at random. */
export interface Disturbances {
  /** One more of them. Gives a line for people. */
  next(): Promise<string>
}

export function randomDisturbances(project: HelloProject, proxy: ApiProxy, random: Random): Disturbances {
  const { api } = project.cluster
  const { namespace } = project
  let turn = 0

  async function deletePod(): Promise<string> {
    const [pod] = await runningPods(project)
    if (pod) await api.delete(podType, { namespace, name: pod.name })
    return `delete pod ${pod?.name}`
  }

  /** Only once in each pod: Kubernetes lets the second restart wait for ten seconds, the next ones for longer. */
  async function killContainer(): Promise<string> {
    const pod = (await runningPods(project)).find(({ restarts }) => restarts === 0)
    if (!pod) return deletePod()
    const command = ['kill', '1']
    const killed = await api.execPod({ namespace, pod: pod.name, container: containerName, command })
    if (killed.ok) await killed.value.ended
    return `kill the process of pod ${pod.name}`
  }

  async function scale(): Promise<string> {
    const replicas = random.integer(1, 3)
    await setReplicas(project, replicas)
    return `scale to ${replicas}`
  }

  async function cutConnections(): Promise<string> {
    await proxy.cut()
    await proxy.restore()
    return 'cut all connections'
  }

  async function makeNewImage(): Promise<string> {
    await setLabel(project, ++turn)
    return `make image ${turn}`
  }

  async function makeSameImage(): Promise<string> {
    await askForRebuild(project, ++turn)
    return 'make the image again'
  }

  const others = [deletePod, killContainer, scale, makeNewImage, makeSameImage]
  // The others make new containers, which only a whole stream into them can make wrong.
  return { next: () => (random.chance(0.4) ? cutConnections() : random.pick(others)()) }
}
