import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net'
import { type Gateway, openGateway } from '../../src/forward/gateway.ts'
import type { Trouble } from '../../src/forward/pod-search.ts'
import { connectFakePod, type FakePod } from './fake-pods.ts'

/** A gateway on a free local port, with pods that a test exchanges. */
export interface Rig extends AsyncDisposable {
  readonly port: number
  readonly gateway: Gateway
  readonly troubles: readonly Trouble[]
  /** Pods that were connected to, by name, in order. */
  readonly connected: readonly string[]
  /** From now on new connections go to this pod; to none while it is `undefined`. */
  offer(pod: FakePod | undefined): void
  /** Resolves at the next connection to a pod. */
  nextConnection(): Promise<void>
  client(): Promise<Socket>
}

export async function openRig(first?: FakePod): Promise<Rig> {
  let offered = first
  const events = new EventEmitter()
  const troubles: Trouble[] = []
  const connected: string[] = []
  const port = await freePort()
  const opened = await openGateway('127.0.0.1', port, {
    pick: () => offered?.backend,
    connect: backend => {
      connected.push(backend.pod)
      events.emit('connected')
      return connectFakePod(backend)
    },
    onTrouble: trouble => troubles.push(trouble),
    onAnswer: () => {},
  })
  if (!opened.ok) throw opened.failure
  const gateway = opened.value
  return {
    port,
    gateway,
    troubles,
    connected,
    offer(pod) {
      offered = pod
      gateway.backendsChanged()
    },
    async nextConnection() {
      await once(events, 'connected')
    },
    async client() {
      const socket = connectTcp({ host: '127.0.0.1', port, allowHalfOpen: true })
      await once(socket, 'connect')
      return socket
    },
    [Symbol.asyncDispose]: () => gateway.close(),
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Reads until the text is there, and returns all that was read. */
export function readUntil(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = ''
    const onData = (chunk: Buffer) => {
      read += chunk.toString('latin1')
      if (!read.includes(text)) return
      stop()
      resolve(read)
    }
    const onClose = () => {
      stop()
      reject(new Error(`closed after ${JSON.stringify(read)}`))
    }
    const stop = () => {
      socket.off('data', onData)
      socket.off('close', onClose)
    }
    socket.on('data', onData)
    socket.on('close', onClose)
  })
}

/** Reads to the end; `isReset` where the connection broke. */
export function readAll(socket: Socket): Promise<{ readonly text: string; readonly isReset: boolean }> {
  return new Promise(resolve => {
    let text = ''
    let isReset = false
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
    })
    socket.on('error', () => {
      isReset = true
    })
    socket.on('end', () => socket.end())
    socket.on('close', () => resolve({ text, isReset }))
  })
}
