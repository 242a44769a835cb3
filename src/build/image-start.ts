import { ok, type Result } from '../model/result.ts'
import type { ImageStart } from '../model/sync.ts'
import type { DockerCommand } from './docker-command.ts'

/** Tells how images start their process. */
export interface StartReader {
  /** @param ref what the image is called in the Devfile; @param reference the one build to look at. */
  read(ref: string, reference: string, signal: AbortSignal): Promise<Result<ImageStart>>
}

/** The engine gives what `CMD` and `ENTRYPOINT` said; whether there is an `sh` takes a look into the files. */
export function createStartReader(docker: DockerCommand): StartReader {
  /** By the image's name and its lowest layer, which holds the base's programs: the same for one build after another. */
  const shells = new Map<string, boolean>()
  return {
    async read(ref, reference, signal) {
      const inspected = await docker.run(['image', 'inspect', '--format', format, reference], signal)
      if (!inspected.ok) return inspected
      const [entrypoint, command, layers] = inspected.value.map(line => JSON.parse(line) as string[] | null)
      const base = `${ref} ${layers?.[0]}`
      const known = shells.get(base)
      const hasShell = known === undefined ? await findShell(docker, reference, signal) : ok(known)
      if (!hasShell.ok) return hasShell
      shells.set(base, hasShell.value)
      return ok({ entrypoint: entrypoint ?? [], command: command ?? [], hasShell: hasShell.value })
    },
  }
}

const format = '{{json .Config.Entrypoint}}\n{{json .Config.Cmd}}\n{{json .RootFS.Layers}}'
const shellPaths = ['/bin/sh', '/usr/bin/sh']
/** Milliseconds that making or removing the container may take. */
const containerMs = 10_000

/** Without running it: a container that is only made, and taken away again. */
async function findShell(
  docker: DockerCommand,
  reference: string,
  signal: AbortSignal,
): Promise<Result<boolean>> {
  // An image without a command of its own cannot be made a container of without one. It is not cancelled in the
  // middle: nobody would know the name of what the engine made all the same.
  const create = ['create', '--pull=never', reference, 'sh']
  const created = await docker.run(create, AbortSignal.timeout(containerMs))
  if (!created.ok) return created
  const [id = ''] = created.value
  try {
    for (const path of shellPaths) {
      const copied = await docker.run(['cp', `${id}:${path}`, '-'], signal)
      if (copied.ok) return ok(true)
      // An engine that is gone says nothing of the image.
      if (copied.failure.code !== 'process/failed' || signal.aborted) return copied
    }
    return ok(false)
  } finally {
    await docker.run(['rm', '--force', id], AbortSignal.timeout(containerMs))
  }
}
