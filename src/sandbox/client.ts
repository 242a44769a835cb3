import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { Failure } from '../model/failure.ts'
import type { DockerDefinition } from '../model/image.ts'
import type { EngineBuild, EngineImage, ImageEngine, NamedImage } from '../model/image-engine.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { readLines } from '../util/lines.ts'
import type { BuildLine, BuildQuestion, Question } from './images/image-protocol.ts'

/** Milliseconds that an answer may take, but for that of a build. */
const askMs = 10_000
const maxConnections = 16

/**
 * The sandbox as devloop builds with it.
 *
 * @param socketPath of the unix socket at which it is asked for images.
 * @param reader makes what a person follows of BuildKit's plain progress, line by line.
 */
export function openSandboxEngine(
  socketPath: string,
  reader: () => (line: string) => string | undefined,
): ImageEngine {
  // A connection that waits for the next question keeps no process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: maxConnections })
  const send = (question: Question, body: unknown, signal: AbortSignal) =>
    sendQuestion({ agent, socketPath, question, body, signal })
  const ask = async <T>(question: Question, body: unknown, signal: AbortSignal): Promise<Result<T>> => {
    const answer = await send(question, body, AbortSignal.any([signal, AbortSignal.timeout(askMs)]))
    if (!answer.ok) return answer
    try {
      return JSON.parse(await readText(answer.value)) as Result<T>
    } catch {
      return fail(silence('the connection broke off'))
    }
  }

  return {
    async build(request) {
      const refused = refusal(request.definition)
      if (refused) return fail(refused)
      const answer = await send('build', questionOf(request), request.signal)
      return answer.ok ? readBuild(answer.value, reader(), request) : answer
    },
    async find(references, signal) {
      const found = await ask<Readonly<Record<string, EngineImage>>>('find', { references }, signal)
      return found.ok ? ok(new Map(Object.entries(found.value))) : found
    },
    list: (name, signal) => ask<readonly NamedImage[]>('list', { name }, signal),
    tag: (source, reference, signal) => ask('tag', { source, reference }, signal),
    remove: (references, signal) => ask('remove', { references }, signal),
    isUsed: (id, signal) => ask('is-used', { id }, signal),
    startOf: (reference, signal) => ask('start-of', { reference }, signal),
    hasOneOf: (reference, paths, signal) => ask('has-one-of', { reference, paths }, signal),
    async isThere(signal) {
      return (await ask('find', { references: [] }, signal)).ok
    },
    nameFor: ref => ref,
  }
}

function questionOf({ definition, text, ownBases, secrets }: EngineBuild): BuildQuestion {
  const { context, dockerfile, target, args, labels = {} } = definition
  return {
    context,
    dockerfile,
    text,
    ...(target !== undefined && { target }),
    args,
    labels,
    ownBases: Object.fromEntries(ownBases),
    secrets: Object.fromEntries(secrets),
  }
}

/** Of an image's options those that only a real engine has. */
function refusal({ ssh, platform, network, dockerfile }: DockerDefinition): Failure | undefined {
  const named =
    ssh !== undefined
      ? 'ssh'
      : platform !== undefined
        ? `platform ${platform}`
        : network !== undefined && !['default', 'host'].includes(network)
          ? `network ${network}`
          : undefined
  return named === undefined
    ? undefined
    : {
        code: 'build/failed',
        message: `The sandbox cannot build with ${named}.`,
        at: { file: dockerfile },
        cure: 'Leave the option out of docker() in the Devfile, or use a cluster of kind, k3d or minikube.',
      }
}

/** The last line is the result; without one the sandbox has ended in the middle. */
async function readBuild(
  answer: IncomingMessage,
  read: (line: string) => string | undefined,
  { signal, onLine, ref }: EngineBuild,
): Promise<Result<string>> {
  let result: Result<string> | undefined
  await readLines(answer, text => {
    const line = JSON.parse(text) as BuildLine
    if (!('line' in line)) {
      result = line
      return
    }
    const shown = read(line.line)
    if (shown !== undefined) onLine(shown)
  })
  if (signal.aborted) return fail({ code: 'build/failed', message: `The build of ${ref} was cancelled.` })
  if (!result) return fail(silence('it ended during the build'))
  return result.ok ? result : fail(withName(result.failure, ref))
}

/** The builder does not know what the image is called. */
function withName(failure: Failure, ref: string): Failure {
  return { ...failure, message: failure.message.replace(/^The image could/, `The image ${ref} could`) }
}

interface Sending {
  readonly agent: Agent
  readonly socketPath: string
  readonly question: Question
  readonly body: unknown
  readonly signal: AbortSignal
}

function sendQuestion({ question, body, ...options }: Sending): Promise<Result<IncomingMessage>> {
  const { promise, resolve } = Promise.withResolvers<Result<IncomingMessage>>()
  const headers = { Host: 'sandbox', 'Content-Type': 'application/json' }
  const sent = requestHttp({ ...options, method: 'POST', path: `/${question}`, headers }, answer =>
    resolve(ok(answer)),
  )
  sent.on('error', error => resolve(fail(silence(error.message))))
  sent.end(JSON.stringify(body))
  return promise
}

function silence(why: string): Failure {
  return {
    code: 'build/no-engine',
    message: 'The sandbox does not answer.',
    why,
    cure: 'Start it: devloop sandbox up; devloop goes on by itself.',
  }
}
