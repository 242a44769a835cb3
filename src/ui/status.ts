import { styleText } from 'node:util'
import type { Hold } from '../engine/plan.ts'
import type { Snapshot } from '../engine/port.ts'
import { describeStatus, type ProjectStatus, type ServiceSummary } from '../feed/status.ts'
import { describeHold } from './holds.ts'
import { clean, count, formatDuration, formatFailure, formatPath, listed } from './text.ts'

type Style = Parameters<typeof styleText>[0]

const styles: Readonly<Record<ServiceSummary['phase'], Style>> = {
  live: 'green',
  failed: 'red',
  disabled: 'dim',
  working: 'yellow',
  'rolling-out': 'yellow',
}

const words: Readonly<Record<ServiceSummary['phase'], string>> = {
  live: 'live',
  failed: 'failed',
  disabled: 'disabled',
  working: 'working',
  'rolling-out': 'starting',
}

export interface StatusOptions {
  /** Coloured as it can show. */
  readonly stream: NodeJS.WritableStream
  /** Paths are shown relative to it. */
  readonly cwd: string
}

/** The project and its services for a person, a line each, and below each what it complains of. */
export function formatStatus(status: ProjectStatus, { stream, cwd }: StatusOptions): readonly string[] {
  const { project, cluster, paused, services, devfileFailures, watchFailure } = status
  const place = cluster.phase === 'connected' ? cluster.context : `cluster ${cluster.phase}`
  const width = Math.max(...services.map(({ service }) => service.length), 0)
  const failures = [
    ...devfileFailures,
    ...(watchFailure ? [watchFailure] : []),
    ...(cluster.phase === 'lost' ? [cluster.failure] : []),
  ]
  return [
    [project, clean(place), ...(paused ? ['paused: devloop resume goes on'] : [])].join(' · '),
    ...failures.flatMap(failure => formatFailure(failure, cwd)),
    ...services.flatMap(service => {
      const word = styleText(styles[service.phase], words[service.phase].padEnd(8), { stream })
      const line = `${service.service.padEnd(width)}  ${word}  ${describeService(service, cwd)}`.trimEnd()
      const failure = service.failure ? formatFailure(service.failure, cwd) : []
      return [line, ...failure.map(text => `    ${text}`)]
    }),
  ]
}

/** @param devfile absolute path of the running `up`'s Devfile */
export function printStatus(snapshot: Snapshot, devfile: string, options: StatusOptions): void {
  const lines = formatStatus(describeStatus(snapshot, devfile), options)
  options.stream.write(`${lines.join('\n')}\n`)
}

/** What a service still waits for, in a few words. */
export function describeWork({ phase, tasks, holds, pods }: ServiceSummary): string {
  const running = tasks.map(({ kind }) => kind)
  if (running.length > 0) return `${listed([...new Set(running)])} runs`
  const [hold] = holds
  if (hold) return `waits ${describeHold(hold as Hold)}`
  if (phase === 'rolling-out' && pods) return `${pods.ready} of ${count(pods.wanted, 'pod')} ready`
  return words[phase]
}

function describeService(service: ServiceSummary, cwd: string): string {
  const { phase, pods, forwards, lastLive } = service
  if (phase === 'working' || phase === 'rolling-out') return describeWork(service)
  if (phase !== 'live') return ''
  const parts = [
    ...(pods ? [`${pods.ready} of ${count(pods.wanted, 'pod')} ready`] : []),
    ...forwards.filter(({ state }) => state !== 'failed').map(({ address }) => `http://${address}`),
    ...(lastLive
      ? [
          `last change in ${formatDuration(lastLive.tookMs)} (${listed(lastLive.causes.map(cause => formatCause(cause, cwd)))})`,
        ]
      : []),
  ]
  return parts.join(' · ')
}

/** A path, or a word. */
function formatCause(cause: string, cwd: string): string {
  return cause.startsWith('/') ? clean(formatPath(cause, cwd)) : clean(cause)
}
