import { Agent, request as requestHttp } from 'node:http'
import { parseImageReference } from '../model/image.ts'
import type { EngineImage } from '../model/image-engine.ts'
import { dockerSettings, engineAddress } from '../util/docker-settings.ts'

/**
 * The engine's own API on its socket: a question takes 2 ms, and the command line 10 to 40 and a process. It is a short cut and no
 * second way: where it gives no answer, whatever the reason, the command line is called, and says what is wrong.
 */
export interface EngineSocket {
  /** The images that there are, by the references as given; undefined: no answer. */
  find(
    references: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, EngineImage> | undefined>
  /** Gives an image another name; whether it has it now. */
  tag(source: string, reference: string, signal: AbortSignal): Promise<boolean>
  /** Takes a name from its image, and the image with it where that has no other. */
  untag(reference: string): Promise<void>
}

/** @returns undefined where docker's engine is not on a socket of this machine. */
export function openEngineSocket(
  env: Readonly<Record<string, string | undefined>>,
): EngineSocket | undefined {
  const socketPath = socketOf(engineAddress(dockerSettings(env), env))
  if (socketPath === undefined) return undefined
  // A connection that waits for the next request keeps no process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: maxConnections })
  const ask = (method: string, path: string, signal: AbortSignal) =>
    exchange({
      agent,
      socketPath,
      method,
      path,
      signal: AbortSignal.any([signal, AbortSignal.timeout(askMs)]),
    })

  return {
    async find(references, signal) {
      const found = new Map<string, EngineImage>()
      const answers = references.map(async reference => {
        const answer = await ask('GET', `/images/${encodePath(reference)}/json`, signal)
        if (answer?.status === 404) return true
        const image = answer?.status === 200 ? readImage(answer.body) : undefined
        if (image) found.set(reference, image)
        return image !== undefined
      })
      return (await Promise.all(answers)).every(isAnswered => isAnswered) ? found : undefined
    },
    async tag(source, reference, signal) {
      const { name, tag = 'latest' } = parseImageReference(reference)
      const query = new URLSearchParams({ repo: name, tag })
      const answer = await ask('POST', `/images/${encodePath(source)}/tag?${query}`, signal)
      return answer?.status === 201
    },
    async untag(reference) {
      await ask('DELETE', `/images/${encodePath(reference)}`, AbortSignal.timeout(askMs))
    },
  }
}

/** Milliseconds that the engine may take to answer. */
const askMs = 10_000
const maxConnections = 8
/** A description of an image is some kilobytes. */
const maxBodyBytes = 1024 * 1024

function socketOf(address: string | undefined): string | undefined {
  return /^(?:unix|npipe):\/\/(.+)$/.exec(address ?? '')?.[1]
}

/** Slashes of a name are slashes of the path; what could mean something else in a URL is written as its code. */
function encodePath(reference: string): string {
  return reference.split('/').map(encodeURIComponent).join('/')
}

interface Answer {
  readonly status: number
  readonly body: string
}

interface Exchange {
  readonly agent: Agent
  readonly socketPath: string
  readonly method: string
  readonly path: string
  readonly signal: AbortSignal
}

/** Without a version in the path, the engine speaks the newest of its own; what is read here is the same in all. */
function exchange(options: Exchange): Promise<Answer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>()
  const sent = requestHttp({ ...options, headers: { Host: 'docker' } }, response => {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      body += text
      if (body.length > maxBodyBytes) sent.destroy()
    })
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    response.on('close', () => resolve(undefined))
  })
  sent.on('error', () => resolve(undefined))
  sent.end()
  return promise
}

function readImage(body: string): EngineImage | undefined {
  try {
    const { Id: id, RepoTags: names } = JSON.parse(body) as { Id?: unknown; RepoTags?: unknown }
    if (typeof id !== 'string') return undefined
    return { id, names: Array.isArray(names) ? names.map(String) : [] }
  } catch {
    return undefined
  }
}
