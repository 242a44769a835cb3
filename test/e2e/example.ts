import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { isLive, type RunningUp, startUp } from './devloop.ts'
import { freePort } from './project.ts'
import { openRealCluster } from './real-cluster.ts'

/** A copy of one of examples/, that runs in a folder and a namespace of its own. */
export interface RunningExample extends AsyncDisposable {
  readonly up: RunningUp
  readonly file: (name: string) => string
  /** Puts other text in the place of some that must be there. */
  edit(name: string, before: string, after: string): Promise<void>
  /** Waits until the service answers with a text that fits. */
  serves(fits: string | RegExp, path?: string): Promise<void>
  /** How often devloop has begun to build. */
  builds(): number
}

/** Programs that stand in for those which cannot be had here. */
const tools = path.resolve(import.meta.dirname, '../fakes/tools')

/**
 * Starts an example, and waits until its service is live.
 *
 * @param name of its folder and its project
 * @param where its one service, and the local port of it that the Devfile names
 */
export async function startExample(
  name: string,
  { service, port }: { service: string; port: number },
): Promise<RunningExample> {
  const real = await openRealCluster(`example-${name}`)
  const folder = await mkdtemp(path.join(tmpdir(), `devloop-e2e-${name}-`))
  const file = (relative: string) => path.join(folder, relative)
  await cp(path.resolve(import.meta.dirname, '../../examples', name), folder, { recursive: true })
  const own = await freePort()
  const edit = async (relative: string, before: string, after: string) => {
    const text = await readFile(file(relative), 'utf8')
    expect(text).toContain(before)
    await writeFile(file(relative), text.replaceAll(before, after))
  }
  await edit(
    'Devfile.ts',
    `name: '${name}',`,
    `name: 'e2e-${name}-${process.pid}', namespace: '${real.namespace}',`,
  )
  await edit('Devfile.ts', `'${port}:`, `'${own}:`)
  const env = {
    KUBECONFIG: process.env.DEVLOOP_E2E_KUBECONFIG ?? '',
    PATH: `${tools}${path.delimiter}${process.env.PATH}`,
  }
  const up = startUp({ cwd: folder, env })
  const close = async () => {
    await up[Symbol.asyncDispose]()
    await real[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await up.next(isLive(service))
  } catch (error) {
    await close()
    throw error
  }
  return {
    up,
    file,
    edit,
    async serves(fits, at = '/') {
      const answer = async () => {
        // A connection may be cut while the process starts again.
        const response = await fetch(`http://localhost:${own}${at}`).catch(() => undefined)
        return response?.text().catch(() => '')
      }
      await expect.poll(answer, { timeout: 30_000, interval: 50 }).toMatch(fits)
    },
    builds: () => up.lines.filter(line => line.type === 'task-started' && line.task.kind === 'build').length,
    [Symbol.asyncDispose]: close,
  }
}
