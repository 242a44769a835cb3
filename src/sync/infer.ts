import type { Stage } from '../dockerfile/stage.ts'
import { findStage, readStages } from '../dockerfile/stages.ts'
import type { CommandOverride, SyncDecision } from '../model/sync.ts'
import { type Fate, followFile, type Trace } from './dockerfile/fate.ts'
import { type Process, readProcesses } from './dockerfile/process.ts'

export interface InferenceRequest {
  /** The text of the Dockerfile. */
  readonly dockerfile: string
  /** How messages name the Dockerfile; where it lies in the build context, its path there. */
  readonly name: string
  /** What the build is given with `--build-arg`. */
  readonly args: Readonly<Record<string, string>>
  /** The stage that is built; absent: the last one. */
  readonly target?: string
  /** What the containers of the image run, one for each; absent or none: what the Dockerfile says. */
  readonly commands?: readonly CommandOverride[]
  /** Whether `.dockerignore` leaves out a file, given as its path in the build context. */
  readonly isIgnored: (file: string) => boolean
  /** Whether the build context holds a file now, given in the same way. */
  readonly exists: (file: string) => boolean
}

/**
 * What a Dockerfile says of the files of its build context. Files are given as paths in the context, with `/`; a
 * deleted file is asked for in the same way.
 */
export interface Inference {
  decide(file: string): SyncDecision
  /** The steps that lead to the decision, each a sentence: for `devloop why`. */
  explain(file: string): readonly string[]
  /** The process does not pick up its files by itself, so that most files need a new start of it. */
  readonly mayRestart: boolean
}

/**
 * Infers from a Dockerfile which files are only copied, and where to. It never guesses: whatever may be more than a
 * copy is `rebuild`. It holds for this text, these arguments and this `.dockerignore`; ask anew when one changes. What
 * it cannot know are `ONBUILD` and variables of base images that replace an `ARG` of the same name, links, neither of
 * images nor of the context.
 */
export function inferSync(request: InferenceRequest): Inference {
  const stages = readStages(request.dockerfile, request.args)
  const stage = request.target === undefined ? stages.at(-1) : findStage(stages, request.target)
  if (!stage) {
    const reason = request.target === undefined ? 'it has no FROM' : `it has no stage ${request.target}`
    return always({ kind: 'rebuild', reason: `${request.name} cannot be followed: ${reason}` })
  }
  const process = readProcesses(stage, request.commands ?? [])
  const answer = (file: string) => decide(file, stage, process, request)
  return {
    decide: file => answer(file).decision,
    explain: file => answer(file).chain,
    mayRestart: process.after('/') !== undefined,
  }
}

interface Answer {
  readonly decision: SyncDecision
  readonly chain: readonly string[]
}

function decide(file: string, stage: Stage, process: Process, request: InferenceRequest): Answer {
  const { name, isIgnored, exists } = request
  if (file === name || file === `${name}.dockerignore` || file === '.dockerignore')
    return alone({ kind: 'rebuild', reason: `${file}: decides how the image is built` })
  if (isIgnored(file)) return alone({ kind: 'ignored', reason: `${file}: left out by .dockerignore` })
  const fate = followFile(stage, { file, exists: other => exists(other) && !isIgnored(other) })
  if (fate.kind === 'built') return rebuild(file, fate, name)
  const [place, ...more] = fate.places
  if (!place) return alone({ kind: 'ignored', reason: `${file}: ${name} copies it to no place in the image` })
  if (more.length > 0) {
    const targets = [...fate.places.keys()].join(' and ')
    return alone({ kind: 'rebuild', reason: `${file}: copied to more than one place: ${targets}` })
  }
  return sync(file, place, process, name)
}

function rebuild(file: string, { step, reason }: Extract<Fate, { kind: 'built' }>, name: string): Answer {
  const decision = {
    kind: 'rebuild',
    reason: `${file}: ${reason} (${name}:${step.line} ${step.text})`,
  } as const
  return { decision, chain: [`${at(step, name)}: ${reason}`, `${file} needs a new image`] }
}

function sync(
  file: string,
  [target, traces]: readonly [string, readonly Trace[]],
  process: Process,
  name: string,
): Answer {
  const after = process.after(target)
  const lines = traces.map(({ line }) => `${name}:${line}`).join(' and ')
  const copied = `${file} → ${target}: copied by ${lines}`
  const place = process.line === undefined ? '' : `${name}:${process.line} `
  return {
    decision: {
      kind: 'sync',
      target,
      ...(after !== undefined && { after }),
      runs: [],
      reason: after === undefined ? copied : `${copied}; restart, since ${process.reason}`,
    },
    chain: [
      ...traces.map(trace => `${at(trace, name)} copies ${file}`),
      `It lies unchanged at ${target}: no later step may read or change it`,
      `${place}${process.reason}: ${after === undefined ? 'no restart' : 'restart'}`,
    ],
  }
}

function at({ line, text }: Trace, name: string): string {
  return `${name}:${line} ${text}`
}

function alone(decision: SyncDecision): Answer {
  return { decision, chain: [decision.reason] }
}

function always(decision: SyncDecision): Inference {
  return { decide: () => decision, explain: () => [decision.reason], mayRestart: false }
}
