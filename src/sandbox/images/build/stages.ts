import { splitWords } from '../../../dockerfile/expand.ts'
import { type Instruction, readInstructions } from '../../../dockerfile/instructions.ts'
import { Variables } from '../../../dockerfile/variables.ts'
import { ok, type Result } from '../../../model/result.ts'
import { failAt, type Spot, syntaxFailure } from './refusal.ts'

/** A stage of a Dockerfile, as it is to be built. */
export interface BuildStage {
  readonly index: number
  /** As written. */
  readonly name?: string
  readonly from: Instruction
  readonly base:
    | { readonly kind: 'stage'; readonly stage: BuildStage }
    | { readonly kind: 'image'; readonly reference: string }
    | { readonly kind: 'scratch' }
  readonly instructions: readonly Instruction[]
}

export interface BuildPlan {
  readonly stages: readonly BuildStage[]
  readonly target: BuildStage
  /** The arguments in front of the first `FROM`. */
  readonly globals: Variables
  readonly escapeCharacter: string
}

export interface PlanOptions {
  /** Absolute. */
  readonly dockerfile: string
  readonly text: string
  readonly args: Readonly<Record<string, string>>
  readonly target?: string
}

/** Reads the stages of a Dockerfile, and says where it is none of its language. */
export function planStages({ dockerfile, text, args, target }: PlanOptions): Result<BuildPlan> {
  const { instructions, escapeCharacter } = readInstructions(text)
  const unknown = instructions.find(({ keyword }) => !keywords.has(keyword))
  if (unknown)
    return syntaxFailure({ dockerfile, line: unknown.line }, `unknown instruction: ${unknown.keyword}`)
  const globals = new Variables({ ...platformArguments, ...args }, { isEmpty: true })
  globals.declareArgs(Object.keys(platformArguments), escapeCharacter)
  const stages: BuildStage[] = []
  for (const [at, instruction] of instructions.entries()) {
    const { keyword, body, line } = instruction
    if (keyword === 'FROM') {
      const following = instructions.slice(at + 1)
      const end = following.findIndex(next => next.keyword === 'FROM')
      const own = following.slice(0, end < 0 ? following.length : end)
      const stage = readStage(instruction, own, { dockerfile, stages, globals, escapeCharacter })
      if (!stage.ok) return stage
      stages.push(stage.value)
    } else if (stages.length > 0) continue
    else if (keyword === 'ARG') globals.declareArgs(splitWords(body, escapeCharacter), escapeCharacter)
    else return syntaxFailure({ dockerfile, line }, 'an instruction before the first FROM')
  }
  const last = target === undefined ? stages.at(-1) : findStage(stages, target)
  if (last) return ok({ stages, target: last, globals, escapeCharacter })
  if (target === undefined) return syntaxFailure({ dockerfile, line: 1 }, 'it has no FROM')
  return failAt(
    { dockerfile, line: 1, text: 'FROM' },
    `the target stage "${target}" could not be found`,
    `The Dockerfile has no stage "${target}": correct target in the Devfile, or add the stage.`,
  )
}

/** @param stages those above whoever asks. */
export function findStage(stages: readonly BuildStage[], reference: string): BuildStage | undefined {
  const byName = stages.findLast(({ name }) => name?.toLowerCase() === reference.toLowerCase())
  return byName ?? (/^\d+$/.test(reference) ? stages[Number(reference)] : undefined)
}

const architecture = ({ x64: 'amd64', arm: 'arm' } as Readonly<Record<string, string>>)[process.arch]

/** https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
const platformArguments: Readonly<Record<string, string>> = Object.fromEntries(
  ['TARGET', 'BUILD'].flatMap(side => [
    [`${side}PLATFORM`, `linux/${architecture ?? process.arch}`],
    [`${side}OS`, 'linux'],
    [`${side}ARCH`, architecture ?? process.arch],
    [`${side}VARIANT`, ''],
  ]),
)

const keywords = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
)

function readStage(
  from: Instruction,
  instructions: readonly Instruction[],
  {
    dockerfile,
    stages,
    globals,
    escapeCharacter,
  }: { dockerfile: string; stages: readonly BuildStage[]; globals: Variables; escapeCharacter: string },
): Result<BuildStage> {
  const spot: Spot = { dockerfile, line: from.line, text: from.text }
  const [written = '', as, name, ...rest] = from.body.split(/\s+/)
  const isNamed = as?.toLowerCase() === 'as' && name !== undefined
  if (written === '' || rest.length > 0 || (as !== undefined && !isNamed))
    return syntaxFailure(spot, 'FROM requires either one or three arguments')
  const reference = globals.expand(written, escapeCharacter)
  if (!reference)
    return failAt(
      spot,
      `the base name (${written}) should not be blank`,
      'Give the argument a value, in the Dockerfile or by args in the Devfile.',
    )
  const stage = findStage(stages, reference)
  const base: BuildStage['base'] = stage
    ? { kind: 'stage', stage }
    : reference === 'scratch'
      ? { kind: 'scratch' }
      : { kind: 'image', reference }
  return ok({ index: stages.length, ...(isNamed && { name }), from, base, instructions })
}
