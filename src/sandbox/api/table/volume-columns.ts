import type { StoredObject } from '../../store/object-store.ts'
import { ageColumn, at, type Column, nameColumn, text, wide } from './column.ts'

/** The columns of volumes, their claims and their classes. */
export const volumeColumns: Readonly<Record<string, readonly Column[]>> = {
  persistentvolumeclaims: [
    nameColumn,
    text('Status', phase),
    text('Volume', object => at(object, 'spec.volumeName') ?? ''),
    text('Capacity', object => at(object, 'status.capacity.storage') ?? ''),
    text('Access Modes', object => accessModes(at(object, 'status.accessModes'))),
    text('StorageClass', object => at(object, 'spec.storageClassName') ?? ''),
    text('VolumeAttributesClass', object => at(object, 'spec.volumeAttributesClassName') ?? '<unset>'),
    ageColumn,
    wide(text('VolumeMode', object => at(object, 'spec.volumeMode') ?? '<unset>')),
  ],
  persistentvolumes: [
    nameColumn,
    text('Capacity', object => at(object, 'spec.capacity.storage') ?? ''),
    text('Access Modes', object => accessModes(at(object, 'spec.accessModes'))),
    text('Reclaim Policy', object => at(object, 'spec.persistentVolumeReclaimPolicy')),
    text('Status', phase),
    text('Claim', object => {
      const name = at(object, 'spec.claimRef.name')
      return name === undefined ? '' : `${at(object, 'spec.claimRef.namespace')}/${name}`
    }),
    text('StorageClass', object => at(object, 'spec.storageClassName') ?? ''),
    text('VolumeAttributesClass', object => at(object, 'spec.volumeAttributesClassName') ?? '<unset>'),
    text('Reason', object => at(object, 'status.reason') ?? ''),
    ageColumn,
    wide(text('VolumeMode', object => at(object, 'spec.volumeMode') ?? '<unset>')),
  ],
  'storageclasses.storage.k8s.io': [
    nameColumn,
    text('Provisioner', object => object.provisioner),
    text('ReclaimPolicy', object => object.reclaimPolicy),
    text('VolumeBindingMode', object => object.volumeBindingMode),
    { name: 'AllowVolumeExpansion', type: 'boolean', cell: object => object.allowVolumeExpansion === true },
    ageColumn,
  ],
}

function phase(object: StoredObject): unknown {
  return object.metadata.deletionTimestamp ? 'Terminating' : at(object, 'status.phase')
}

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

function accessModes(modes: unknown): string {
  return Array.isArray(modes) ? modes.map(mode => shortModes[mode] ?? mode).join(',') : ''
}
