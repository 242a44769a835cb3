import { probePorts, type WantedPort } from '../../forward/probe.ts'
import type { Project } from '../../model/project.ts'
import { type Finding, good, wrong } from './finding.ts'

/** The `devloop up` of the same Devfile, where one runs. */
export interface RunningUp {
  readonly pid: number
  /** The port rules that it has opened, as they are written. */
  readonly ports: readonly string[]
}

/** Whether each local port of the Devfile can be opened: those that can in one line, each of the others in one of its own. */
export async function examinePorts(
  { services }: Pick<Project, 'services'>,
  up: RunningUp | undefined,
): Promise<readonly Finding[]> {
  const all = services.flatMap(({ name, ports }) => ports.map(rule => ({ service: name, rule })))
  const isHeld = ({ rule }: WantedPort) => up?.ports.includes(rule.text) ?? false
  const held = all.filter(isHeld)
  const others = all.filter(port => !isHeld(port))
  const failures = await probePorts(others)
  const free = others.filter((_, index) => !failures[index])
  return [
    ...(free.length > 0 ? [good('ports', `${list(free)} free`)] : []),
    ...(held.length > 0
      ? [good('ports', `${list(held)} held by the devloop up that runs (pid ${up?.pid})`)]
      : []),
    ...failures.flatMap((failure, index) => {
      const service = others[index]?.service
      return failure
        ? [wrong('ports', { ...failure, message: `${failure.message} ${service} wants it.` })]
        : []
    }),
  ]
}

function list(ports: readonly WantedPort[]): string {
  return ports.map(({ rule }) => rule.localPort).join(', ')
}
