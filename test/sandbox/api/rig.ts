import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { KubeClient } from '../../../src/cluster/client.ts'
import { readCredentials } from '../../../src/cluster/credentials.ts'
import { Transport } from '../../../src/cluster/transport.ts'
import { type ClusterCertificates, clusterCertificates } from '../../../src/sandbox/api/certificates.ts'
import type { PodStreams } from '../../../src/sandbox/api/pod-streams.ts'
import { type ApiServer, createApiServer } from '../../../src/sandbox/api/server.ts'
import { createStore } from '../../../src/sandbox/store/create-store.ts'
import type { ObjectStore } from '../../../src/sandbox/store/object-store.ts'
import { kubeContext } from '../../fakes/kubeconfig.ts'

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  /** Sent as JSON; a text or bytes as they are. */
  readonly body?: object | string | Buffer
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what the server answers
  readonly body: any
}

/** A server of its own for a test, with devloop's own client. */
export class Rig {
  readonly store: ObjectStore
  readonly server: ApiServer
  readonly certificates: ClusterCertificates
  readonly port: number
  readonly client: KubeClient
  /** What the server calls a fault of its own. */
  readonly bugs: unknown[]
  readonly #folder: string

  private constructor(
    store: ObjectStore,
    server: ApiServer,
    certificates: ClusterCertificates,
    port: number,
    folder: string,
    bugs: unknown[],
  ) {
    this.bugs = bugs
    this.store = store
    this.server = server
    this.certificates = certificates
    this.port = port
    this.#folder = folder
    this.client = new KubeClient(new Transport(`https://127.0.0.1:${port}`, credentialsOf(certificates)))
  }

  static async start(streams?: PodStreams): Promise<Rig> {
    const folder = await mkdtemp(path.join(tmpdir(), 'devloop-sandbox-api-'))
    const certificates = await clusterCertificates(folder)
    const store = createStore()
    const bugs: unknown[] = []
    const onBug = (error: unknown) => void bugs.push(error)
    const token = 'a-token'
    const server = createApiServer({ store, certificates, token, onBug, ...(streams && { streams }) })
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
    return new Rig(store, server, certificates, port, folder, bugs)
  }

  async stop(): Promise<void> {
    await this.client.close()
    await this.server.close()
    await rm(this.#folder, { recursive: true })
  }

  /** One request, and its whole answer. */
  async call(method: string, place: string, options: CallOptions = {}): Promise<Answer> {
    const response = await this.open(method, place, options)
    const content = await text(response)
    const isJson = response.headers['content-type']?.includes('json')
    return {
      code: response.statusCode ?? 0,
      headers: response.headers,
      text: content,
      body: isJson && !content.includes('}\n{') ? JSON.parse(content) : undefined,
    }
  }

  /** One request, and its answer from the beginning on. */
  open(method: string, place: string, options: CallOptions = {}): Promise<IncomingMessage> {
    const { query = {}, body, type = 'application/json', headers } = options
    const url = new URL(`https://127.0.0.1:${this.port}${place}`)
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, one)
    }
    const content = typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body
    return new Promise((resolve, reject) => {
      const outgoing = request(url, {
        method,
        ca: this.certificates.authority,
        cert: this.certificates.client.certificate,
        key: this.certificates.client.key,
        agent: false,
        headers: { ...(content !== undefined && { 'content-type': type }), ...headers },
      })
      outgoing.once('response', resolve)
      outgoing.once('error', reject)
      outgoing.end(content)
    })
  }
}

function credentialsOf({ authority, client }: ClusterCertificates) {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const credentials = readCredentials(
    kubeContext({
      cluster: { 'certificate-authority-data': base64(authority) },
      user: {
        'client-certificate-data': base64(client.certificate),
        'client-key-data': base64(client.key),
      },
    }),
  )
  if (!credentials.ok) throw new Error(credentials.failure.message)
  return credentials.value
}
