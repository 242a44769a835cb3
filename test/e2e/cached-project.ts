import { vi } from 'vitest'
import type { JsonLine } from '../../src/feed/lines.ts'
import { chooseContext } from '../../src/session/context.ts'
import { openEngine } from '../../src/session/image-engine.ts'
import { type RunningUp, startUp } from './devloop.ts'
import { type HelloProject, helloProject } from './project.ts'

/** A project whose images go with it. */
export interface KeptProject extends HelloProject {
  /** The names that its image has. */
  images(): Promise<readonly string[]>
}

type Built = Extract<JsonLine, { type: 'task-ended' }> & { image: string; isCached: boolean }

export async function keptProject(purpose: string): Promise<KeptProject> {
  const project = await helloProject(purpose)
  const context = chooseContext({ kubeconfig: project.env.KUBECONFIG ?? '', args: [] }, { contexts: [] })
  if (!context.ok) throw new Error(context.failure.message)
  const { signal } = new AbortController()
  const engine = openEngine(await context.value.engine(signal)).images
  const images = async () => {
    const listed = await engine.list(`${project.name}/hello`, signal)
    if (!listed.ok) throw new Error(listed.failure.message)
    // Another project's image of the same content is the same image.
    const names = listed.value
      .flatMap(image => image.names)
      .filter(name => name.startsWith(`${project.name}/`))
    return [...new Set(names)]
  }
  const dispose = project[Symbol.asyncDispose]
  return Object.assign(project, {
    images,
    async [Symbol.asyncDispose]() {
      await dispose()
      // The containers of the namespace that was just deleted still hold them for a moment.
      await vi.waitUntil(async () => (await engine.remove(await images(), signal)).ok, {
        timeout: 30_000,
        interval: 500,
      })
    },
  })
}

export function isBuilt(line: JsonLine): line is Built {
  return line.type === 'task-ended' && line.task.kind === 'build' && line.outcome === 'succeeded'
}

/** Starts devloop, and ends it once its image is there. */
export async function upOnce({ folder, env }: HelloProject): Promise<Built> {
  await using up: RunningUp = startUp({ cwd: folder, env })
  const built = await up.next(isBuilt)
  await up.end('SIGINT')
  return built
}
