import type { Closable } from '../../util/scope.ts'
import type { PodStreams } from '../api/pod-streams.ts'
import { recordEvents } from '../kinds/events.ts'
import { kindStore } from '../kinds/kind-store.ts'
import type { Pod } from '../kinds/pod.ts'
import type { ObjectStore, StoredObject } from '../store/object-store.ts'
import { registerNode } from './node.ts'
import type { KubeletOptions } from './pod-context.ts'
import { PodWorker } from './pod-worker.ts'
import { podStreams } from './streams.ts'

/** Runs the pods that the node is given. Closing it ends them all at once. */
export interface Kubelet extends Closable {
  readonly streams: PodStreams
}

/** Registers the node, and runs what is bound to it. */
export function startKubelet(objects: ObjectStore, options: KubeletOptions): Kubelet {
  const store = kindStore(objects)
  const events = recordEvents(store, 'kubelet', options.nodeName)
  const workers = new Map<string, PodWorker>()
  registerNode(store, options)

  const see = (pod: Pod) => {
    if (pod.spec.nodeName !== options.nodeName) return
    const { uid } = pod.metadata
    const worker = workers.get(uid)
    if (worker) {
      worker.update(pod)
      return
    }
    const begun = new PodWorker(store, options, events, pod)
    workers.set(uid, begun)
    void begun.ended.then(() => workers.delete(uid))
    if (pod.metadata.deletionTimestamp !== undefined) begun.update(pod)
  }
  const wakeNamespace = ({ object }: { readonly object: StoredObject }) => {
    for (const worker of workers.values())
      if (worker.pod.metadata.namespace === object.metadata.namespace) worker.wake()
  }
  const watches = [
    store.watch('pods', ({ type, object }) => {
      if (type === 'DELETED') workers.get(object.metadata.uid)?.remove()
      else see(object)
    }),
    ...(['configmaps', 'secrets', 'persistentvolumeclaims'] as const).map(resource =>
      store.watch(resource, wakeNamespace),
    ),
  ]
  for (const pod of store.list('pods')) see(pod)

  return {
    streams: podStreams(({ pod: name, namespace }) => {
      const pod = store.get('pods', name, namespace)
      return pod && workers.get(pod.metadata.uid)
    }),
    async close() {
      for (const watch of watches) watch.close()
      const running = [...workers.values()]
      for (const worker of running) worker.remove(0)
      await Promise.all(running.map(({ ended }) => ended))
    },
  }
}
