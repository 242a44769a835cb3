import { normalizeImageName, parseImageReference, repositoryOf } from '../model/image.ts'
import type { ImageEngine } from '../model/image-engine.ts'
import type { BuildInputs, BuildRequest } from './builder.ts'

/**
 * What images are that another one is made from, by the names that its build file has for them: an id, a build of this
 * project, or nothing where the engine has none of the name.
 */
export type Bases = ReadonlyMap<string, string>

/** What the engine has under the names of bases, remembered. */
export interface BaseIds {
  /** As last asked; undefined where not all of them were asked yet. */
  known(names: readonly string[]): Bases | undefined
  /** Asks for all of them; undefined where the engine does not answer. */
  ask(names: readonly string[], signal: AbortSignal): Promise<Bases | undefined>
}

export function createBaseIds(engine: Pick<ImageEngine, 'find'>): BaseIds {
  let last: Bases = new Map()
  return {
    known(names) {
      const entries = names.flatMap(name => {
        const id = last.get(name)
        return id === undefined ? [] : [[name, id] as const]
      })
      return entries.length === names.length ? new Map(entries) : undefined
    },
    async ask(names, signal) {
      const found = await engine.find(names, signal)
      if (!found.ok) return undefined
      last = new Map(names.map(name => [name, found.value.get(name)?.id ?? '']))
      return last
    },
  }
}

/** The bases that are images of the same project: what they are is in the tags of their builds. */
export function ownBases(bases: BuildInputs['bases'], builds: BuildRequest['bases']): Bases {
  const references = new Map([...builds].map(([name, reference]) => [normalizeImageName(name), reference]))
  return new Map(
    bases.flatMap(base => {
      const reference = references.get(repositoryOf(base))
      return reference === undefined ? [] : [[base, reference] as const]
    }),
  )
}

/** The bases whose name can come to stand for another image: all but those that are named by a digest. */
export function movableBases({ bases }: BuildInputs): readonly string[] {
  return bases.filter(base => parseImageReference(base).digest === undefined)
}
