import type { Failure } from '../model/failure.ts'
import { maxOutputLines } from '../model/failure.ts'
import { fullImageName } from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { findContainerTool } from '../util/container-tool.ts'
import { type ExecOutcome, exec } from '../util/exec.ts'
import { ArchiveError } from '../util/tar-reader.ts'
import { sendImage } from './image-archive.ts'
import type { ImageLayers } from './image-layers.ts'
import type { ContainerdNode } from './node.ts'
import { beginImport, importName, type NodeImport } from './node-import.ts'
import { type NodeSurvey, surveyNode } from './node-survey.ts'
import type { EngineEnv, LoadOptions } from './provider.ts'

export interface ImportRequest extends LoadOptions {
  readonly reference: string
  readonly nodes: readonly ContainerdNode[]
  /** What the docker command line needs in its environment to reach the engine that has the image. */
  readonly engineEnv: EngineEnv
}

const askTimeoutMs = 30_000
const saveTimeoutMs = 15 * 60 * 1_000

/**
 * Brings an image of the engine into nodes: each is asked what it has, one `docker save` is read for all of them, and each
 * is sent the layers that it lacks. A node that refuses the image without its other layers, which it may have
 * thrown away since it was asked, is sent all of it.
 */
export async function importImage(request: ImportRequest): Promise<Result<void>> {
  const surveyed = await survey(request)
  if (!surveyed.ok) return surveyed
  const { image, lacking } = surveyed.value
  if (lacking.length === 0) return ok(undefined)
  const refused = await send(request, image, lacking)
  if (!refused.ok) return refused
  if (refused.value.length === 0) return ok(undefined)
  if (lacking.every(({ heldLayers }) => heldLayers === 0)) return fail(refusal(request, refused.value))
  const whole = refused.value.map(({ survey }) => ({ ...survey, heldLayers: 0 }))
  request.onLine(`${namesOf(whole)} did not take a part of the image: all of it is sent`)
  const still = await send(request, image, whole)
  if (!still.ok) return still
  return still.value.length > 0 ? fail(refusal(request, still.value)) : ok(undefined)
}

async function survey(
  request: ImportRequest,
): Promise<Result<{ image: ImageLayers; lacking: readonly NodeSurvey[] }>> {
  const { nodes, reference, signal } = request
  const name = fullImageName(reference)
  const [image, ...answers] = await Promise.all([
    inspect(request),
    ...nodes.map(node => surveyNode(node, name, signal)),
  ])
  if (!image.ok) return image
  const lacking: NodeSurvey[] = []
  for (const [position, answer] of answers.entries()) {
    if (!answer.ok) return fail(unanswered(request, nodes[position]?.name ?? '', answer.outcome))
    const found = answer.answer(image.value)
    if (!found.holdsImage) lacking.push(found)
  }
  return ok({ image: image.value, lacking })
}

async function inspect({ reference, engineEnv, signal }: ImportRequest): Promise<Result<ImageLayers>> {
  const outcome = await exec({
    command: toolOf(engineEnv),
    args: ['image', 'inspect', '--format', '{{json .RootFS.Layers}}', reference],
    env: engineEnv,
    signal,
    timeoutMs: askTimeoutMs,
  })
  if (outcome.status !== 'succeeded') return fail(notRead(reference, outcome))
  return ok({ diffIds: JSON.parse(outcome.stdout[0] ?? 'null') ?? [] })
}

/** Only the tool that built the image has it. */
function toolOf(engineEnv: EngineEnv): string {
  return findContainerTool({ ...process.env, ...engineEnv })
}

interface Refusal {
  readonly survey: NodeSurvey
  readonly outcome: ExecOutcome
}

