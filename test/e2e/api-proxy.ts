import { readFile, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { HelloProject } from './project.ts'

/** Stands between devloop and the API server, and makes the server unreachable or silent. */
export interface ApiProxy extends AsyncDisposable {
  /** Writes a kubeconfig that leads through the proxy. */
  writeKubeconfig(original: string, target: string): Promise<void>
  /** Nothing listens any more, and what was open is cut. */
  cut(): Promise<void>
  restore(): Promise<void>
  /** Takes connections and bytes, and passes nothing on. */
  stall(): void
}

/** Puts a proxy between a project and the cluster; `env` leads the binary through it. */
export async function proxied(project: HelloProject) {
  const original = process.env.DEVLOOP_E2E_KUBECONFIG ?? ''
  const proxy = await startApiProxy(original)
  await proxy.writeKubeconfig(original, project.file('kubeconfig'))
  await project.write('.dockerignore', 'kubeconfig\n')
  return { proxy, env: { ...project.env, KUBECONFIG: project.file('kubeconfig') } }
}

/** @param kubeconfig the one whose server it leads to */
export async function startApiProxy(kubeconfig: string): Promise<ApiProxy> {
  const text = await readFile(kubeconfig, 'utf8')
  const url = new URL(/https:\/\/[^\s",}]+/.exec(text)?.[0] ?? '')
  const sockets = new Set<Socket>()
  let isStalled = false
  let server: Server | undefined
  let port = 0

  const accept = (client: Socket) => {
    const upstream = connect(Number(url.port), url.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.on('data', part => isStalled || upstream.write(part)).on('close', () => upstream.destroy())
    upstream.on('data', part => isStalled || client.write(part)).on('close', () => client.destroy())
  }
  const listen = async () => {
    const opened = createServer(accept).listen(port, '127.0.0.1')
    await new Promise((resolve, reject) => opened.once('listening', resolve).once('error', reject))
    const address = opened.address()
    if (address && typeof address === 'object') port = address.port
    server = opened
  }
  const cut = async () => {
    const closed = new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)))
    for (const socket of sockets) socket.destroy()
    await closed
    server = undefined
  }
  await listen()
  return {
    writeKubeconfig: async (original, target) => {
      const config = await readFile(original, 'utf8')
      await writeFile(target, config.replaceAll(url.host, `127.0.0.1:${port}`), { mode: 0o600 })
    },
    cut,
    restore: listen,
    stall() {
      isStalled = true
    },
    [Symbol.asyncDispose]: cut,
  }
}
