import { hash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { writeWhole } from '../layer-store.ts'

/** What commands have made, by what they were run on: a file for each, with the digest of a layer. */
export interface StepCache {
  /** @returns the layer's digest, `''` for a command that has changed nothing; undefined where it was not run. */
  find(key: string): string | undefined
  keep(key: string, digest: string): Promise<void>
}

/** Files that stay, of some 70 bytes each. */
const maxSteps = 2_000

/** @param parts all that decides on what a command makes, but for what it fetches. */
export function stepKey(parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts))
}

/** @param folder absolute; made where it is not there. */
export function openStepCache(folder: string): StepCache {
  mkdirSync(folder, { recursive: true })
  return {
    find(key) {
      const file = path.join(folder, key)
      try {
        const digest = readFileSync(file, 'utf8')
        const now = new Date()
        utimesSync(file, now, now)
        return digest
      } catch {
        return undefined
      }
    },
    async keep(key, digest) {
      await writeWhole(path.join(folder, key), digest)
      removeOldest(folder)
    },
  }
}

function removeOldest(folder: string): void {
  const names = readdirSync(folder)
  if (names.length <= maxSteps) return
  const steps = names.map(name => ({ name, usedAt: statSync(path.join(folder, name)).mtimeMs }))
  steps.sort((one, other) => other.usedAt - one.usedAt)
  for (const { name } of steps.slice(maxSteps / 2)) rmSync(path.join(folder, name), { force: true })
}
