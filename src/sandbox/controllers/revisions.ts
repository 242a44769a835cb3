import { isDeepStrictEqual } from 'node:util'
import type { KindStore } from '../kinds/kind-store.ts'
import { controllerReference } from '../kinds/owner.ts'
import type { PodTemplate } from '../kinds/pod.ts'
import type { LabelSelector } from '../kinds/selector.ts'
import type { ControllerRevision } from '../kinds/workloads.ts'
import type { StoredObject } from '../store/object-store.ts'
import { claim } from './claim.ts'
import { contentHash } from './template-hash.ts'

/** Says on a pod which template of its StatefulSet or DaemonSet it was made of. */
export const revisionLabel = 'controller-revision-hash'

interface Templated extends StoredObject {
  readonly spec: {
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly revisionHistoryLimit?: number
  }
}

/**
 * The record of the template that is wanted: the newest revision then, made where there is none. What `kubectl rollout history`
 * and `undo` read of StatefulSets and DaemonSets.
 */
export function currentRevision(store: KindStore, owner: Templated): ControllerRevision | undefined {
  const revisions = claim(store, 'controllerrevisions.apps', owner)
  // As a patch that puts this template in place of another: that is what `kubectl rollout undo` sends.
  const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } }
  const highest = Math.max(0, ...revisions.map(({ revision }) => revision))
  const found = revisions.find(revision => isDeepStrictEqual(revision.data, data))
  if (found) {
    if (found.revision === highest) return found
    const raised = store.update(
      'controllerrevisions.apps',
      found.metadata.name,
      found.metadata.namespace,
      current => ({ ...current, revision: highest + 1 }),
    )
    return raised.ok ? raised.value : undefined
  }
  const { name, namespace } = owner.metadata
  const hash = contentHash(data)
  const created = store.create('controllerrevisions.apps', {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace !== undefined && { namespace }),
      labels: { ...owner.spec.template.metadata?.labels, [revisionLabel]: hash },
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision: highest + 1,
  })
  return created.ok ? created.value : undefined
}

/** Forgets the oldest records that no pod was made of, but for as many as the owner remembers. */
export function removeOldRecords(store: KindStore, owner: Templated, inUse: ReadonlySet<string>): void {
  const idle = claim(store, 'controllerrevisions.apps', owner)
    .filter(({ metadata }) => !inUse.has(metadata.name) && !inUse.has(metadata.labels?.[revisionLabel] ?? ''))
    .toSorted((a, b) => a.revision - b.revision)
  const surplus = idle.length - (owner.spec.revisionHistoryLimit ?? 10)
  for (const { metadata } of idle.slice(0, Math.max(surplus, 0)))
    store.delete('controllerrevisions.apps', metadata.name, metadata.namespace)
}

/** The template that a record holds. */
export function templateOf(record: ControllerRevision): PodTemplate {
  const { template } = record.data.spec as { readonly template: PodTemplate & { readonly $patch: string } }
  const { $patch: _, ...rest } = template
  return rest
}
