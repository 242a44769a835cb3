import { statSync } from 'node:fs'
import type { Builder, LiveCompile } from '../build/builder.ts'
import type { TaskContext } from '../engine/loop.ts'
import type { Listener } from '../engine/port.ts'
import { ok, type Result } from '../model/result.ts'
import { rootsOf } from '../sync/match.ts'
import { filesOf } from '../watch/files-of.ts'
import { fingerprint } from '../watch/hash.ts'

/** The compilers of images whose sources are made live without a new image, and what their outputs hold. */
export interface LiveSide {
  /** Takes note of what compilations that ended were given on. */
  readonly listener: Listener
  /** Asks the builder again whether it has a compiler. */
  refresh(image: string): Promise<LiveCompile | undefined>
  /** There is a newer image. It holds what the outputs are now, unless it was there before them. */
  built(image: string, isCached: boolean): Promise<void>
  /** Gives the absolute paths of outputs that differ from what the image holds or was given before. */
  compile(image: string, context: TaskContext): Promise<Result<readonly string[]>>
  /** The absolute paths of all outputs. */
  outputs(image: string): Promise<readonly string[]>
}

/** Digests by absolute path. */
type Digests = ReadonlyMap<string, string | undefined>

export function openLiveSide(builder: (image: string) => Builder): LiveSide {
  const compilers = new Map<string, LiveCompile>()
  /** What running containers hold. Absent where that is not known, as the image is older than the outputs. */
  const held = new Map<string, Digests>()
  /** What they will hold, once the compilation's end was told: one that is cancelled in its last moment changes nothing. */
  const compiled = new Map<string, Digests>()

  const outputs = async (image: string) => {
    const rules = compilers.get(image)?.outputs
    if (!rules) return []
    return filesOf({ id: `image:${image}`, roots: rootsOf({ sync: rules, runs: [], rebuildOn: [] }) })
  }

  return {
    listener(event) {
      if (event.type !== 'task-ended' || event.task.kind !== 'compile') return
      const { image } = event.task
      const digests = compiled.get(image)
      if (event.outcome.status === 'succeeded' && digests) held.set(image, digests)
    },
    async refresh(image) {
      const live = await builder(image).live?.()
      if (live) compilers.set(image, live)
      else compilers.delete(image)
      return live
    },
    async built(image, isCached) {
      if (isCached) held.delete(image)
      else if (compilers.has(image)) held.set(image, await digestsOf(await outputs(image)))
    },
    async compile(image, context) {
      const outcome = await compilers.get(image)?.compile(context)
      if (outcome && !outcome.ok) return outcome
      const before: Digests = held.get(image) ?? new Map()
      const now = await digestsOf(await outputs(image))
      compiled.set(image, now)
      const paths = new Set([...before.keys(), ...now.keys()])
      return ok([...paths].filter(path => before.get(path) !== now.get(path)))
    },
    outputs,
  }
}

async function digestsOf(files: readonly string[]): Promise<Digests> {
  const digests = new Map<string, string | undefined>()
  for (const file of files) {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats?.isFile()) digests.set(file, (await fingerprint(file, stats)).hash)
  }
  return digests
}
