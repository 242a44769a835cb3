import { chmod, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { type Failure, maxOutputLines } from '../../model/failure.ts'
import {
  familiarImageName,
  fullImageName,
  normalizeImageName,
  parseImageReference,
} from '../../model/image.ts'
import type { EngineImage, EngineStart, NamedImage } from '../../model/image-engine.ts'
import { fail, ok, type Result } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'
import { isSystemError } from '../../util/system-error.ts'
import { type BuildPlace, buildImage } from './build/build-image.ts'
import { viewOf } from './build/image-view.ts'
import { ensureImage } from './ensure-image.ts'
import { type BuildLine, type BuildQuestion, maxQuestionBytes, type Question } from './image-protocol.ts'
import type { StoredImage } from './image-store.ts'
import { findKnownBase } from './known-bases.ts'

/** Milliseconds that a program may take to tell its version. */
const baseMs = 8_000

export interface ImageServiceOptions extends BuildPlace {
  /** Where it listens; what is left of an earlier one there is replaced. */
  readonly socketPath: string
  /** Whether a container, running or not, was made from an image. */
  readonly isUsed: (id: string) => boolean
  /** A question failed by a fault of devloop's own, as its client is told, too. */
  readonly onBug: (error: unknown) => void
}

/** Serves the images of the sandbox to devloop. Only who owns the socket may ask. */
export async function serveImages(options: ImageServiceOptions): Promise<Closable> {
  const { store, socketPath, isUsed, onBug } = options
  const answers = answersOf(options)
  await store.collect(isUsed)

  /** Neither a full disk nor a fault of devloop's ends the sandbox, and all the pods in it. */
  const explain = (error: unknown): Result<never> => {
    if (!isSystemError(error)) onBug(error)
    return fail(isSystemError(error) ? systemFailure(error) : ownFault(error))
  }

  const build = async (question: BuildQuestion, response: ServerResponse) => {
    const controller = new AbortController()
    response.once('close', () => controller.abort())
    const write = (line: BuildLine) => {
      if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`)
    }
    const { signal } = controller
    const request = { ...question, signal, onLine: (line: string) => write({ line }) }
    try {
      write(await store.make(() => buildImage(options, request)).catch(explain))
    } finally {
      response.end()
    }
    // What cannot be removed now, another build's end removes.
    await store.collect(isUsed).catch(explain)
  }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = await readQuestion(request)
    const question = (request.url ?? '').slice(1) as Question
    if (!asked.ok) return void response.writeHead(asked.failure).end()
    if (question === 'build') return build(asked.value as BuildQuestion, response)
    const answer = answers[question]
    if (!answer) return void response.writeHead(404).end()
    const answered = await Promise.resolve(asked.value).then(answer).catch(explain)
    response.end(JSON.stringify(answered))
  }
  const server = createServer((request, response) => {
    serve(request, response).catch(error => {
      response.destroy()
      onBug(error)
    })
  })
  await rm(socketPath, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve))
  await chmod(socketPath, 0o600)
  return {
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what is asked was written by the client of the same version
type Answer = (asked: any) => Result<unknown> | Promise<Result<unknown>>

function answersOf({ store, isUsed }: ImageServiceOptions): Partial<Record<Question, Answer>> {
  return {
    async find({ references }: { references: readonly string[] }) {
      const found: Record<string, EngineImage> = {}
      for (const reference of references) {
        // What stands for another image is known by what it is now: programs of the host's are updated.
        const isBase = findKnownBase(reference) !== undefined
        const base = isBase ? await ensureImage(store, reference, AbortSignal.timeout(baseMs)) : undefined
        const image = base?.ok ? base.value : store.find(reference)
        if (image) found[reference] = imageOf(image)
      }
      return ok(found)
    },
    list({ name }: { name: string }) {
      const isOwn = (reference: string) => {
        const { name: own, tag = '' } = parseImageReference(reference)
        return normalizeImageName(own) === normalizeImageName(name) && tag.startsWith('devloop')
      }
      const images = store.list().filter(({ names }) => names.some(isOwn))
      return ok(images.map((image): NamedImage => ({ ...imageOf(image), namedAt: Date.parse(image.named) })))
    },
    tag: ({ source, reference }: { source: string; reference: string }) => store.tag(source, reference),
    async remove({ references }: { references: readonly string[] }) {
      for (const reference of references) {
        const removed = await store.remove(reference)
        if (!removed.ok) return removed
      }
      return ok(undefined)
    },
    'is-used': ({ id }: { id: string }) => ok(isUsed(id)),
    'start-of'({ reference }: { reference: string }) {
      const image = store.find(reference)
      if (!image) return noImage(reference)
      const { entrypoint = [], cmd = [] } = image.config
      const start: EngineStart = { entrypoint, command: cmd, lowestLayer: image.layers[0] ?? '' }
      return ok(start)
    },
    'has-one-of'({ reference, paths }: { reference: string; paths: readonly string[] }) {
      const parts = store.partsOf(reference)
      if (!parts) return noImage(reference)
      const view = viewOf(parts, store)
      return ok(paths.some(path => view.find(path) !== undefined))
    },
  }
}

/** As docker's engine does, names are told in their short spelling. */
function imageOf({ id, names }: StoredImage): EngineImage {
  return { id, names: names.map(name => familiarImageName(fullImageName(name))) }
}

function noImage(reference: string): Result<never> {
  return fail({ code: 'build/missing-input', message: `The sandbox has no image ${reference}.` })
}

function systemFailure({ message }: Error): Failure {
  return { code: 'build/failed', message: `The sandbox's images cannot be used: ${message}.` }
}

function ownFault(error: unknown): Failure {
  return {
    code: 'build/failed',
    message: 'This is a fault of devloop itself, not of your project.',
    cure: 'Please report it with these lines.',
    output: inspect(error).split('\n').slice(0, maxOutputLines),
  }
}

/** @returns otherwise the status that the client gets, if it is there still. */
async function readQuestion(request: IncomingMessage): Promise<Result<unknown, number>> {
  if (Number(request.headers['content-length']) > maxQuestionBytes) return fail(413)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxQuestionBytes) return fail(413)
      chunks.push(chunk)
    }
    return ok(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    // The client has gone in the middle, or speaks something else.
    return fail(400)
  }
}
