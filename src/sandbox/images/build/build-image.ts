import { parseDockerIgnore, readIgnoreRules } from '../../../dockerfile/dockerignore.ts'
import type { Failure } from '../../../model/failure.ts'
import { fail, ok, type Result } from '../../../model/result.ts'
import { OwnFolders } from '../../runtime/own-folders.ts'
import { canChangeOwners, ownsHostFiles } from '../rights.ts'
import type { ImageParts, StoredImages } from '../stored-images.ts'
import { findBase } from './bases.ts'
import { contextSource } from './build-context.ts'
import { createProgress } from './progress.ts'
import type { HostCommand } from './run.ts'
import { buildStage, type StageResult, type Surroundings } from './stage.ts'
import { type BuildStage, planStages } from './stages.ts'
import { openStepCache } from './step-cache.ts'

/** What a build is asked for; paths are absolute, on this machine. */
export interface ImageBuildRequest {
  readonly context: string
  readonly dockerfile: string
  /** The Dockerfile's text. */
  readonly text: string
  readonly target?: string
  readonly args: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** References of images that count in the place of others, by the names that the Dockerfile has for these. */
  readonly ownBases: Readonly<Record<string, string>>
  /** Values by their ids. */
  readonly secrets: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Lines as of BuildKit's plain progress. */
  readonly onLine: (line: string) => void
}

/** Where images are built. */
export interface BuildPlace {
  readonly store: StoredImages
  readonly hostCommand: HostCommand
}

/**
 * Builds the target of a Dockerfile with the stages that it needs, those that do not need one another at the same time.
 *
 * @returns the image's id; it has no name yet. Never succeeds once `signal` is aborted.
 */
export async function buildImage(
  { store, hostCommand }: BuildPlace,
  request: ImageBuildRequest,
): Promise<Result<string>> {
  const { dockerfile, context, labels } = request
  const plan = planStages(request)
  if (!plan.ok) return plan
  const isIgnored = parseDockerIgnore(context, (await readIgnoreRules(context, dockerfile)) ?? '')
  await using host = await store.layers.scratch()
  // The first stage that fails ends the others.
  const stopping = new AbortController()
  const signal = AbortSignal.any([request.signal, stopping.signal])
  const progress = createProgress(request.onLine)
  const results = new Map<BuildStage, Promise<Result<StageResult>>>()
  const bases = new Map<string, Promise<Result<ImageParts>>>()
  let firstFailure: Failure | undefined

  const resultOf = (stage: BuildStage): Promise<Result<StageResult>> => {
    const known = results.get(stage)
    if (known) return known
    const result = buildStage(stage, surroundings).then(built => {
      if (!built.ok) {
        firstFailure ??= built.failure
        stopping.abort()
      }
      return built
    })
    results.set(stage, result)
    // Whoever awaits it hears of an exception; nobody does where the target has failed before.
    result.catch(() => {})
    return result
  }
  const surroundings: Surroundings = {
    store,
    plan: plan.value,
    request: { ...request, signal },
    context: contextSource(context, isIgnored),
    steps: openStepCache(`${store.folder}/steps`),
    hostCommand,
    ownFolders: ownsHostFiles() ? undefined : new OwnFolders(host.path),
    progress,
    stage: resultOf,
    baseImage(reference: string) {
      const own = Object.hasOwn(request.ownBases, reference) ? request.ownBases[reference] : undefined
      const known = bases.get(reference) ?? findBase(store, own ?? reference, progress, signal)
      bases.set(reference, known)
      return known
    },
  }

  if (!canChangeOwners() && plan.value.stages.some(namesUsers)) progress.begin(oneUser).done()
  const target = await resultOf(plan.value.target)
  await Promise.all(results.values())
  if (request.signal.aborted) return fail(cancelled)
  if (!target.ok) return fail(firstFailure ?? target.failure)
  const { image } = target.value
  const config = { ...image.config, labels: { ...image.config.labels, ...labels } }
  const whole: ImageParts = { ...image, config }
  return ok(await store.add(whole))
}

const oneUser = '[note] here all belongs to one user: USER, --chown and chown make no difference'

function namesUsers({ instructions }: BuildStage): boolean {
  return instructions.some(
    ({ keyword, flags, body }) =>
      keyword === 'USER' ||
      flags.some(([name]) => name === 'chown') ||
      (keyword === 'RUN' && /\bch(?:own|grp)\b/.test(body)),
  )
}

const cancelled: Failure = { code: 'build/failed', message: 'The build was cancelled.' }
