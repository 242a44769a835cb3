import type { Readable, Writable } from 'node:stream'

/** The client's side of a process that it speaks to, whichever protocol it speaks. */
export interface CommandChannels {
  /** What the client writes; ends when it says so. */
  readonly stdin: Readable | undefined
  readonly stdout: Writable | undefined
  readonly stderr: Writable | undefined
  /** Called with the size of the client's terminal, now and whenever it changes. */
  onResize(listener: (columns: number, rows: number) => void): void
  /** Says how the process ended, as a Status, after all of its output, and ends the connection. */
  finish(status: object): Promise<void>
  /** Is aborted when the client has gone. */
  readonly signal: AbortSignal
}

/** Which channels a client asks for. */
export interface WantedChannels {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

export function wantedChannels(query: URLSearchParams): WantedChannels {
  const isOn = (name: string) => ['true', '1'].includes(query.get(name) ?? '')
  const tty = isOn('tty')
  // A terminal has one output.
  return { stdin: isOn('stdin'), stdout: isOn('stdout'), stderr: isOn('stderr') && !tty, tty }
}

/** Reads the size of a terminal as clients send it: `{"Width":80,"Height":24}`. */
export function parseSize(text: string): { readonly columns: number; readonly rows: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { Width?: unknown; Height?: unknown }
    return typeof Width === 'number' && typeof Height === 'number'
      ? { columns: Width, rows: Height }
      : undefined
  } catch {
    return undefined
  }
}
