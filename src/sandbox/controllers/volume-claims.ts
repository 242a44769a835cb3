import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Closable } from '../../util/scope.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../kinds/cluster.ts'
import { type EventRecorder, recordEvents } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { writeStatus } from '../kinds/status.ts'
import { startReconciler } from './reconcile.ts'

const provisioner = 'devloop.dev/folder'

/**
 * Binds each claim to a volume at once: to one that somebody made and that fits, else to a new one, which is a folder and goes
 * together with its claim.
 *
 * @param folder absolute, where the new ones are
 */
export function startVolumeClaims(store: KindStore, folder: string): Closable {
  const events = recordEvents(store, 'persistentvolume-controller')
  const claims = startReconciler(store, {
    resource: 'persistentvolumeclaims',
    kind: 'PersistentVolumeClaim',
    alsoOn: [
      {
        resource: 'persistentvolumes',
        keys: () =>
          store
            .list('persistentvolumeclaims')
            .filter(({ status }) => status?.phase !== 'Bound')
            .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      },
    ],
    reconcile(claim) {
      if (claim.metadata.deletionTimestamp === undefined && claim.status?.phase !== 'Bound')
        bind(store, events, claim, folder)
      return undefined
    },
  })
  const released = store.watch('persistentvolumeclaims', ({ type, object }) => {
    if (type === 'DELETED') release(store, object)
  })
  const available = startReconciler(store, {
    resource: 'persistentvolumes',
    kind: 'PersistentVolume',
    reconcile(volume) {
      if (volume.status?.phase === undefined || volume.status.phase === 'Pending')
        writeStatus(store, 'persistentvolumes', volume, {
          phase: volume.spec.claimRef?.uid === undefined ? 'Available' : 'Bound',
        })
      return undefined
    },
  })
  return {
    close() {
      claims.close()
      released.close()
      available.close()
    },
  }
}

function bind(store: KindStore, events: EventRecorder, claim: PersistentVolumeClaim, folder: string): void {
  const { spec } = claim
  if (spec.volumeMode === 'Block') {
    events.warning(claim, 'ProvisioningFailed', 'the sandbox has no block volumes: use volumeMode Filesystem')
    return
  }
  const found = store.list('persistentvolumes').find(volume => fits(volume, claim))
  if (!found && (spec.volumeName !== undefined || spec.storageClassName === '')) {
    events.normal(
      claim,
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    )
    return
  }
  const volume = found ? take(store, found, claim) : provision(store, events, claim, folder)
  if (!volume) return
  const { name, namespace } = claim.metadata
  const bound = store.update('persistentvolumeclaims', name, namespace, current => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: { ...current.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' },
    },
    spec: { ...current.spec, volumeName: volume.metadata.name },
  }))
  if (!bound.ok) {
    events.warning(claim, 'ProvisioningFailed', bound.failure.message)
    return
  }
  writeStatus(store, 'persistentvolumes', volume, { phase: 'Bound' })
  writeStatus(store, 'persistentvolumeclaims', bound.value, {
    phase: 'Bound',
    accessModes: volume.spec.accessModes,
    capacity: volume.spec.capacity,
  })
}

/** A volume that waits for this claim by name, or that nobody has and that has what the claim asks for. */
function fits({ metadata, spec, status }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { name, namespace, uid } = claim.metadata
  const { claimRef } = spec
  if (claimRef)
    return (
      claimRef.name === name &&
      claimRef.namespace === namespace &&
      (claimRef.uid === undefined || claimRef.uid === uid)
    )
  if (status?.phase === 'Released' || metadata.deletionTimestamp !== undefined) return false
  if (claim.spec.volumeName !== undefined) return claim.spec.volumeName === metadata.name
  return (
    (spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    (claim.spec.accessModes ?? []).every(mode => spec.accessModes?.includes(mode))
  )
}

function take(
  store: KindStore,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolume | undefined {
  const taken = store.update('persistentvolumes', volume.metadata.name, undefined, current => ({
    ...current,
    spec: { ...current.spec, claimRef: referenceTo(claim) },
  }))
  return taken.ok ? taken.value : undefined
}

function provision(
  store: KindStore,
  events: EventRecorder,
  claim: PersistentVolumeClaim,
  folder: string,
): PersistentVolume | undefined {
  const { spec, metadata } = claim
  const name = `pvc-${metadata.uid}`
  const created = store.create('persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      capacity: { storage: spec.resources?.requests?.storage ?? '1Gi' },
      accessModes: spec.accessModes ?? ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      ...(spec.storageClassName !== undefined && { storageClassName: spec.storageClassName }),
      claimRef: referenceTo(claim),
      hostPath: { path: path.join(folder, name), type: 'DirectoryOrCreate' },
    },
  })
  if (!created.ok) {
    events.warning(claim, 'ProvisioningFailed', created.failure.message)
    return undefined
  }
  events.normal(claim, 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`)
  return created.value
}

function release(store: KindStore, claim: PersistentVolumeClaim): void {
  const volume = store.list('persistentvolumes').find(({ spec }) => spec.claimRef?.uid === claim.metadata.uid)
  if (!volume) return
  const { name, annotations } = volume.metadata
  const folder = volume.spec.hostPath?.path
  if (annotations?.['pv.kubernetes.io/provisioned-by'] !== provisioner || folder === undefined) {
    writeStatus(store, 'persistentvolumes', volume, { phase: 'Released' })
    return
  }
  store.delete('persistentvolumes', name, undefined)
  // What cannot be removed now, the next start of the sandbox removes.
  rm(folder, { recursive: true, force: true }).catch(() => {})
}

function referenceTo({ metadata }: PersistentVolumeClaim) {
  const { name, namespace, uid, resourceVersion } = metadata
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name,
    uid,
    resourceVersion,
    ...(namespace !== undefined && { namespace }),
  }
}
