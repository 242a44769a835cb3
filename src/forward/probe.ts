import type { Failure } from '../model/failure.ts'
import type { PortRule } from '../model/project.ts'
import { failedListen } from './failures.ts'
import { closeServer, findFreePort, listen } from './listen.ts'
import { findPortHolder } from './port-holder.ts'

/** One local port, and whose it is. */
export interface WantedPort {
  readonly service: string
  readonly rule: PortRule
}

/** Tries whether local ports can be opened, all at the same time, and closes them again. Gives for each why it cannot. */
export async function probePorts(wanted: readonly WantedPort[]): Promise<readonly (Failure | undefined)[]> {
  const opened = await Promise.all(
    wanted.map(({ rule }) => listen(rule.host, rule.localPort, client => client.destroy())),
  )
  // As long as the others are open, no port is proposed that one of them needs.
  const failures = await Promise.all(
    wanted.map(({ service, rule }, index) => {
      const one = opened[index]
      return one && !one.ok ? explainListen(service, rule, one.failure) : undefined
    }),
  )
  await Promise.all(opened.flatMap(one => (one.ok ? one.value.map(closeServer) : [])))
  return failures
}

/** Finds out what a user can do about a port that did not open. */
export async function explainListen(
  service: string,
  rule: PortRule,
  error: NodeJS.ErrnoException,
): Promise<Failure> {
  const { host, localPort } = rule
  const isTaken = error.code === 'EADDRINUSE'
  const holder = isTaken ? await findPortHolder(localPort) : undefined
  const nextFreePort = isTaken ? await findFreePort(host, localPort) : undefined
  return failedListen(service, rule, error, { holder, nextFreePort })
}
