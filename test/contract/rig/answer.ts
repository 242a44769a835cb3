import type { IncomingHttpHeaders } from 'node:http'

/** An object as the API gives it; `textAt` and its like read further in. */
export interface ApiObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid: string
    readonly resourceVersion: string
    readonly generation?: number
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** What the server answered to one request, whatever it is. */
export class Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** What the text says; undefined where it is no JSON. */
  readonly body: unknown

  constructor(status: number, headers: IncomingHttpHeaders, text: string) {
    this.status = status
    this.headers = headers
    this.text = text
    this.body = parsed(text)
  }

  /** The object that a request gave which had to succeed; throws what the server said where it did not. */
  get object(): ApiObject {
    if (this.status >= 300) throw new Error(`the server answered ${this.status}: ${this.text.trim()}`)
    return this.body as ApiObject
  }

  /** The same of a list. */
  get items(): readonly ApiObject[] {
    return valueAt(this.object, 'items') as readonly ApiObject[]
  }
}

/** @param path `status.podIPs.0.ip`; what is not there is undefined */
export function valueAt(object: object, path: string): unknown {
  let value: unknown = object
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** As `valueAt`, of what has to be there and a text. */
export function textAt(object: object, path: string): string {
  const value = valueAt(object, path)
  if (typeof value !== 'string') throw new Error(`${path} is no text: ${JSON.stringify(value)}`)
  return value
}

export function namesOf(objects: readonly ApiObject[]): string[] {
  return objects.map(({ metadata }) => metadata.name)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
