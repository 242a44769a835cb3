import type { Pod } from '../kinds/pod.ts'
import type { ControllerRevision, StatefulSet } from '../kinds/workloads.ts'
import { createPod } from './pod-making.ts'
import { revisionLabel, templateOf } from './revisions.ts'
import type { SetRollout } from './stateful-set.ts'

/** The number at the end of its name; -1 without one. */
export function ordinalOf({ metadata }: Pod): number {
  return Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1)
}

/**
 * Makes the pod of a number with its volume claims, which stay when it goes: the next one of this number finds them.
 *
 * @returns false where one of them was refused
 */
export function createOrdinalPod(
  rollout: SetRollout,
  ordinal: number,
  revision: ControllerRevision,
): boolean {
  const { store, events, set } = rollout
  const template = templateOf(revision)
  const name = `${set.metadata.name}-${ordinal}`
  if (!createClaims(rollout, name)) return false
  const claims = set.spec.volumeClaimTemplates ?? []
  const own = claims.map(({ metadata }) => metadata.name)
  return createPod(store, events, {
    owner: set,
    template,
    name,
    labels: {
      [revisionLabel]: revision.metadata.name,
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(ordinal),
    },
    spec: {
      hostname: name,
      ...(set.spec.serviceName !== undefined && { subdomain: set.spec.serviceName }),
      volumes: [
        ...(template.spec.volumes ?? []).filter(volume => !own.includes(volume.name)),
        ...own.map(volume => ({
          name: volume,
          persistentVolumeClaim: { claimName: `${volume}-${name}` },
        })),
      ],
    },
    message: () => `create Pod ${name} in StatefulSet ${set.metadata.name} successful`,
  }).ok
}

function createClaims({ store, events, set }: SetRollout, pod: string): boolean {
  const { namespace } = set.metadata
  for (const { metadata, spec } of set.spec.volumeClaimTemplates ?? []) {
    const name = `${metadata.name}-${pod}`
    if (store.get('persistentvolumeclaims', name, namespace)) continue
    const created = store.create('persistentvolumeclaims', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        labels: { ...metadata.labels, ...matchLabelsOf(set) },
        ...(metadata.annotations && { annotations: metadata.annotations }),
      },
      spec,
    })
    const subject = `Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name}`
    if (!created.ok) {
      events.warning(set, 'FailedCreate', `create ${subject} failed error: ${created.failure.message}`)
      return false
    }
    events.normal(set, 'SuccessfulCreate', `create ${subject} success`)
  }
  return true
}

function matchLabelsOf({ spec }: StatefulSet): Readonly<Record<string, string>> {
  return spec.selector.matchLabels ?? {}
}
