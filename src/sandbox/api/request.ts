import type { IncomingMessage } from 'node:http'
import { parse as parseYaml } from 'yaml'
import { fail, ok, type Result } from '../../model/result.ts'
import { isRecord } from '../../util/is-record.ts'
import type { JsonObject } from '../schema/types.ts'
import type { StatusError } from '../store/object-store.ts'
import { badRequest } from '../store/status-errors.ts'
import { decodeProtobuf, protobufType } from './protobuf.ts'

/** A request with all of its body. */
export interface ApiRequest {
  readonly method: string
  /** Without the query: `/api/v1/pods`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly accept: string
  readonly contentType: string
  readonly userAgent: string
  readonly body: Buffer
}

/** As the real server: an object of etcd has at most 1.5 MB, and a request twice as much. */
const maxBodyBytes = 3 * 1024 * 1024
/** More than any manifest has, and less than what a recursion takes. */
const maxBodyDepth = 1_000

export async function readRequest(message: IncomingMessage): Promise<Result<ApiRequest, StatusError>> {
  const body = await readBody(message)
  if (!body.ok) return body
  const address = addressOf(message)
  if (!address.ok) return address
  const { headers } = message
  return ok({
    ...address.value,
    method: message.method ?? 'GET',
    accept: headers.accept ?? '',
    contentType: (headers['content-type'] ?? '').split(';')[0] ?? '',
    userAgent: headers['user-agent'] ?? '',
    body: body.value,
  })
}

/** What a request is about. Its path can be decoded. */
export function addressOf({
  url = '/',
}: IncomingMessage): Result<Pick<ApiRequest, 'path' | 'query'>, StatusError> {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  try {
    decodeURIComponent(path)
  } catch {
    return fail(badRequest(`the path is no part of a URL: ${path}`))
  }
  const query = new URLSearchParams(end < 0 ? '' : url.slice(end + 1))
  return ok({ path: path.length > 1 ? path.replace(/\/$/, '') : path, query })
}

/** The body as an object; JSON is YAML, too. */
export function parseBody({ body: bytes, contentType }: ApiRequest): Result<JsonObject, StatusError> {
  if (contentType === protobufType) return fromProtobuf(bytes)
  const body = bytes.toString('utf8')
  if (!/^$|json|yaml/.test(contentType)) {
    const message = `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf`
    return fail({ code: 415, reason: 'UnsupportedMediaType', message })
  }
  const parsed = contentType.includes('yaml') ? fromYaml(body) : fromJson(body)
  if (!parsed.ok) return parsed
  return isRecord(parsed.value) ? ok(parsed.value) : fail(badRequest('the body is no object'))
}

export function fromJson(text: string): Result<unknown, StatusError> {
  try {
    return withoutFault(JSON.parse(text))
  } catch (error) {
    return fail(badRequest(`error decoding the body as JSON: ${(error as Error).message}`))
  }
}

function fromProtobuf(bytes: Buffer): Result<JsonObject, StatusError> {
  try {
    return withoutFault(decodeProtobuf(bytes))
  } catch (error) {
    return fail(badRequest(`error decoding protobuf: ${(error as Error).message}`))
  }
}

function fromYaml(text: string): Result<unknown, StatusError> {
  // Most of it is JSON, which is read much faster.
  const json = text.startsWith('{') ? fromJson(text) : undefined
  if (json?.ok) return json
  try {
    return withoutFault(parseYaml(text))
  } catch (error) {
    return fail(badRequest(`error decoding YAML: ${(error as Error).message}`))
  }
}

function withoutFault<T>(value: T): Result<T, StatusError> {
  const fault = bodyFault(value, maxBodyDepth)
  return fault === undefined ? ok(value) : fail(badRequest(fault))
}

/** What of a body nothing may be made of, though it can be read. @param depth how many levels it may have */
function bodyFault(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === 0) return `the body is nested deeper than ${maxBodyDepth} levels`
  if (Object.hasOwn(value, '__proto__')) return 'the key "__proto__" is not taken by the sandbox'
  for (const inner of Object.values(value)) {
    const fault = bodyFault(inner, depth - 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

async function readBody(message: IncomingMessage): Promise<Result<Buffer, StatusError>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBodyBytes) {
      return fail({
        code: 413,
        reason: 'RequestEntityTooLarge',
        message: `Request entity too large: limit is ${maxBodyBytes}`,
      })
    }
    chunks.push(chunk)
  }
  return ok(Buffer.concat(chunks))
}
