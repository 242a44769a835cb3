import type { Duplex } from 'node:stream'
import type { Result } from '../model/result.ts'

/** A process in a container, held open: `KubeApi.execPod`'s, or a local one's in tests. */
export interface AgentConnection {
  /** Writing is its stdin, reading its stdout. */
  readonly streams: Duplex
  readonly ended: Promise<AgentEnd>
  close(): void
}

export type AgentEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'broken'; readonly message: string; readonly isMissingProgram?: boolean }

export type OpenAgent = (
  command: readonly string[],
  signal: AbortSignal,
) => Promise<Result<AgentConnection, OpenFailure>>

export interface OpenFailure {
  readonly message: string
  /** The container has no `sh`: nothing can be synced into it. */
  readonly isMissingProgram?: boolean
}

/** A sentence for people. */
export function describeEnd(end: AgentEnd): string {
  return end.kind === 'broken' ? end.message : `the shell in the container ended with exit code ${end.code}`
}

export function isMissingProgram(end: AgentEnd | undefined): boolean {
  return end?.kind === 'broken' && end.isMissingProgram === true
}
