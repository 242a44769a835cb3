import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { dockerBuilder } from '../../build/docker.ts'
import type { ClusterProvider } from '../../cluster/provider.ts'
import type { Failure } from '../../model/failure.ts'
import type { ImageEngine } from '../../model/image-engine.ts'
import { ok, type Result } from '../../model/result.ts'
import { type Finding, good, milliseconds, notice, wrong } from './finding.ts'

/** Tries out how long an image takes that nobody has seen before, and so whether the way into the cluster is open. */
export async function examineTrial(
  engine: ImageEngine,
  provider: ClusterProvider | undefined,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const tried = await tryImage(engine, provider, signal)
  if (!tried.ok) return [wrong('images', signal.aborted ? tooSlow : tried.failure)]
  const { buildMs, loadMs } = tried.value
  const built = `an image of 1 MB is built in ${milliseconds(buildMs)}`
  if (!provider || loadMs === undefined)
    return [notice('trial', `${built}; there is no cluster to bring it into`)]
  return [way(provider), good('trial', `${built}, and in the cluster ${milliseconds(loadMs)} later`)]
}

/** How images get into the cluster, and how they would be there sooner. */
function way(provider: ClusterProvider): Finding {
  return provider.advice === undefined
    ? good('images', provider.describe())
    : notice('images', provider.describe(), provider.advice)
}

const tooSlow: Failure = {
  code: 'process/timeout',
  message: 'A small image was not built and in the cluster in time.',
  cure: 'Look at what the engine is busy with: docker stats, docker system df.',
}

interface Trial {
  /** Milliseconds. */
  readonly buildMs: number
  /** Milliseconds from the engine into the cluster; absent without a cluster. */
  readonly loadMs?: number
}

/** Of random content, which nothing makes smaller: of the size of what an edit changes in a usual image. */
const imageBytes = 1_000_000
const ref = 'devloop-doctor/trial'
/** Milliseconds for taking the image away again, whatever has become of the rest. */
const removeMs = 5_000

/**
 * Builds a small image, brings it into the cluster as each build of `up` is, and removes it from the engine. A node that
 * keeps images of its own removes it itself when it needs the room, since nothing ever runs it.
 */
async function tryImage(
  engine: ImageEngine,
  provider: ClusterProvider | undefined,
  signal: AbortSignal,
): Promise<Result<Trial>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-doctor-'))
  try {
    await writeFile(path.join(folder, 'Dockerfile'), 'FROM scratch\nCOPY content /\n')
    await writeFile(path.join(folder, 'content'), randomBytes(imageBytes))
    const builder = dockerBuilder(
      {
        kind: 'docker',
        context: folder,
        dockerfile: path.join(folder, 'Dockerfile'),
        args: {},
        secrets: [],
        sync: { kind: 'off' },
      },
      engine,
    )
    const begun = performance.now()
    const built = await builder.build({ ref, bases: new Map(), signal, onLine: () => {} })
    if (!built.ok) return built
    try {
      const buildMs = performance.now() - begun
      if (!provider) return ok({ buildMs })
      const loaded = await provider.load(built.value.reference, { signal, onLine: () => {} })
      return loaded.ok ? ok({ buildMs, loadMs: performance.now() - begun - buildMs }) : loaded
    } finally {
      await engine.remove([built.value.reference], AbortSignal.timeout(removeMs))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
