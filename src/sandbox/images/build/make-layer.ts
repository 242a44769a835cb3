import { setTimeout as pause } from 'node:timers/promises'
import { ok, type Result } from '../../../model/result.ts'
import { type LayerEntry, layerDigest, writeLayer } from '../layer.ts'
import type { LayerStore, StoredLayer } from '../layer-store.ts'
import { failAt, type Spot } from './refusal.ts'

export interface MadeLayer {
  readonly layer: StoredLayer
  /** It was there already. */
  readonly isKnown: boolean
}

/** Milliseconds to wait where files are written to while they are copied; twice as long each time. */
const firstPauseMs = 10
const maxTries = 6

/** What is said of something that has gone, or has become something else, since it was listed. */
const codesOfChange = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EINVAL', 'ELOOP'])

/**
 * Makes a layer of what is on the host now. Tries again where that changes meanwhile.
 *
 * @returns undefined for a layer of nothing.
 */
export async function makeLayer(
  entriesNow: () => Promise<Result<readonly LayerEntry[]>>,
  layers: LayerStore,
  spot: Spot,
): Promise<Result<MadeLayer | undefined>> {
  for (let tries = 0; tries < maxTries; tries++) {
    if (tries > 0) await pause(firstPauseMs * 2 ** tries)
    try {
      const made = await tryOnce(entriesNow, layers)
      if (made !== 'changed') return made
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      if (!codesOfChange.has(code))
        return failAt(spot, message, 'See that the files may be read, and that the disk is not full.')
    }
  }
  return failAt(spot, 'its files change while they are copied', 'Build again when nothing writes to them.')
}

async function tryOnce(
  entriesNow: () => Promise<Result<readonly LayerEntry[]>>,
  layers: LayerStore,
): Promise<Result<MadeLayer | undefined> | 'changed'> {
  const entries = await entriesNow()
  if (!entries.ok) return entries
  if (entries.value.length === 0) return ok(undefined)
  const digest = layerDigest(entries.value)
  const known = layers.find(digest)
  if (known) return ok({ layer: known, isKnown: true })
  await using scratch = await layers.scratch()
  if (!(await writeLayer(entries.value, scratch.path))) return 'changed'
  return ok({ layer: await layers.keep(digest, scratch.path, []), isKnown: false })
}
