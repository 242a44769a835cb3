import { fail, ok, type Result } from '../../../model/result.ts'
import { timerMs } from '../../../util/timer.ts'
import { onKindGone } from '../../store/custom-kinds.ts'
import type { ObjectStore, RecordedChange, StatusError, StoredObject } from '../../store/object-store.ts'
import { type Answer, type LineWriter, statusOf } from '../answer.ts'
import { type Form, formNames, formOf, representObject } from '../representation.ts'
import type { ApiRequest } from '../request.ts'
import { type Selection, selectionOf } from '../selection/selection.ts'
import type { Target } from '../target.ts'
import { expired, optionFault } from './list.ts'

/** How often a client that is sent nothing else hears to which version it is up to date, in milliseconds. */
const bookmarkMs = 60_000
const defaultWatchSeconds = 30 * 60

/** @param target with a name, where only one object is watched */
export function watch(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  const { kind, namespace, name } = target
  const selection = selectionOf(kind, request.query, namespace, name)
  if (!selection.ok) return selection
  const fault = optionFault(request.query)
  if (fault) return fail(fault)
  return ok({ stream: lines => new Watch(store, target, request, selection.value, lines).start() })
}

class Watch {
  readonly #store: ObjectStore
  readonly #target: Target
  readonly #request: ApiRequest
  readonly #form: Form
  readonly #selection: Selection
  readonly #lines: LineWriter

  constructor(
    store: ObjectStore,
    target: Target,
    request: ApiRequest,
    selection: Selection,
    lines: LineWriter,
  ) {
    this.#store = store
    this.#target = target
    this.#request = request
    this.#form = formOf(request)
    this.#selection = selection
    this.#lines = lines
  }

  start(): void {
    const { query } = this.#request
    const wantsBookmarks = query.get('allowWatchBookmarks') === 'true'
    if (!this.#catchUp(wantsBookmarks)) return
    const { resource, isCustom } = this.#target.kind
    const changes = this.#store.watch(resource, change => this.#send(change))
    const ending = isCustom ? onKindGone(this.#store, resource, () => this.#lines.end()) : undefined
    const bookmarks = wantsBookmarks ? setInterval(() => this.#bookmark(), bookmarkMs) : undefined
    const seconds = Number(query.get('timeoutSeconds')) || defaultWatchSeconds
    const timeout = setTimeout(
      () => {
        if (wantsBookmarks) this.#bookmark()
        this.#lines.end()
      },
      timerMs(seconds * 1_000),
    )
    this.#lines.signal.addEventListener('abort', () => {
      void changes.close()
      void ending?.close()
      clearInterval(bookmarks)
      clearTimeout(timeout)
    })
  }

  /** What there is already, or what has happened since the client's version. False: that is no longer known. */
  #catchUp(wantsBookmarks: boolean): boolean {
    const { query } = this.#request
    const since = query.get('resourceVersion') ?? ''
    const { resource } = this.#target.kind
    const wantsInitialEvents = query.get('sendInitialEvents') === 'true'
    if (since === '' || since === '0' || wantsInitialEvents) {
      for (const object of this.#store.list(resource, this.#selection.namespace)) {
        if (this.#selection.matches(object)) this.#event('ADDED', object)
      }
      if (wantsInitialEvents && wantsBookmarks) this.#bookmark({ 'k8s.io/initial-events-end': 'true' })
      return true
    }
    const changes = this.#store.changesSince(resource, Number(since))
    if (!changes) {
      const error = expired(`too old resource version: ${since} (${this.#store.version})`)
      this.#lines.write({ type: 'ERROR', object: statusOf(error) })
      this.#lines.end()
      return false
    }
    for (const change of changes) this.#send(change)
    return true
  }

  /** To who watches a selection, an object comes when it begins to match and goes when it no longer does. */
  #send({ type, object, previous }: RecordedChange): void {
    const matches = this.#selection.matches(object)
    const matched = previous !== undefined && this.#selection.matches(previous)
    if (type === 'DELETED') {
      if (matched || matches) this.#event('DELETED', object)
    } else if (matches) this.#event(matched ? 'MODIFIED' : 'ADDED', object)
    else if (matched) {
      const { resourceVersion } = object.metadata
      this.#event('DELETED', { ...previous, metadata: { ...previous.metadata, resourceVersion } })
    }
  }

  #event(type: string, object: StoredObject): void {
    this.#lines.write({ type, object: representObject(this.#target, this.#form, object, this.#request) })
  }

  #bookmark(annotations?: Readonly<Record<string, string>>): void {
    const resourceVersion = String(this.#store.version)
    const object = {
      ...formNames(this.#target, this.#form),
      metadata: { resourceVersion, creationTimestamp: null, ...(annotations && { annotations }) },
    }
    this.#lines.write({ type: 'BOOKMARK', object })
  }
}
