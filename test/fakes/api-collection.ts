import type { ServerResponse } from 'node:http'
import type { KubeObject } from '../../src/model/kube.ts'
import { type FakeApiServer, type FakeRequest, sendJson } from './api-server.ts'

interface Happening {
  readonly version: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubeObject
}

/** ConfigMaps that a fake API server lists and watches, with a history that it may forget. */
export class FakeCollection {
  static readonly path = '/api/v1/configmaps'
  /** What a watch says next is that nothing comes: as where a virtual machine froze. */
  isSilent = false
  lists = 0
  readonly #objects = new Map<string, KubeObject>()
  readonly #watches = new Set<ServerResponse>()
  #history: Happening[] = []
  #version = 100
  #forgottenUpTo = 0
  #watchCount = 0
  #waiting: { count: number; resolve: () => void }[] = []

  constructor(server: FakeApiServer) {
    server.on('GET', FakeCollection.path, (request, response) => {
      if (request.query.has('watch')) this.#watch(request, response)
      else this.#list(response)
    })
  }

  get openWatches(): number {
    return this.#watches.size
  }

  /** Resolves once the server has been asked for so many watches since it began. */
  watchesOpened(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ count, resolve })
    this.#tellWaiting()
    return promise
  }

  put(name: string): KubeObject {
    const type = this.#objects.has(name) ? 'MODIFIED' : 'ADDED'
    const version = ++this.#version
    const metadata = { name, uid: `uid-${name}`, resourceVersion: String(version) }
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata }
    this.#objects.set(name, object)
    this.#happen({ version, type, object })
    return object
  }

  remove(name: string): void {
    const object = this.#objects.get(name)
    if (!object) throw new Error(`there is no ${name}`)
    const version = ++this.#version
    const metadata = { ...object.metadata, resourceVersion: String(version) }
    this.#objects.delete(name)
    this.#happen({ version, type: 'DELETED', object: { ...object, metadata } })
  }

  /** Says how far it is, on every watch. */
  bookmark(): void {
    const metadata = { resourceVersion: String(this.#version) }
    this.#send({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata } })
  }

  /** Forgets what has happened, as after a compaction. */
  forgetHistory(): void {
    this.#history = []
    this.#forgottenUpTo = ++this.#version
  }

  /** Ends every watch as at the end of its time. */
  endWatches(): void {
    for (const watch of this.#watches) watch.end()
    this.#watches.clear()
  }

  /** Says the same thing again on every watch. */
  repeat(object: KubeObject): void {
    this.#send({ type: 'MODIFIED', object })
  }

  #happen(happening: Happening): void {
    this.#history.push(happening)
    this.#send({ type: happening.type, object: happening.object })
  }

  #send(event: object): void {
    if (this.isSilent) return
    for (const watch of this.#watches) watch.write(`${JSON.stringify(event)}\n`)
  }

  #list(response: ServerResponse): void {
    this.lists++
    // As on the real server, the items of a list do not say what they are.
    const items = [...this.#objects.values()].map(({ metadata }) => ({ metadata }))
    sendJson(response, {
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(this.#version) },
      items,
    })
  }

  #watch({ query }: FakeRequest, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    this.#watchCount++
    this.#tellWaiting()
    if (from < this.#forgottenUpTo) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`)
      return
    }
    this.#watches.add(response)
    response.once('close', () => this.#watches.delete(response))
    if (this.isSilent) return
    for (const { version, type, object } of this.#history) {
      if (version > from) response.write(`${JSON.stringify({ type, object })}\n`)
    }
  }

  #tellWaiting(): void {
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.#watchCount < count) return true
      resolve()
      return false
    })
  }
}
