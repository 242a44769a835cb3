import { announcedBody, type Body, type Head, HttpMessage, hasConnectionOption } from './http-message.ts'

export type Phase =
  /** Nothing is under way: the next bytes of the client may go to another pod. */
  | 'between'
  /** A request or its answer is under way, and belongs to the pod that has it. */
  | 'during'
  /** Not HTTP/1 so far, or no longer (a WebSocket): nothing is known of where anything begins or ends. */
  | 'stream'

const nothing = Buffer.alloc(0)
const interimStatus = /^1\d\d$/
const bodilessStatus = /^(204|304)$/
/** The idempotent methods, which a proxy may send again by itself (RFC 9110, 9.2.2). */
const repeatableMethod = /^(GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/

/**
 * Follows the requests and answers of one client's connection. A kept-alive HTTP/1 connection has points at which
 * nothing is under way; there the pod behind it can be exchanged without the client noticing.
 */
export class Exchange {
  #method: string | undefined
  #isOldVersion = false
  #isLast = false
  #hasBegun = false
  #isStream = false
  #wasCompleted = false
  #request = this.#newRequest()
  #answer = this.#newAnswer()

  get phase(): Phase {
    if (this.#isStream) return 'stream'
    if (!this.#hasBegun) return 'between'
    return this.#method === undefined ? 'stream' : 'during'
  }

  /** At least one request of this connection was answered to the end. */
  get wasCompleted(): boolean {
    return this.#wasCompleted
  }

  /** What the client has sent of its request may be sent a second time, to another pod, by the rules of HTTP. */
  get isRepeatable(): boolean {
    if (this.#isStream) return false
    // No application acts on a part of a head; that it is one is known from the requests before it.
    if (this.#method === undefined) return this.#wasCompleted
    return repeatableMethod.test(this.#method)
  }

  /** Whether the pod may end here: no answer is cut short by it that could be known to be incomplete. */
  get mayEnd(): boolean {
    return this.phase !== 'during' || this.#answer.isComplete || this.#answer.isUnknown
  }

  /**
   * Takes in bytes of the client. Returns those that belong to the next request (pipelining), which has to wait until
   * this one is answered: they are to be given here again.
   */
  fromClient(bytes: Buffer): Buffer {
    if (this.#isStream) return nothing
    this.#hasBegun = true
    const next = this.#request.read(bytes)
    if (this.#request.isUnknown) {
      this.#isStream = true
      return nothing
    }
    this.#completeWhenBoth()
    return next
  }

  fromPod(bytes: Buffer) {
    if (this.#isStream) return
    // A pod that speaks first, or answers what is no head of a request, speaks another protocol.
    const unasked = this.#method === undefined ? bytes : this.#answer.read(bytes)
    if (unasked.length > 0 && !this.#answer.isUnknown) this.#isStream = true
    else this.#completeWhenBoth()
  }

  #completeWhenBoth() {
    if (!this.#request.isComplete || !this.#answer.isComplete || this.#isLast || this.#isStream) return
    this.#wasCompleted = true
    this.#hasBegun = false
    this.#method = undefined
    this.#request = this.#newRequest()
    this.#answer = this.#newAnswer()
  }

  #newRequest(): HttpMessage {
    return new HttpMessage(head => {
      const [, method, minor] = /^(\S+) \S+ HTTP\/1\.([01])$/.exec(head.startLine) ?? []
      if (method === undefined) return { kind: 'unknown' }
      this.#method = method
      this.#isOldVersion = minor === '0'
      this.#isLast = this.#announcesLast(head)
      return announcedBody(head) ?? { kind: 'none' }
    })
  }

  #newAnswer(): HttpMessage {
    return new HttpMessage(head => this.#bodyOfAnswer(head))
  }

  #bodyOfAnswer(head: Head): Body {
    const [, minor, status] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(head.startLine) ?? []
    const isAccepted = status === '101' || (this.#method === 'CONNECT' && status?.startsWith('2'))
    if (status === undefined || isAccepted) {
      this.#isStream = true
      return { kind: 'unknown' }
    }
    if (interimStatus.test(status)) return { kind: 'interim' }
    this.#isOldVersion ||= minor === '0'
    this.#isLast ||= this.#announcesLast(head)
    if (this.#method === 'HEAD' || bodilessStatus.test(status)) return { kind: 'none' }
    return announcedBody(head) ?? { kind: 'unknown' }
  }

  /** Whether the connection ends with this exchange (RFC 9112, 9.3). */
  #announcesLast(head: Head): boolean {
    return this.#isOldVersion ? !hasConnectionOption(head, 'keep-alive') : hasConnectionOption(head, 'close')
  }
}
