import type { Readable } from 'node:stream'
import { fail, ok, type Result } from '../../model/result.ts'
import type { StatusError } from '../store/object-store.ts'

/** What is answered to a request. */
export type Answer = JsonAnswer | StreamAnswer | BytesAnswer

export interface JsonAnswer {
  readonly code: number
  /** An object is sent as JSON. */
  readonly body: object | string | Buffer
  /** Where it is not the usual one of such a body. */
  readonly contentType?: string
  /** For the user, in `Warning` headers. */
  readonly warnings?: readonly string[]
}

/** An answer of lines that go on until one side ends it. */
export interface StreamAnswer {
  readonly stream: (lines: LineWriter) => void
}

/** What a container has written, as it comes. */
export interface BytesAnswer {
  readonly bytes: Readable
}

export interface LineWriter {
  /** Writes an event as one line of JSON. */
  write(event: object): void
  end(): void
  /** Is aborted when the client has gone. */
  readonly signal: AbortSignal
}

export function json(
  body: object,
  code = 200,
  warnings: readonly string[] = [],
): Result<JsonAnswer, StatusError> {
  return ok({ code, body, ...(warnings.length > 0 && { warnings }) })
}

/** An error as the body of an answer. */
export function statusOf({ code, reason, message, details }: StatusError): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  }
}

/** That there is nothing at a path. */
export const noSuchPath = fail<StatusError>({
  code: 404,
  reason: 'NotFound',
  message: 'the server could not find the requested resource',
  details: {},
})

export function methodNotAllowed(): Result<never, StatusError> {
  return fail({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  })
}
