import type { ServerResponse } from 'node:http'
import type { Failure } from '../model/failure.ts'

/** One answer: a status of HTTP, and what is sent as JSON. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Lines of JSON for as long as there are some. */
export interface StreamedAnswer {
  /** Called with headers sent. Ends the response, or leaves that to its reader or the end of `up`. */
  readonly stream: (response: ServerResponse) => void | Promise<void>
}

export function answer(body: unknown): Answer {
  return { status: 200, body }
}

/** A request that is not carried out; it has changed nothing. */
export function refusal(status: number, message: string): Answer {
  return refused(status, {
    code: 'control/request',
    message,
    cure: 'docs/control-api.md says what is understood.',
  })
}

export function refused(status: number, failure: Failure): Answer {
  return { status, body: { failure } }
}
