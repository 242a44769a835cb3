import { familiarImageName, normalizeImageName } from '../model/image.ts'
import type { EngineStart, ImageEngine, NamedImage } from '../model/image-engine.ts'
import { ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import { buildWithDocker } from './docker-build.ts'
import type { DockerCommand } from './docker-command.ts'
import { findImages } from './engine-images.ts'

/** Milliseconds that making or removing a container may take. */
const containerMs = 10_000
/** Milliseconds that an engine may take to say its version. */
const askMs = 10_000

/** The engine behind the command line of docker, podman or nerdctl. */
export function dockerEngine(docker: DockerCommand): ImageEngine {
  const run = async (args: readonly string[], signal: AbortSignal): Promise<Result<void>> => {
    const done = await docker.run(args, signal)
    return done.ok ? ok(undefined) : done
  }
  const tag: ImageEngine['tag'] = async (source, reference, signal) => {
    if (await docker.socket?.tag(source, reference, signal)) return ok(undefined)
    return run(['tag', source, reference], signal)
  }
  return {
    async build(request) {
      // Its builder knows images by their names only.
      for (const [name, reference] of request.ownBases) {
        const tagged = await tag(reference, name, request.signal)
        if (!tagged.ok) return tagged
      }
      return buildWithDocker(docker, request)
    },
    find: findImages(docker),
    list: (name, signal) => listImages(docker, name, signal),
    tag,
    remove: (references, signal) => run(['image', 'rm', ...references], signal),
    async isUsed(id, signal) {
      const found = await docker.run(['ps', '--all', '--quiet', `--filter=ancestor=${id}`], signal)
      return found.ok ? ok(found.value.length > 0) : found
    },
    startOf: (reference, signal) => readStart(docker, reference, signal),
    hasOneOf: (reference, paths, signal) => lookInto(docker, reference, paths, signal),
    async isThere(signal) {
      const { command, env } = docker
      const outcome = await exec({ command, args: ['version'], env, signal, timeoutMs: askMs })
      return outcome.status === 'succeeded'
    },
    // Podman would put `localhost/` in front of a short name; Kubernetes means this one by it.
    nameFor: ref => (docker.command === 'podman' ? normalizeImageName(ref) : ref),
  }
}

async function listImages(
  docker: DockerCommand,
  name: string,
  signal: AbortSignal,
): Promise<Result<readonly NamedImage[]>> {
  // The filter compares with the short spelling.
  const filter = `--filter=reference=${familiarImageName(name)}:devloop*`
  const listed = await docker.run(['image', 'ls', '--no-trunc', filter, '--format={{.ID}}'], signal)
  if (!listed.ok) return listed
  const ids = new Set(listed.value)
  if (ids.size === 0) return ok([])
  const format = '--format={{.Id}} {{json .Metadata.LastTagTime}} {{json .RepoTags}}'
  const inspected = await docker.run(['image', 'inspect', format, ...ids], signal)
  return inspected.ok ? ok(inspected.value.flatMap(readNamedImage)) : inspected
}

function readNamedImage(line: string): readonly NamedImage[] {
  const [, id, taggedAt, tags] = /^(\S+) (\S+) (\[.*\])$/.exec(line) ?? []
  if (id === undefined || taggedAt === undefined || tags === undefined) return []
  const time = Date.parse(JSON.parse(taggedAt) ?? '')
  return [{ id, names: JSON.parse(tags) as readonly string[], namedAt: Number.isNaN(time) ? 0 : time }]
}

async function readStart(
  docker: DockerCommand,
  reference: string,
  signal: AbortSignal,
): Promise<Result<EngineStart>> {
  const inspected = await docker.run(['image', 'inspect', '--format', startFormat, reference], signal)
  if (!inspected.ok) return inspected
  const [entrypoint, command, layers] = inspected.value.map(line => JSON.parse(line) as string[] | null)
  return ok({ entrypoint: entrypoint ?? [], command: command ?? [], lowestLayer: layers?.[0] ?? '' })
}

const startFormat = '{{json .Config.Entrypoint}}\n{{json .Config.Cmd}}\n{{json .RootFS.Layers}}'

/** Without running it: a container that is only made, and taken away again. */
async function lookInto(
  docker: DockerCommand,
  reference: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Result<boolean>> {
  // An image without a command of its own cannot be made a container of without one. It is not cancelled in the
  // middle: nobody would know the name of what the engine made all the same.
  const create = ['create', '--pull=never', reference, 'sh']
  const created = await docker.run(create, AbortSignal.timeout(containerMs))
  if (!created.ok) return created
  const [id = ''] = created.value
  try {
    for (const path of paths) {
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
