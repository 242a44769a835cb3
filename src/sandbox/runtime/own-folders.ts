import { type Dirent, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** How deep the host's folders are made anew: where packages and settings are, and not each module's own parts. */
const depth = 3

/**
 * The host's folders once more, empty and our own. To an ordinary user's namespace the host's belong to nobody, and in what
 * belongs to nobody the kernel lets nobody make, rename or delete a file: laid between the host's folders and an image's layers,
 * these are whose permissions count. Existing files of the host still cannot be written to, only replaced.
 */
export class OwnFolders {
  readonly #folder: string
  readonly #made = new Map<string, string>()

  /** @param folder absolute; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** @param place one of the host's folders, absolute. @returns what is to be laid over it */
  over(place: string): string {
    const made = this.#made.get(place)
    if (made !== undefined) return made
    const target = path.join(this.#folder, place)
    mkdirSync(target, { recursive: true })
    copyFolders(place, target, depth)
    this.#made.set(place, target)
    return target
  }
}

function copyFolders(source: string, target: string, levels: number): void {
  if (levels === 0) return
  for (const entry of entriesOf(source)) {
    if (!entry.isDirectory()) continue
    const inner = path.join(target, entry.name)
    mkdirSync(inner, { recursive: true })
    copyFolders(path.join(source, entry.name), inner, levels - 1)
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // One that this user may not read stays as it is.
    return []
  }
}
