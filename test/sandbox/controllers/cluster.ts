import { startControllers } from '../../../src/sandbox/controllers/controllers.ts'
import { setCondition, timestamp } from '../../../src/sandbox/kinds/conditions.ts'
import { type KindStore, kindStore } from '../../../src/sandbox/kinds/kind-store.ts'
import { isFinished, type Pod, type PodStatus } from '../../../src/sandbox/kinds/pod.ts'
import { writeStatus } from '../../../src/sandbox/kinds/status.ts'
import { createStore } from '../../../src/sandbox/store/create-store.ts'
import type { NewObject, ObjectStore } from '../../../src/sandbox/store/object-store.ts'

export interface TestCluster {
  readonly store: ObjectStore
  readonly kinds: KindStore
  /** Creates an object in the namespace `default`, or says why not. */
  create(resource: string, object: NewObject): void
  /** Nothing happens any more without time passing or somebody from outside. */
  settled(): Promise<void>
  pods(): readonly Pod[]
  /** How a pod is doing, in place of a kubelet. */
  report(pod: Pod, status: PodStatus): void
  /** `reason: message` of all events, in order. */
  events(): readonly string[]
  close(): void
}

interface TestClusterOptions {
  /** Pods are ready in the turn in which they got their node; otherwise they wait for `report`. */
  readonly arePodsReady?: boolean
}

/** Turns of the event loop without a change after which nothing more is to come. */
const quietTurns = 4

/** The real store and all controllers; pods become ready, and end, as soon as they are asked to. */
export function startTestCluster({ arePodsReady = true }: TestClusterOptions = {}): TestCluster {
  const store = createStore()
  const kinds = kindStore(store)
  let address = 0
  const events: string[] = []
  const watches = [
    kinds.watch('events', ({ type, object }) => {
      if (type === 'ADDED') events.push(`${object.reason}: ${object.message}`)
    }),
    kinds.watch('pods', ({ type, object: pod }) => {
      if (type === 'DELETED' || !pod.spec.nodeName) return
      const { name, namespace } = pod.metadata
      if (pod.metadata.deletionTimestamp !== undefined)
        kinds.delete('pods', name, namespace, { gracePeriodSeconds: 0 })
      else if (arePodsReady && pod.status?.podIP === undefined && !isFinished(pod))
        writeStatus(kinds, 'pods', pod, readyStatus(pod, ++address))
    }),
  ]
  const controllers = startControllers(store, {
    certificateAuthority: 'the authority',
    volumesFolder: '/nowhere/volumes',
  })
  kinds.create('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'devloop-sandbox', labels: { 'kubernetes.io/os': 'linux' } },
  })

  return {
    store,
    kinds,
    create(resource, object) {
      const created = store.create(resource, {
        ...object,
        metadata: { namespace: 'default', ...object.metadata },
      })
      if (!created.ok) throw new Error(created.failure.message)
    },
    async settled() {
      let version = -1
      for (let quiet = 0; quiet < quietTurns; quiet++) {
        if (store.version !== version) quiet = 0
        version = store.version
        await new Promise(resolve => setImmediate(resolve))
      }
    },
    pods: () => kinds.list('pods', 'default'),
    report: (pod, status) => writeStatus(kinds, 'pods', pod, { ...pod.status, ...status }),
    events: () => events,
    close() {
      controllers.close()
      for (const watch of watches) watch.close()
    },
  }
}

export function readyStatus(pod: Pod, address: number): PodStatus {
  return {
    ...pod.status,
    phase: 'Running',
    podIP: `10.88.0.${address}`,
    startTime: timestamp(),
    conditions: setCondition(pod.status?.conditions, { type: 'Ready', status: 'True' }),
  }
}

/** A pod template with the label that selectors in these tests go by. */
export function template(image = 'web:1') {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } }
}

export const selector = { matchLabels: { app: 'web' } }