/** Sends the image to all nodes at once. Gives those that did not take it. */
async function send(
  request: ImportRequest,
  image: ImageLayers,
  surveys: readonly NodeSurvey[],
): Promise<Result<readonly Refusal[]>> {
  const { reference, engineEnv, signal, onLine } = request
  const begun = performance.now()
  const name = importName(reference)
  const imports = surveys.map(survey =>
    beginImport(survey, { name, reference: fullImageName(reference), signal }),
  )
  let fault: ArchiveError | undefined
  const saved = await exec({
    command: toolOf(engineEnv),
    args: ['save', reference],
    env: engineEnv,
    signal,
    timeoutMs: saveTimeoutMs,
    async readStdout(stdout) {
      try {
        await sendImage(
          stdout,
          { ...image, name },
          imports.map(({ receiver }) => receiver),
        )
      } catch (error) {
        fault = error instanceof ArchiveError ? error : new ArchiveError((error as Error).message)
        for (const each of imports) each.abandon()
      }
    },
  })
  const outcomes = await Promise.all(imports.map(({ outcome }) => outcome))
  if (saved.status !== 'succeeded') return fail(notRead(reference, saved))
  const isPartial = surveys.some(({ heldLayers }) => heldLayers > 0)
  if (fault && !isPartial) return fail(notRead(reference, saved, fault.message))
  const refusals = outcomes.flatMap((outcome, position) => {
    const survey = surveys[position]
    return survey && outcome.status !== 'succeeded' ? [{ survey, outcome }] : []
  })
  if (refusals.length === 0) onLine(sentLine(imports, surveys, image, performance.now() - begun))
  return signal.aborted ? fail(notRead(reference, { status: 'aborted' })) : ok(refusals)
}

/** `sent 2 of 5 layers, 1.2 MB, to shop-control-plane in 0.9 s` */
function sentLine(
  imports: readonly NodeImport[],
  surveys: readonly NodeSurvey[],
  { diffIds }: ImageLayers,
  tookMs: number,
): string {
  const layers = Math.max(...surveys.map(({ heldLayers }) => diffIds.length - heldLayers))
  const bytes = imports.reduce((sum, each) => sum + each.sentBytes(), 0)
  const took = `${(tookMs / 1_000).toFixed(1)} s`
  return `sent ${layers} of ${diffIds.length} layers, ${(bytes / 1e6).toFixed(1)} MB, to ${namesOf(surveys)} in ${took}`
}

function namesOf(surveys: readonly NodeSurvey[]): string {
  return surveys.map(({ node }) => node.name).join(', ')
}

function notRead(reference: string, outcome: ExecOutcome, reason?: string): Failure {
  const output = outputOf(outcome)
  const why = reason ?? output.at(-1)
  return {
    code: 'cluster/load',
    message: `${reference} could not be read from the Docker engine.`,
    ...(why !== undefined && { why }),
    ...(outcome.status === 'not-found' && { cure: 'Install the docker command line.' }),
    ...(output.length > 0 && { output }),
  }
}

function unanswered({ reference }: ImportRequest, node: string, outcome: ExecOutcome): Failure {
  const output = outputOf(outcome)
  return {
    code: 'cluster/load',
    message: `${reference} could not be brought into the cluster: node ${node} does not say what it has.`,
    why:
      outcome.status === 'timed-out'
        ? 'its containerd did not answer in time'
        : (output.at(-1) ?? outcome.status),
    cure: 'Look at the node: is its containerd running, and does it have `sh` and `ctr`?',
    ...(output.length > 0 && { output }),
  }
}

function refusal({ reference }: ImportRequest, refusals: readonly Refusal[]): Failure {
  const names = namesOf(refusals.map(({ survey }) => survey))
  const outcome = refusals[0]?.outcome
  const output = outcome ? outputOf(outcome) : []
  const why = outcome?.status === 'timed-out' ? 'it was not done in time' : output.at(-1)
  return {
    code: 'cluster/load',
    message: `${reference} could not be imported into ${names}.`,
    ...(why !== undefined && { why }),
    ...(/no space left/.test(why ?? '') && {
      cure: 'Free space on the disk of the Docker engine: `docker system df` shows what takes it.',
    }),
    ...(output.length > 0 && { output }),
  }
}

function outputOf(outcome: ExecOutcome): readonly string[] {
  const lines = 'output' in outcome ? outcome.output : []
  return lines.filter(line => !/^process \d+$/.test(line)).slice(-maxOutputLines)
}
