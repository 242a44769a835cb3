import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import { text } from 'node:stream/consumers'
import { readCredentials } from '../../../src/cluster/credentials.ts'
import { loadContext } from '../../../src/cluster/kubeconfig.ts'
import { Answer } from './answer.ts'

/** The kubeconfig of the cluster that the suite runs against. */
export const kubeconfig = kubeconfigOf(process.env)
const context = succeeded(loadContext({ kubeconfig, env: process.env }))
const credentials = succeeded(readCredentials(context))
const agent = new Agent({ keepAlive: true })
const answerTimeoutMs = 30_000

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface CallOptions {
  readonly query?: Query
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown
  /** The media type of the body. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** One request, and its whole answer. */
export async function call(method: Method, path: string, options: CallOptions = {}): Promise<Answer> {
  const signal = AbortSignal.timeout(answerTimeoutMs)
  const answer = await openStream(method, path, { ...options, signal })
  return new Answer(answer.statusCode ?? 0, answer.headers, await text(answer))
}

/** The same as someone that the server does not know, but for what the headers say. */
export async function callAsNobody(path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const { ca } = await requestOptions()
  const outgoing = request(urlOf(path), { ...(ca && { ca }), agent: false, headers })
  outgoing.end()
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  return new Answer(answer.statusCode ?? 0, answer.headers, await text(answer))
}

/** One request, and its answer from the beginning on; the signal destroys it. */
export async function openStream(
  method: Method,
  path: string,
  { query = {}, body, type = 'application/json', headers, signal }: CallOptions & { signal: AbortSignal },
): Promise<IncomingMessage> {
  const options = await requestOptions()
  const content = typeof body === 'string' ? body : JSON.stringify(body)
  const outgoing = request(urlOf(path, query), {
    ...options,
    method,
    signal,
    headers: {
      accept: 'application/json',
      ...(content !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
      ...(options.headers as Record<string, string>),
      ...headers,
    },
  })
  outgoing.end(content)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  return answer
}

export function urlOf(path: string, query: Query = {}): URL {
  const url = new URL(`${context.server}${path}`)
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one))
  }
  return url
}

/** Who the suite is to the server; a WebSocket takes them too. */
export async function requestOptions(): Promise<RequestOptions> {
  return { agent, ...succeeded(await credentials.requestOptions()) }
}

function kubeconfigOf(env: NodeJS.ProcessEnv): string {
  const path = env.DEVLOOP_CONTRACT_KUBECONFIG ?? env.DEVLOOP_E2E_KUBECONFIG
  if (!path) throw new Error('DEVLOOP_CONTRACT_KUBECONFIG names no kubeconfig: run `npm run test:contract`')
  return path
}

function succeeded<T>(result: { ok: true; value: T } | { ok: false; failure: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}
