import { randomBytes, randomUUID } from 'node:crypto'
import type { Kind } from '../schema/kind.ts'
import { timestamp } from './deletion.ts'
import type { NewObject, ObjectMetadata, StoredObject } from './object-store.ts'

/** Without vowels and what looks like them, so that no words come out: as Kubernetes' own names have them. */
const nameCharacters = 'bcdfghjklmnpqrstvwxz2456789'
const maxGeneratedBaseLength = 58

/** The metadata of an object that is new; its version is still to come. */
export function newMetadata(kind: Kind, { metadata }: NewObject, now: Date): ObjectMetadata {
  const {
    generateName,
    namespace,
    deletionTimestamp: _,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    ...rest
  } = metadata
  return {
    ...rest,
    ...(generateName && { generateName }),
    name: metadata.name || generatedName(generateName ?? ''),
    ...(kind.isNamespaced && namespace !== undefined && { namespace }),
    uid: randomUUID(),
    creationTimestamp: timestamp(now),
    resourceVersion: '',
    ...(kind.hasGeneration && { generation: 1 }),
  }
}

/** The metadata of a change: what only the store writes stays as it was. */
export function keptMetadata(next: StoredObject, { metadata }: StoredObject): ObjectMetadata {
  const { name, namespace, uid, creationTimestamp, resourceVersion, generation } = metadata
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    namespace: _namespace,
    ...rest
  } = next.metadata
  return {
    ...rest,
    name,
    ...(namespace !== undefined && { namespace }),
    uid,
    creationTimestamp,
    resourceVersion,
    ...(generation !== undefined && { generation }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  }
}

function generatedName(base: string): string {
  const suffix = [...randomBytes(5)].map(byte => nameCharacters[byte % nameCharacters.length]).join('')
  return `${base.slice(0, maxGeneratedBaseLength)}${suffix}`
}
