import type { Duplex } from 'node:stream'
import type { TerminalSize } from './kube-api.ts'

/** A shell in a container. */
export interface Shell {
  readonly pod: string
  readonly container: string
  /** Writing is what is typed, reading what is shown. Destroying it ends the shell. */
  readonly streams: Duplex
  resize(size: TerminalSize): void
  /** What to tell the user once it has ended, if anything. Never rejects. */
  readonly ended: Promise<string | undefined>
}
