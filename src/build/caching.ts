import { type ImageDefinition, normalizeImageName, parseImageReference } from '../model/image.ts'
import type { EngineImage, ImageEngine } from '../model/image-engine.ts'
import { ok } from '../model/result.ts'
import { type Bases, createBaseIds, movableBases, ownBases } from './bases.ts'
import type { Builder, BuildInputs, BuildRequest } from './builder.ts'
import { createFileDigests } from './file-digests.ts'
import { type FilesFingerprint, fingerprintFiles, fingerprintInputs } from './fingerprint.ts'
import { contentTag, inputsTag, parseOwnTag } from './tags.ts'

export interface CachingOptions {
  readonly engine: Pick<ImageEngine, 'find' | 'tag' | 'remove' | 'nameFor'>
  /** The project's name. */
  readonly project: string
  /** Lists the files that inputs stand for, as absolute paths. */
  readonly filesOf: (inputs: BuildInputs) => Promise<readonly string[]>
  /** Does something that nobody waits for; of two pieces of work of one key only the later. */
  readonly later: (key: string, work: (signal: AbortSignal) => Promise<void>) => void
}

/**
 * Gives builders that build nothing where the engine has an image of the same inputs. The engine is the only record: an
 * image has, besides the tag of its content, a tag of its inputs.
 *
 *   build ──> fingerprint ──> is there an image of this name? ──yes──> done
 *                                      └──no──> the builder ──> later: the same fingerprint still? ──> tag
 *
 * A base is known by the id that the engine has for its name. One that only a registry has (BuildKit reads it from there
 * and gives it no name) is known by its name alone: asking the registry would make each start wait for the network, and
 * fail without one. It is renewed by `pull`, by a build that is asked for, and with the next change.
 */
export function createBuildCache(
  options: CachingOptions,
): (image: ImageDefinition, builder: Builder) => Builder {
  const digests = createFileDigests()
  const survey = async (files: BuildInputs, signal: AbortSignal) =>
    fingerprintFiles(await options.filesOf(files), digests, signal)
  // Nothing is known of what the functions of a user's own builder do.
  return (image, builder) =>
    image.builder.kind === 'own' ? builder : cached(builder, image, { ...options, survey })
}

interface Shared extends CachingOptions {
  readonly survey: (files: BuildInputs, signal: AbortSignal) => Promise<FilesFingerprint | undefined>
}

interface Inputs {
  readonly files: FilesFingerprint
  /** The bases that are no images of the project. */
  readonly others: Bases
  /** The name, with its tag, of an image that is made from them. */
  readonly name: string
}

/** Inputs tags that one image may have, from edits that made no difference to it. */
const maxInputsTags = 8

function cached(builder: Builder, { ref, builder: definition }: ImageDefinition, shared: Shared): Builder {
  const { engine, project, survey, later } = shared
  const imageName = engine.nameFor(ref)
  const baseIds = createBaseIds(engine)
  let isFirst = true
  /** The names that images of this session have: no other is looked for again, so that no edit waits for a question. */
  const knownNames = new Set<string>()

  /** @param isFresh whether what is known of the bases will not do. */
  const takeInputs = async (
    inputs: BuildInputs,
    { bases, signal }: Request,
    isFresh: boolean,
  ): Promise<Inputs | undefined> => {
    const own = ownBases(inputs.bases, bases)
    const names = movableBases(inputs).filter(name => !own.has(name))
    const known = isFresh ? undefined : baseIds.known(names)
    const [files, others] = await Promise.all([survey(inputs, signal), known ?? baseIds.ask(names, signal)])
    if (!files || !others) return undefined
    const fingerprint = fingerprintInputs({ definition, files, bases: new Map([...own, ...others]) })
    return { files, others, name: `${imageName}:${inputsTag(fingerprint, project)}` }
  }

  /** The image of these inputs, if the engine has it and the bases are still the same. */
  const find = async ({ name, others }: Inputs, signal: AbortSignal): Promise<string | undefined> => {
    const found = await engine.find([name, ...others.keys()], signal)
    if (!found.ok) return undefined
    const isSame = [...others].every(([base, id]) => (found.value.get(base)?.id ?? '') === id)
    return isSame ? contentName(imageName, found.value.get(name)) : undefined
  }

  const record = async (inputs: BuildInputs, before: Inputs, reference: string, request: Request) => {
    const after = await takeInputs(inputs, request, true)
    // A file that was saved during the build may be in the image as it was, as it is, or as it was in between.
    if (after?.name !== before.name || after.files.stamps !== before.files.stamps) return
    const found = await engine.find([reference], request.signal)
    const names = (found.ok && found.value.get(reference)?.names) || []
    const surplus = surplusNames(names, imageName, project)
    if (surplus.length > 0) await engine.remove(surplus, request.signal)
    const tagged = await engine.tag(reference, before.name, request.signal)
    if (tagged.ok) knownNames.add(before.name)
  }

  return {
    async inputs() {
      const inputs = await builder.inputs()
      // While the session begins to watch the files, the engine answers what the first build will have to know.
      if (inputs.ok && isFirst) void baseIds.ask(movableBases(inputs.value), new AbortController().signal)
      return inputs
    },
    ...(builder.live && { live: builder.live.bind(builder) }),
    async build(request) {
      const { signal, isForced = false, bases } = request
      const inputs = await builder.inputs()
      if (!inputs.ok || inputs.value.readsMore) return builder.build(request)
      const before = await takeInputs(inputs.value, request, false)
      if (!before) return builder.build(request)
      const mayBeThere = isFirst || knownNames.has(before.name)
      isFirst = false
      if (!isForced && mayBeThere) {
        const reference = await find(before, signal)
        if (reference !== undefined && !signal.aborted) {
          knownNames.add(before.name)
          return ok({ reference, isCached: true })
        }
      }
      const built = await builder.build(request)
      if (built.ok) {
        const { reference } = built.value
        later(ref, signal => record(inputs.value, before, reference, { bases, signal }))
      }
      return built
    },
  }
}

type Request = Pick<BuildRequest, 'bases' | 'signal'>

/** The name by which manifests are given an image. */
function contentName(ref: string, image: EngineImage | undefined): string | undefined {
  const tag = image && contentTag(image.id)
  return image && tagsOf(image.names, ref).some(one => one === tag) ? `${ref}:${tag}` : undefined
}

/** Inputs tags that are too many for one more; the engine does not say which are the oldest. */
function surplusNames(names: readonly string[], ref: string, project: string): readonly string[] {
  const own = tagsOf(names, ref).filter(tag => {
    const parsed = parseOwnTag(tag)
    return parsed?.kind === 'inputs' && parsed.project === project
  })
  return own.slice(maxInputsTags - 1).map(tag => `${ref}:${tag}`)
}

function tagsOf(names: readonly string[], ref: string): readonly string[] {
  return names.flatMap(text => {
    const { name, tag } = parseImageReference(text)
    return tag !== undefined && normalizeImageName(name) === normalizeImageName(ref) ? [tag] : []
  })
}
