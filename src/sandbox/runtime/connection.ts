import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { fail, ok, type Result } from '../../model/result.ts'
import type { InitClient } from './init-client.ts'
import { startWithPipes } from './program.ts'

/** Milliseconds for which a pod may leave a connection unanswered. */
const connectMs = 10_000

/**
 * A connection to a port of a pod. What listens on the pod's own address is reached as it is; what listens for the pod only, as
 * development servers do, is reached from within, as `kubectl port-forward` reaches it.
 */
export async function connectToPod(
  init: InitClient,
  pod: { readonly id: string; readonly ip: string },
  port: number,
  signal: AbortSignal,
): Promise<Result<Duplex>> {
  const direct = init.isInside ? await connectDirectly(pod.ip, port, signal) : undefined
  if (direct) return ok(direct)
  if (signal.aborted) return fail({ code: 'sandbox/connection', message: 'cancelled' })
  const started = await startWithPipes(init, [0, 1], 'dial', [pod.id, port])
  if (!started.ok) return fail({ code: 'sandbox/connection', message: started.failure })
  const { id, streams, ended } = started.value
  const [input, output] = [streams.get(0), streams.get(1)]
  if (!input || !output) throw new Error('a connection has two pipes')
  const connection = join(input, output)
  connection.once('close', () => void init.ask('kill', id, 'KILL').catch(() => {}))
  void ended.then(() => input.destroy())
  if (signal.aborted) connection.destroy()
  return ok(connection)
}

async function connectDirectly(ip: string, port: number, signal: AbortSignal): Promise<Socket | undefined> {
  const socket = connect({ host: ip, port, noDelay: true, allowHalfOpen: true })
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(connectMs)]) })
    return socket
  } catch {
    socket.destroy()
    return undefined
  }
}

/** One stream of two pipes. What is written when nobody reads any more is lost, as on any connection. */
function join(input: Socket, output: Socket): Duplex {
  const connection = new Duplex({
    read: () => void output.resume(),
    write: (chunk, encoding, done) => void input.write(chunk, encoding, () => done()),
    final: done => void input.end(() => done()),
    destroy(error, done) {
      input.destroy()
      output.destroy()
      done(error)
    },
  })
  output.on('data', chunk => {
    if (!connection.push(chunk)) output.pause()
  })
  output.once('close', () => connection.push(null))
  return connection
}
