import type { Snapshot } from '../engine/port.ts'
import { type Answer, refused, type StreamedAnswer } from './answer.ts'
import { sendLine } from './events.ts'
import { formatValue } from './patch.ts'
import type { Recording } from './recording.ts'

/** A running `up`, as it was started. */
export interface UpDescription {
  /** Of devloop. */
  readonly version: string
  readonly pid: number
  /** Absolute path. */
  readonly devfile: string
  /** The context of the kubeconfig in which it acts. */
  readonly context: string
  readonly profile?: string
  /** What the Devfile's function was given. */
  readonly args: readonly string[]
}

/** The first line that a screen is sent; each further one is a `RecordedStep`. */
export interface AttachedLine {
  readonly up: UpDescription
  readonly snapshot: Snapshot
}

export interface AttachRequest {
  /** Of the devloop that asks. */
  readonly version: string
  /** Begins with what has happened before. */
  readonly past: boolean
}

/**
 * The engine's own events and snapshots, for a screen of the same version of devloop: they are no part of the documented API,
 * and change with every version.
 */
export function attachScreen(
  { version, past }: AttachRequest,
  up: UpDescription,
  recording: Recording,
): Answer | StreamedAnswer {
  if (version !== up.version) {
    return refused(409, {
      code: 'control/version',
      message: `The running devloop up is of version ${up.version}, and cannot show its screen in version ${version}.`,
      cure: 'End it (devloop stop), and start devloop up again.',
    })
  }
  return {
    stream(response) {
      const { base, lines } = past ? recording.past : recording.present
      const first: AttachedLine = { up, snapshot: base }
      sendLine(response, `${formatValue(first)}\n${lines.join('')}`)
      const subscription = recording.follow(line => sendLine(response, line))
      response.once('close', () => subscription.close())
    },
  }
}
