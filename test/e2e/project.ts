import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openRealCluster, type RealCluster } from './real-cluster.ts'

/** A copy of examples/hello in a folder and a namespace of its own. */
export interface HelloProject extends AsyncDisposable {
  /** Edits go into the running containers; else each makes a new image. */
  readonly isSynced: boolean
  readonly folder: string
  readonly name: string
  readonly namespace: string
  readonly cluster: RealCluster['cluster']
  /** The local port of the service. */
  readonly port: number
  readonly url: string
  /** For the binary: which cluster, and a mark by which its processes are found. */
  readonly env: Readonly<Record<string, string>>
  file(name: string): string
  read(name: string): Promise<string>
  write(name: string, text: string): Promise<void>
  /** Puts text in the place of other text of a file, which must be there. */
  edit(name: string, before: string, after: string): Promise<void>
  greet(greeting: string): Promise<void>
  /** Has the server write these lines when it listens, in place of what it says by itself. */
  say(...lines: readonly string[]): Promise<void>
}

const ownWords =
  "process.stdout.write('Edit examples/hello/src/greeting.js, save, and load http://localhost:8080 again.\\n')"
const example = path.resolve(import.meta.dirname, '../../examples/hello')

/** @param purpose lower-case letters, digits and `-`; becomes part of names. */
export async function helloProject(
  purpose: string,
  { isSynced = false }: { isSynced?: boolean } = {},
): Promise<HelloProject> {
  const real = await openRealCluster(purpose)
  const folder = await mkdtemp(path.join(tmpdir(), `devloop-e2e-${purpose}-`))
  await cp(example, folder, { recursive: true })
  const port = await freePort()
  const name = `e2e-${purpose}-${process.pid}`
  const project: HelloProject = {
    isSynced,
    folder,
    name,
    port,
    namespace: real.namespace,
    cluster: real.cluster,
    url: `http://localhost:${port}/`,
    env: { KUBECONFIG: process.env.DEVLOOP_E2E_KUBECONFIG ?? '', DEVLOOP_E2E_MARK: name },
    file: file => path.join(folder, file),
    read: file => readFile(path.join(folder, file), 'utf8'),
    write: (file, text) => writeFile(path.join(folder, file), text),
    async edit(file, before, after) {
      const text = await project.read(file)
      if (!text.includes(before)) throw new Error(`${file} does not hold ${before}`)
      await project.write(file, text.replaceAll(before, after))
    },
    greet: greeting => project.write('src/greeting.js', `export const greeting = '${greeting}'\n`),
    say: (...lines) =>
      project.edit('src/server.js', ownWords, lines.map(line => `console.log('${line}')`).join(';')),
    async [Symbol.asyncDispose]() {
      await real[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await project.edit('k8s/deployment.yaml', 'devloop-examples/hello', `${name}/hello`)
  await project.write('Devfile.ts', devfile(project))
  return project
}

/** The project's Devfile; `extra` is put into the service. */
export function devfile({ name, namespace, port, isSynced }: HelloProject, extra = ''): string {
  return `import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: '${name}',
  namespace: '${namespace}',
  images: { '${name}/hello': docker({ context: '.'${isSynced ? '' : ', sync: false'} }) },
  services: {
    hello: { manifests: ['k8s/*.yaml'], ports: ['${port}:3000'], ${extra}},
  },
})
`
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
