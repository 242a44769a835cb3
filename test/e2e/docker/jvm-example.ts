import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { vi } from 'vitest'
import { freePort } from '../project.ts'
import { openRealCluster } from '../real-cluster.ts'

const run = promisify(execFile)
const examples = path.resolve(import.meta.dirname, '../../../examples')
const tools = path.resolve(import.meta.dirname, '../../fakes/tools')

/** A copy of one of the examples whose image a JVM build tool makes, with a stand-in for the tool as its wrapper. */
export interface JvmExample extends AsyncDisposable {
  readonly folder: string
  /** Of the service. */
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** Puts text in the place of other text of a file, which must be there. */
  edit(file: string, before: string, after: string): Promise<void>
  /** The body at a path of the service; empty where it does not answer well. */
  get(path: string): Promise<string>
}

export interface JvmExampleOptions {
  /** Below examples/. */
  readonly example: string
  readonly service: string
  /** The local port in its Devfile. */
  readonly port: number
  readonly wrapper: 'gradlew' | 'mvnw'
}

export async function openJvmExample({
  example,
  service,
  port,
  wrapper,
}: JvmExampleOptions): Promise<JvmExample> {
  const real = await openRealCluster(example)
  const folder = await mkdtemp(path.join(tmpdir(), `devloop-e2e-${example}-`))
  const name = `e2e-${example}-${process.pid}`
  const image = `${name}/${service}`
  const localPort = await freePort()
  const url = `http://localhost:${localPort}`
  await cp(path.join(examples, example), folder, { recursive: true })
  await symlink(path.join(tools, wrapper === 'mvnw' ? 'mvn' : wrapper), path.join(folder, wrapper))
  const project: JvmExample = {
    folder,
    url,
    env: {
      KUBECONFIG: process.env.DEVLOOP_E2E_KUBECONFIG ?? '',
      FAKE_TOOL_LOG: path.join(folder, 'calls'),
    },
    async edit(file, before, after) {
      const text = await readFile(path.join(folder, file), 'utf8')
      if (!text.includes(before)) throw new Error(`${file} does not hold ${before}`)
      await writeFile(path.join(folder, file), text.replaceAll(before, after))
    },
    async get(place) {
      try {
        const response = await fetch(`${url}${place}`)
        return response.ok ? await response.text() : ''
      } catch {
        return ''
      }
    },
    async [Symbol.asyncDispose]() {
      await real[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
      // The containers of the namespace that was just deleted still hold them for a moment.
      await vi.waitFor(() => removeImages(image), { timeout: 30_000, interval: 500 })
    },
  }
  await project.edit('Devfile.ts', `name: '${service}'`, `name: '${name}', namespace: '${real.namespace}'`)
  await project.edit('Devfile.ts', `devloop-examples/${service}`, image)
  await project.edit('Devfile.ts', `'${port}:`, `'${localPort}:`)
  await project.edit(`k8s/${service}.yaml`, `devloop-examples/${service}`, image)
  return project
}

async function removeImages(name: string): Promise<void> {
  const { stdout } = await run('docker', ['image', 'ls', '--format={{.Repository}}:{{.Tag}}', name])
  const references = stdout.split('\n').filter(Boolean)
  if (references.length > 0) await run('docker', ['image', 'rm', '--force', ...references])
}
