import type { IncomingMessage } from 'node:http'
import { parse as parseYaml } from 'yaml'
import { fail, ok, type Result } from '../../model/result.ts'
import { isObject, type JsonObject } from '../schema/types.ts'
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

export async function readRequest(message: IncomingMessage): Promise<Result<ApiRequest, StatusError>> {
  const body = await readBody(message)
  if (!body.ok) return body
  const { pathname, searchParams } = new URL(message.url ?? '/', 'https://sandbox')
  const { headers } = message
  return ok({
    method: message.method ?? 'GET',
    path: pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname,
    query: searchParams,
    accept: headers.accept ?? '',
    contentType: (headers['content-type'] ?? '').split(';')[0] ?? '',
    userAgent: headers['user-agent'] ?? '',
    body: body.value,
  })
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
  return isObject(parsed.value) ? ok(parsed.value) : fail(badRequest('the body is no object'))
}

export function fromJson(text: string): Result<unknown, StatusError> {
  try {
    return ok(JSON.parse(text))
  } catch (error) {
    return fail(badRequest(`error decoding the body as JSON: ${(error as Error).message}`))
  }
}

function fromProtobuf(bytes: Buffer): Result<JsonObject, StatusError> {
  try {
    return ok(decodeProtobuf(bytes))
  } catch (error) {
    return fail(badRequest(`error decoding protobuf: ${(error as Error).message}`))
  }
}

function fromYaml(text: string): Result<unknown, StatusError> {
  try {
    return ok(text.startsWith('{') ? JSON.parse(text) : parseYaml(text))
  } catch (error) {
    return fail(badRequest(`error decoding YAML: ${(error as Error).message}`))
  }
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
