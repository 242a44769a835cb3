import type { ApiError } from '../model/kube-api.ts'

/** What the server answers a request that it does not carry out (`meta/v1` Status), as far as it is looked into. */
interface Status {
  readonly kind?: unknown
  readonly message?: unknown
  readonly reason?: unknown
  readonly details?: {
    readonly causes?: readonly { readonly field?: string; readonly message?: string }[]
  } | null
}

/** Turns an answer of a status other than 2xx into an error. */
export function errorOfAnswer(status: number, body: string): ApiError {
  const answer = parseStatus(body)
  const words = typeof answer?.message === 'string' ? answer.message : body
  const causes = causesOf(answer, words)
  return {
    kind: isSchemaFault(words) ? 'invalid' : (kindByStatus[status] ?? 'other'),
    status,
    message: oneLine(words) || `HTTP status ${status}`,
    ...(causes.length > 0 && { causes }),
  }
}

const kindByStatus: Readonly<Record<number, ApiError['kind']>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  408: 'timeout',
  409: 'conflict',
  413: 'invalid',
  422: 'invalid',
  502: 'unreachable',
  503: 'unreachable',
  504: 'timeout',
}

/** Turns a failure to get any answer into an error, in words that say what to look at. */
export function errorOfConnection(error: Error): ApiError {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) return { kind: 'other', message: oneLine(error.message) }
  return { kind: 'unreachable', message: connectionWords[code] ?? oneLine(error.message) }
}

const connectionWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens at that address',
  ECONNRESET: 'the connection was closed before an answer came',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ETIMEDOUT: 'the host did not answer in time',
  EPROTO: 'what answers there does not speak TLS: is the address one of https?',
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet: is the clock right?",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is not the one that the kubeconfig trusts",
  SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate is not one that the kubeconfig trusts",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the server's certificate is not one that the kubeconfig trusts",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the server's certificate is not one that the kubeconfig trusts",
  CERT_SIGNATURE_FAILURE: "the server's certificate is not one that the kubeconfig trusts",
}

/** A field that the schema does not have is the user's fault, yet server-side apply answers it with status 500. */
function isSchemaFault(message: string): boolean {
  return /field not declared in schema|failed to create typed patch object|strict decoding error/.test(
    message,
  )
}

function causesOf(answer: Status | undefined, words: string): { field?: string; message: string }[] {
  const causes = (answer?.details?.causes ?? []).map(({ field, message = '' }) => ({
    ...(field && { field }),
    message: oneLine(message),
  }))
  return causes.length > 0 ? causes : schemaCauses(words)
}

/** Faults of single fields that the server tells in its message only: one a line, or one after another. */
function schemaCauses(words: string): { field: string; message: string }[] {
  if (!isSchemaFault(words)) return []
  const typed = [...words.matchAll(/(?:^|\s)\.([^\s:]+): ([^\n]+)/g)]
  const strict = [...words.matchAll(/(unknown|duplicate) field "([^"]+)"/g)]
  return [
    ...typed.map(([, field = '', message = '']) => ({ field, message: oneLine(message) })),
    ...strict.map(([, problem, field = '']) => ({ field, message: `${problem} field` })),
  ]
}

function parseStatus(body: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Status) : undefined
  } catch {
    return undefined
  }
}

const maxMessageLength = 1_000

/** Without line breaks, and of at most 1,000 characters. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, maxMessageLength)
}
