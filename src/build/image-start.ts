import type { ImageEngine } from '../model/image-engine.ts'
import { ok, type Result } from '../model/result.ts'
import type { ImageStart } from '../model/sync.ts'

/** Tells how images start their process. */
export interface StartReader {
  /** @param ref what the image is called in the Devfile; @param reference the one build to look at. */
  read(ref: string, reference: string, signal: AbortSignal): Promise<Result<ImageStart>>
}

/** The engine gives what `CMD` and `ENTRYPOINT` said; whether there is an `sh` takes a look into the files. */
export function createStartReader(engine: ImageEngine): StartReader {
  /** By the image's name and its lowest layer, which holds the base's programs: the same for one build after another. */
  const shells = new Map<string, boolean>()
  return {
    async read(ref, reference, signal) {
      const start = await engine.startOf(reference, signal)
      if (!start.ok) return start
      const { entrypoint, command, lowestLayer } = start.value
      const base = `${ref} ${lowestLayer}`
      const known = shells.get(base)
      const hasShell = known === undefined ? await engine.hasOneOf(reference, shellPaths, signal) : ok(known)
      if (!hasShell.ok) return hasShell
      shells.set(base, hasShell.value)
      return ok({ entrypoint, command, hasShell: hasShell.value })
    },
  }
}

const shellPaths = ['/bin/sh', '/usr/bin/sh']
