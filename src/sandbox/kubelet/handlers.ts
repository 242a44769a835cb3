import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import { fail, ok, type Result } from '../../model/result.ts'
import type { ContainerDefinition, HttpGet } from '../kinds/pod.ts'
import type { Container, PodNamespaces } from '../runtime/container-runtime.ts'

/** What a probe or a hook does; a failure is its reason in the kubelet's words. */
export type HandlerResult = Result<string, string>

/** A running container, as probes and hooks reach it. */
export interface HandlerTarget {
  readonly namespaces: PodNamespaces
  readonly container: Container
  readonly definition: ContainerDefinition
}

/** As much of what a command or a server says is kept. */
const maxOutputBytes = 10 * 1024

/** Runs a command in the container; succeeds with exit code 0. */
export async function runCommand(
  { container }: HandlerTarget,
  command: readonly string[],
  signal: AbortSignal,
): Promise<HandlerResult> {
  const process = await container.exec({ command, hasStdin: false, hasTty: false, signal })
  if (!process.ok) return fail(process.failure.message)
  const { stdout, stderr, exited } = process.value
  // Also of its output: what it has started and left behind may hold that open.
  const end = () => void process.value.close()
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  const [out, err, { exitCode }] = await Promise.all([
    readStart(stdout),
    stderr ? readStart(stderr) : '',
    exited,
  ])
  signal.removeEventListener('abort', end)
  await process.value.close()
  if (signal.aborted) return fail(`command ${JSON.stringify(command.join(' '))} timed out`)
  return exitCode === 0 ? ok(out + err) : fail(out + err || `command ended with exit code ${exitCode}`)
}

/** Asks a server in the pod; succeeds with a status from 200 to 399. */
export async function getHttp(
  target: HandlerTarget,
  { path = '/', port, host, scheme = 'HTTP', httpHeaders = [] }: HttpGet,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const number = portNumber(target.definition, port)
  if (number === undefined) return fail(`the container has no port of the name ${port}`)
  const address = host ?? target.namespaces.ip
  const url = `${scheme.toLowerCase()}://${address}:${number}${path.startsWith('/') ? path : `/${path}`}`
  const opened = await open(target, number, host, signal)
  if (!opened.ok) return fail(`Get "${url}": ${opened.failure}`)
  const socket =
    scheme === 'HTTPS' ? tlsConnect({ socket: opened.value, rejectUnauthorized: false }) : opened.value
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]))
  const answered = new Promise<HandlerResult>(resolve => {
    const request = httpRequest(
      url.replace(/^https/, 'http'),
      {
        createConnection: () => socket,
        headers: { Host: `${address}:${number}`, 'User-Agent': 'kube-probe/1.32', Accept: '*/*', ...headers },
        signal,
      },
      response => {
        response.resume()
        const status = response.statusCode ?? 0
        const isFine = status >= 200 && status < 400
        resolve(isFine ? ok('') : fail(`HTTP probe failed with statuscode: ${status}`))
        socket.destroy()
      },
    )
    request.on('error', error => {
      const why = signal.aborted
        ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        : error.message
      resolve(fail(`Get "${url}": ${why}`))
      socket.destroy()
    })
    request.end()
  })
  // What no request can be made of: a line end in a header, for instance.
  return answered.catch(({ message }: Error) => {
    socket.destroy()
    return fail(`Get "${url}": ${message}`)
  })
}

/** Opens a connection to the pod, and closes it. */
export async function openTcp(
  target: HandlerTarget,
  { port, host }: { readonly port: number | string; readonly host?: string },
  signal: AbortSignal,
): Promise<HandlerResult> {
  const number = portNumber(target.definition, port)
  if (number === undefined) return fail(`the container has no port of the name ${port}`)
  const opened = await open(target, number, host, signal)
  if (!opened.ok) return opened
  opened.value.destroy()
  return ok('')
}

/** Never by the pod's own loopback: what listens there only, nobody else reaches either. */
function open(
  { namespaces }: HandlerTarget,
  port: number,
  host = namespaces.ip,
  signal: AbortSignal,
): Promise<Result<Socket, string>> {
  return new Promise(resolve => {
    const socket = connect({ port, host, signal, noDelay: true })
    socket.once('connect', () => resolve(ok(socket)))
    socket.on('error', () => {
      const why = signal.aborted ? 'i/o timeout' : 'connect: connection refused'
      resolve(fail(`dial tcp ${host}:${port}: ${why}`))
    })
  })
}

function portNumber({ ports = [] }: ContainerDefinition, port: number | string): number | undefined {
  if (typeof port === 'number') return port
  return ports.find(({ name }) => name === port)?.containerPort
}

/** The beginning of what is said; the rest is read, so that nobody is held up. */
async function readStart(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (size < maxOutputBytes) chunks.push(chunk)
      size += chunk.length
    }
  } catch {
    // What was said until it broke off counts.
  }
  return Buffer.concat(chunks).subarray(0, maxOutputBytes).toString()
}
