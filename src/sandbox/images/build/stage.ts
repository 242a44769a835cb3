import { splitWords } from '../../../dockerfile/expand.ts'
import type { Instruction } from '../../../dockerfile/instructions.ts'
import { Variables } from '../../../dockerfile/variables.ts'
import type { Failure } from '../../../model/failure.ts'
import { fail, ok, type Result } from '../../../model/result.ts'
import type { OwnFolders } from '../../runtime/own-folders.ts'
import type { LayeredView } from '../layered-view.ts'
import type { ImageParts, StoredImages } from '../stored-images.ts'
import type { ImageBuildRequest } from './build-image.ts'
import { configure, unknownVariable } from './configure.ts'
import type { CopySource } from './copy.ts'
import { copyStep, workdirStep } from './copy-step.ts'
import { viewOf } from './image-view.ts'
import type { Progress, StepProgress } from './progress.ts'
import { failBySystem, refuse, type Spot } from './refusal.ts'
import type { HostCommand } from './run.ts'
import { runStep } from './run-step.ts'
import { type BuildPlan, type BuildStage, findStage } from './stages.ts'
import type { StepCache } from './step-cache.ts'

/** What all stages of one build share. */
export interface Surroundings {
  readonly store: StoredImages
  readonly plan: BuildPlan
  readonly request: ImageBuildRequest
  readonly context: CopySource
  readonly steps: StepCache
  readonly hostCommand: HostCommand
  readonly ownFolders: OwnFolders | undefined
  readonly progress: Progress
  /** Builds another stage, once. */
  stage(stage: BuildStage): Promise<Result<StageResult>>
  baseImage(reference: string): Promise<Result<ImageParts>>
}

export interface StageResult {
  readonly image: ImageParts
  readonly variables: Variables
}

/** A stage as it stands before one of its instructions. */
export interface StageState extends StageResult {
  readonly spot: Spot
  /** The stages above, for `--from`. */
  readonly above: readonly BuildStage[]
  /** Its files. */
  readonly view: LayeredView
}

/** What a step that changes files makes of the image. */
export interface StepResult {
  readonly image: ImageParts
  readonly isCached: boolean
}

export async function buildStage(
  stage: BuildStage,
  surroundings: Surroundings,
): Promise<Result<StageResult>> {
  const { plan, request, progress } = surroundings
  const { escapeCharacter } = plan
  const above = plan.stages.slice(0, stage.index)
  for (const needed of neededStages(stage, above)) void surroundings.stage(needed)
  const base = await baseOf(stage, surroundings)
  const spotOf = ({ line, text }: Instruction): Spot => ({ dockerfile: request.dockerfile, line, text })
  if (!base.ok) return fail(placed(base.failure, spotOf(stage.from)))
  let { image } = base.value
  const { variables } = base.value
  const platform = stage.from.flags.find(([name]) => name === 'platform')?.[1]
  if (platform !== undefined && !isOwnPlatform(variables.expand(platform, escapeCharacter)))
    return refuse(spotOf(stage.from), `another platform (${platform})`, 'Leave --platform out.')
  const heading = headings(stage, plan)
  let hasOwnCommand = false

  for (const instruction of stage.instructions) {
    const { keyword, body } = instruction
    const spot = spotOf(instruction)
    const view = viewOf(image, surroundings.store)
    const state: StageState = { image, variables, spot, above, view }
    const expand = (word: string) => variables.expand(word, escapeCharacter)
    if (keyword === 'ARG' || keyword === 'ENV') {
      if (splitWords(body, escapeCharacter).some(word => expand(word) === undefined))
        return unknownVariable(spot)
      if (keyword === 'ARG') variables.declareArgs(splitWords(body, escapeCharacter), escapeCharacter)
      else variables.setEnv(body, escapeCharacter)
      image = { ...image, config: { ...image.config, env: variables.environment } }
      continue
    }
    const step = steps[keyword]
    if (!step) {
      const config = configure(image.config, instruction, { spot, escapeCharacter, expand, hasOwnCommand })
      if (!config.ok) return config
      hasOwnCommand ||= keyword === 'CMD'
      image = { ...image, config: config.value }
      continue
    }
    const shown = progress.begin(heading(instruction))
    const done = await step(instruction, state, surroundings, shown).catch(error => failBySystem(spot, error))
    if (!done.ok) {
      shown.failed(done.failure.why ?? done.failure.message)
      return fail(placed(done.failure, spot))
    }
    image = done.value.image
    if (done.value.isCached) shown.cached()
    else shown.done()
  }
  return ok({ image, variables })
}

/** What an image says of itself, the instruction that names it says where. */
function placed(failure: Failure, { dockerfile, line }: Spot): Failure {
  return { at: { file: dockerfile, line }, ...failure }
}

type Step = (
  instruction: Instruction,
  state: StageState,
  surroundings: Surroundings,
  progress: StepProgress,
) => Promise<Result<StepResult>>

const steps: Readonly<Record<string, Step>> = {
  ADD: copyStep,
  COPY: copyStep,
  RUN: runStep,
  WORKDIR: workdirStep,
}

async function baseOf({ base }: BuildStage, surroundings: Surroundings): Promise<Result<StageResult>> {
  const { plan, request } = surroundings
  const variablesOn = (env: readonly string[]) =>
    new Variables(request.args, { globals: plan.globals, env, isEmpty: true })
  switch (base.kind) {
    case 'stage': {
      const built = await surroundings.stage(base.stage)
      if (!built.ok) return built
      const { image, variables } = built.value
      return ok({
        image,
        variables: new Variables(request.args, { globals: plan.globals, parent: variables, isEmpty: true }),
      })
    }
    case 'image': {
      const found = await surroundings.baseImage(base.reference)
      return found.ok ? ok({ image: found.value, variables: variablesOn(found.value.config.env) }) : found
    }
    case 'scratch':
      return ok({ image: emptyImage, variables: variablesOn(emptyImage.config.env) })
    default:
      return base satisfies never
  }
}

/** An image from scratch has this path, too. */
const emptyImage: ImageParts = {
  base: 'scratch',
  hostFolders: [],
  layers: [],
  config: {
    env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    exposedPorts: [],
    labels: {},
    volumes: [],
    workingDir: '/',
  },
}

/** The other stages that a stage takes from, so that they are built meanwhile. */
function neededStages({ instructions }: BuildStage, above: readonly BuildStage[]): readonly BuildStage[] {
  const references = instructions.flatMap(({ flags }) =>
    flags.flatMap(([name, value]) =>
      name === 'from' ? [value] : name === 'mount' ? (/(?:^|,)from=([^,]+)/.exec(value)?.[1] ?? []) : [],
    ),
  )
  return references.flatMap(reference => findStage(above, reference) ?? [])
}

/** `[build 2/4] COPY . .`: BuildKit counts what changes files, and `FROM`. */
function headings(stage: BuildStage, { stages }: BuildPlan): (instruction: Instruction) => string {
  const counted = stage.instructions.filter(({ keyword }) => steps[keyword])
  const name = stages.length === 1 ? '' : `${stage.name ?? `stage-${stage.index}`} `
  return instruction =>
    `[${name}${counted.indexOf(instruction) + 2}/${counted.length + 1}] ${instruction.text}`
}

function isOwnPlatform(platform: string | undefined): boolean {
  const [system, architecture] = (platform ?? '').split('/')
  const own = ({ x64: 'amd64' } as Readonly<Record<string, string>>)[process.arch] ?? process.arch
  return system === 'linux' && architecture === own
}
