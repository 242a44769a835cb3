import { randomUUID } from 'node:crypto'
import type { StoredObject } from '../store/object-store.ts'
import { timestamp } from './conditions.ts'
import type { KindStore } from './kind-store.ts'

/** Writes what happens to objects as Events: what `kubectl describe` shows at its end. */
export interface EventRecorder {
  /** @param fieldPath the part of the object that it is about, such as `spec.containers{web}` */
  normal(object: StoredObject, reason: string, message: string, fieldPath?: string): void
  warning(object: StoredObject, reason: string, message: string, fieldPath?: string): void
}

/** Events that are remembered for being counted instead of written again; the oldest are forgotten first. */
const maxRemembered = 4096

/** @param component who says it, such as `deployment-controller` */
export function recordEvents(store: KindStore, component: string, host?: string): EventRecorder {
  const names = new Map<string, string>()

  function record(type: string, object: StoredObject, reason: string, message: string, fieldPath?: string) {
    const { name, uid, resourceVersion } = object.metadata
    const namespace = object.metadata.namespace ?? 'default'
    const key = [uid, fieldPath, type, reason, message].join('\n')
    const now = timestamp()
    const earlier = names.get(key)
    if (earlier !== undefined) {
      const counted = store.update('events', earlier, namespace, event => ({
        ...event,
        count: (event.count ?? 1) + 1,
        lastTimestamp: now,
      }))
      if (counted.ok) return
    }
    const eventName = `${name}.${randomUUID().replaceAll('-', '').slice(0, 16)}`
    names.delete(key)
    names.set(key, eventName)
    const [oldest] = names.keys()
    if (names.size > maxRemembered && oldest !== undefined) names.delete(oldest)
    // A namespace that is ending takes no events: then nobody is left to read them.
    store.create('events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        ...(object.metadata.namespace !== undefined && { namespace }),
        uid,
        resourceVersion,
        ...(fieldPath !== undefined && { fieldPath }),
      },
      reason,
      message,
      type,
      source: { component, ...(host !== undefined && { host }) },
      reportingComponent: component,
      reportingInstance: host ?? '',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      eventTime: null,
    })
  }

  return {
    normal: (object, reason, message, fieldPath) => record('Normal', object, reason, message, fieldPath),
    warning: (object, reason, message, fieldPath) => record('Warning', object, reason, message, fieldPath),
  }
}
