import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fail, ok } from '../../../src/model/result.ts'
import { type KindStore, kindStore } from '../../../src/sandbox/kinds/kind-store.ts'
import type { ContainerStatus, Pod } from '../../../src/sandbox/kinds/pod.ts'
import { type Kubelet, startKubelet } from '../../../src/sandbox/kubelet/kubelet.ts'
import { createStore } from '../../../src/sandbox/store/create-store.ts'
import type { NewObject, ObjectStore } from '../../../src/sandbox/store/object-store.ts'
import { FakeRuntime } from './fake-runtime.ts'

export interface TestNode {
  readonly store: ObjectStore
  readonly kinds: KindStore
  readonly runtime: FakeRuntime
  readonly kubelet: Kubelet
  /** Gives an image a name; `web` is one from the beginning. */
  addImage(reference: string): void
  readonly folder: string
  /** `reason: message` of all events, in order, those that are counted only once. */
  readonly events: readonly string[]
  /** Creates an object in the namespace `default`. */
  create(resource: string, object: NewObject): void
  /** Creates the pod `web` with the container `main`, bound to the node. */
  createPod(spec?: object, container?: object): void
  /** The pod `web`. */
  pod(): Pod | undefined
  /** Of a container of the pod `web`. */
  status(container?: string): ContainerStatus
  /** Settles when it holds. */
  until(what: () => boolean): Promise<void>
  deletePod(gracePeriodSeconds?: number): void
  close(): Promise<void>
}

/** Also where a test has a time of its own. */
const { setTimeout: setRealTimeout } = globalThis

/** A kubelet on the real store, with containers that do what a test makes them do. */
export async function startTestNode(): Promise<TestNode> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-kubelet-'))
  const store = createStore()
  const kinds = kindStore(store)
  const runtime = new FakeRuntime()
  const images = new Set(['web'])
  let named = Promise.withResolvers<void>()
  const events: string[] = []
  const watch = kinds.watch('events', ({ type, object }) => {
    if (type === 'ADDED') events.push(`${object.reason}: ${object.message}`)
  })
  store.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace: 'default' },
    data: { 'ca.crt': 'the authority' },
  })
  const kubelet = startKubelet(store, {
    runtime,
    images: {
      ensure: async reference =>
        images.has(reference)
          ? ok(undefined)
          : fail({ code: 'sandbox/no-image', message: `There is no image "${reference}".` }),
      get next() {
        return named.promise
      },
    },
    issueToken: ({ namespace, serviceAccount }) => `token of ${namespace}/${serviceAccount}`,
    folder,
    nodeName: 'node',
    hostIp: '10.88.0.254',
    dnsServer: '10.96.0.10',
  })
  const node: TestNode = {
    store,
    kinds,
    runtime,
    kubelet,
    addImage(reference) {
      images.add(reference)
      named.resolve()
      named = Promise.withResolvers()
    },
    folder,
    events,
    create(resource, object) {
      const created = store.create(resource, {
        ...object,
        metadata: { namespace: 'default', ...object.metadata },
      })
      if (!created.ok) throw new Error(created.failure.message)
    },
    createPod(spec = {}, container = {}) {
      node.create('pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', labels: { app: 'web' } },
        spec: { nodeName: 'node', containers: [{ name: 'main', image: 'web', ...container }], ...spec },
      })
    },
    pod: () => kinds.get('pods', 'web', 'default'),
    status(container = 'main') {
      const { containerStatuses = [], initContainerStatuses = [] } = node.pod()?.status ?? {}
      const found = [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === container)
      if (!found) throw new Error(`there is no status of ${container}`)
      return found
    },
    async until(what) {
      while (!what()) await new Promise(resolve => setRealTimeout(resolve, 1))
    },
    deletePod(gracePeriodSeconds) {
      store.delete('pods', 'web', 'default', {
        ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
      })
    },
    async close() {
      runtime.endsOnSignal = true
      await kubelet.close()
      watch.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return node
}
