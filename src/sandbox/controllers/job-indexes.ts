import { isActive, type Pod } from '../kinds/pod.ts'
import type { Job } from '../kinds/workloads.ts'

export const indexAnnotation = 'batch.kubernetes.io/job-completion-index'

/** Which numbers of an indexed Job have succeeded, in order. */
export function completedIndexes(job: Job, pods: readonly Pod[]): readonly number[] {
  const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').map(indexOf)
  return [...new Set(succeeded)].filter(index => index < (job.spec.completions ?? 0)).sort((a, b) => a - b)
}

/** The numbers that nobody works on, and that have not succeeded, in order. */
export function missingIndexes(job: Job, pods: readonly Pod[]): readonly number[] {
  const taken = new Set([...completedIndexes(job, pods), ...pods.filter(isActive).map(indexOf)])
  return Array.from({ length: job.spec.completions ?? 0 }, (_, index) => index).filter(
    index => !taken.has(index),
  )
}

/** `0,2-4` */
export function formatIndexes(indexes: readonly number[]): string {
  const runs: [number, number][] = []
  for (const index of indexes) {
    const last = runs.at(-1)
    if (last && last[1] === index - 1) last[1] = index
    else runs.push([index, index])
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',')
}

function indexOf({ metadata }: Pod): number {
  return Number(metadata.annotations?.[indexAnnotation] ?? -1)
}
