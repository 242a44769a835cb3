import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Builder, BuildInputs, BuildRequest, BuiltImage } from '../../src/build/builder.ts'
import { type CachingOptions, createBuildCache } from '../../src/build/caching.ts'
import { contentTag } from '../../src/build/tags.ts'
import type { BuilderDefinition, DockerDefinition } from '../../src/model/image.ts'
import { ok } from '../../src/model/result.ts'
import { filesOf } from '../../src/watch/files-of.ts'

export const ref = 'shop/web'

/** An engine with names and ids, and a folder from which images are made. */
export interface CachingRig extends AsyncDisposable {
  readonly folder: string
  /** The engine's images: name with tag to id. */
  readonly names: Map<string, string>
  /** How often something was built. */
  builds(): number
  /** How often the engine was asked. */
  questions(): number
  /** The engine does not answer. */
  isAway: boolean
  /** What happens while a build runs, after it has read some of the files. */
  duringBuild: () => Promise<void>
  /** devloop is started anew: nothing is remembered but by the engine. */
  start(options?: StartOptions): Session
}

export interface StartOptions {
  readonly project?: string
  readonly definition?: Partial<DockerDefinition> | BuilderDefinition
  readonly inputs?: Partial<BuildInputs>
}

export interface Session {
  build(request?: Partial<BuildRequest>): Promise<BuiltImage>
  /** Does what waits for a quiet moment. */
  settle(): Promise<void>
}

export async function cachingRig(): Promise<CachingRig> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-caching-'))
  const names = new Map<string, string>()
  let builds = 0
  let questions = 0
  const engine: CachingOptions['engine'] = {
    nameFor: name => name,
    async find(references) {
      questions++
      if (rig.isAway) return { ok: false, failure: { code: 'build/no-engine', message: 'away' } }
      const found = references.flatMap(reference => {
        const id = names.get(reference)
        const all = [...names].filter(([, other]) => other === id).map(([name]) => name)
        return id === undefined ? [] : [[reference, { id, names: all }] as const]
      })
      return ok(new Map(found))
    },
    async tag(source, name) {
      names.set(name, names.get(source) ?? '')
      return ok(undefined)
    },
    async remove(references) {
      for (const name of references) names.delete(name)
      return ok(undefined)
    },
  }
  /** Reads one file after the other, as builders do, and gives the same content the same id. */
  const builder = (inputs: Partial<BuildInputs>): Builder => ({
    inputs: async () => ok({ roots: [folder], bases: [], ...inputs }),
    async build() {
      builds++
      const digest = createHash('sha256')
      const paths = [...(await filesOf({ id: 'image:rig', roots: [folder] }))].sort()
      for (const [index, file] of paths.entries()) {
        if (index === Math.floor(paths.length / 2)) await rig.duringBuild()
        digest.update(`${file} ${await readFile(file, 'utf8').catch(() => 'gone')}\n`)
      }
      const id = `sha256:${digest.digest('hex')}`
      const reference = `${ref}:${contentTag(id)}`
      names.set(reference, id)
      return ok({ reference })
    },
  })

  const rig: CachingRig = {
    folder,
    names,
    builds: () => builds,
    questions: () => questions,
    isAway: false,
    duringBuild: async () => {},
    start({ project = 'shop', definition = {}, inputs = {} } = {}) {
      const waiting = new Map<string, (signal: AbortSignal) => Promise<void>>()
      const { signal } = new AbortController()
      const cached = createBuildCache({
        engine,
        project,
        filesOf: ({ roots }) => filesOf({ id: 'image:rig', roots }),
        later: (key, work) => waiting.set(key, work),
      })
      const whole = { ...dockerDefinition(folder), ...definition } as BuilderDefinition
      const wrapped = cached({ ref, builder: whole }, builder(inputs))
      return {
        async build(request = {}) {
          await wrapped.inputs()
          await setImmediate()
          const built = await wrapped.build({ ref, bases: new Map(), signal, onLine: () => {}, ...request })
          if (!built.ok) throw new Error(built.failure.message)
          return built.value
        },
        async settle() {
          for (const [key, work] of waiting) {
            waiting.delete(key)
            await work(signal)
          }
        },
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
  return rig
}

function dockerDefinition(folder: string): DockerDefinition {
  return {
    kind: 'docker',
    context: folder,
    dockerfile: path.join(folder, 'Dockerfile'),
    args: {},
    secrets: [],
    sync: { kind: 'off' },
  }
}
