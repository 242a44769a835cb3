import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect as connectTcp, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { Backend } from '../../src/forward/backend.ts'
import { type ApiResult, type PodConnection, PodConnectionError } from '../../src/model/kube-api.ts'
import { ok } from '../../src/model/result.ts'

/** A server of this process in the part of a pod. */
export interface FakePod {
  readonly name: string
  readonly backend: Backend
  /** For its events. */
  readonly server: Server
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>
  /** The process is gone: its connections break, and new ones are refused. */
  kill(): Promise<void>
}

/** Ends a pod with the test that started it. */
export async function keep(starting: Promise<FakePod>): Promise<FakePod> {
  const pod = await starting
  onTestFinished(() => pod.kill())
  return pod
}

let created = 0

export async function startPod(server: Server): Promise<FakePod> {
  const name = `pod-${++created}`
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    name,
    server,
    backend: { namespace: 'default', pod: name, uid: name, port, run: '1' },
    sockets,
    async kill() {
      const closed = new Promise(resolve => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

export function startHttpPod(handle: RequestListener): Promise<FakePod> {
  return startPod(createHttpServer(handle))
}

/** A port-forward to a fake pod. As with a real one, that nothing listens shows only after it was opened. */
export function connectFakePod(backend: Backend): Promise<ApiResult<PodConnection>> {
  return Promise.resolve(ok(new FakePodConnection(backend.port)))
}

class FakePodConnection extends Duplex {
  readonly #socket: Socket

  constructor(port: number) {
    super({ allowHalfOpen: false, readableHighWaterMark: 65_536, writableHighWaterMark: 65_536 })
    this.#socket = connectTcp({ host: '127.0.0.1', port, allowHalfOpen: true })
    this.#socket.on('data', chunk => this.push(chunk) || this.#socket.pause())
    this.#socket.on('end', () => this.push(null))
    this.#socket.on('error', (error: NodeJS.ErrnoException) =>
      this.destroy(new PodConnectionError(error.message, error.code === 'ECONNREFUSED')),
    )
    this.#socket.on('close', () => this.destroy())
  }

  override _read() {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void) {
    // What a pod that is gone was sent is lost without a word, as behind a real port-forward.
    this.#socket.write(chunk, () => done())
  }

  override _final(done: () => void) {
    this.#socket.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void) {
    this.#socket.destroy()
    done(error)
  }
}
