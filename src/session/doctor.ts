import { within } from '../util/within.ts'
import { type ChosenContext, chooseContext } from './context.ts'
import { examineCluster } from './doctor/cluster.ts'
import { examineEngine } from './doctor/engine.ts'
import { type Finding, good, notice, wrong } from './doctor/finding.ts'
import { examineInotify, type WatchedProject } from './doctor/inotify.ts'
import { examinePorts, type RunningUp } from './doctor/ports.ts'
import { examineTrial } from './doctor/trial.ts'
import { openEngine } from './image-engine.ts'
import { loadProject, type ProjectOptions } from './project.ts'

export type { Finding } from './doctor/finding.ts'
export type { RunningUp } from './doctor/ports.ts'

export interface ExaminationOptions extends ProjectOptions {
  /** The `devloop up` of the same Devfile, where one runs. */
  readonly up?: RunningUp
  readonly signal: AbortSignal
  /** What is looked at from now on. */
  readonly onStep: (step: string) => void
  readonly onFinding: (finding: Finding) => void
}

/** Milliseconds for each step, which add up to less than the 30 seconds that somebody waits for all of it. */
const limits = { devfile: 7_000, watches: 3_000, surroundings: 8_000, trial: 11_000 }

/**
 * Looks at all that stands between an edit and the cluster, and tries it out with an image of its own. Goes on without
 * whatever is missing, and leaves nothing behind.
 */
export async function examine({
  up,
  signal,
  onStep,
  onFinding,
  ...options
}: ExaminationOptions): Promise<void> {
  onStep('loading the Devfile')
  const { loaded, findings } = await examineDevfile(options)
  for (const finding of findings) onFinding(finding)
  if (loaded) {
    onStep('looking at ports and file watches')
    for (const finding of await examineMachine(loaded, up, signal)) onFinding(finding)
  }
  const context = chooseContext(options, loaded?.project ?? { contexts: [] })
  onFinding(
    context.ok
      ? good('context', `${context.value.name}: ${context.value.reason}`)
      : wrong('context', context.failure),
  )

  onStep('asking the engine and the cluster')
  const chosen: ChosenContext | undefined = context.ok ? context.value : undefined
  const asking = AbortSignal.any([signal, AbortSignal.timeout(limits.surroundings)])
  const opened = openEngine((await chosen?.engine(asking)) ?? { kind: 'docker', env: {} })
  const [engine, cluster] = await Promise.all([
    examineEngine(opened, asking),
    chosen ? examineCluster(chosen, loaded?.project.registry, asking) : undefined,
  ])
  for (const finding of [...engine.findings, ...(cluster?.findings ?? [])]) onFinding(finding)
  try {
    if (signal.aborted) return
    if (!engine.isThere) {
      if (cluster?.provider)
        onFinding(notice('images', `${cluster.provider.describe()}; not tried, without an engine`))
      return
    }
    onStep('building a small image, and bringing it into the cluster')
    const trying = AbortSignal.any([signal, AbortSignal.timeout(limits.trial)])
    for (const finding of await examineTrial(opened.images, cluster?.provider, trying)) onFinding(finding)
  } finally {
    await cluster?.close()
  }
}

/** What the project takes of this machine besides an engine and a cluster. */
async function examineMachine(
  watched: WatchedProject,
  up: RunningUp | undefined,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const counting = AbortSignal.any([signal, AbortSignal.timeout(limits.watches)])
  const [ports, watches] = await Promise.all([
    examinePorts(watched.project, up),
    within(limits.watches, () => examineInotify(watched, { isUp: up !== undefined, signal: counting })),
  ])
  return [...ports, ...(watches ?? [notice('watches', 'What the project needs was not found out in time.')])]
}

interface DevfileReport {
  readonly loaded?: WatchedProject
  readonly findings: readonly Finding[]
}

async function examineDevfile(options: ProjectOptions): Promise<DevfileReport> {
  const loaded = await within(limits.devfile, () => loadProject(options))
  if (!loaded) {
    const text = `It did not come to its end within ${limits.devfile / 1_000} s: what follows is without it.`
    return { findings: [notice('Devfile', text, 'See what its function waits for.')] }
  }
  if (loaded.ok) {
    const { project, devfile } = loaded.value
    return {
      loaded: { project, devfiles: devfile.files },
      findings: [good('Devfile', `${devfile.path}, of the project ${project.name}`)],
    }
  }
  const isWanted = options.file !== undefined
  return {
    findings: loaded.failure.map(failure =>
      failure.code === 'config/not-found' && !isWanted
        ? notice('Devfile', failure.message, failure.cure)
        : wrong('Devfile', failure),
    ),
  }
}
