import { Answer } from './answer.ts'
import type { Query } from './call.ts'
import { Channels, channel } from './channels.ts'
import type { Space } from './namespace.ts'

export interface ExecOutcome {
  readonly stdout: string
  readonly stderr: string
  /** The `Status` at the end. */
  readonly status: unknown
}

/** Runs a command in a pod to its end. */
export async function exec(
  space: Space,
  pod: string,
  command: readonly string[],
  query: Query = {},
): Promise<ExecOutcome> {
  using channels = await openExec(space, pod, { command, stdout: true, stderr: true, ...query })
  await channels.until(() => channels.textOf(channel.status) !== '')
  return {
    stdout: channels.textOf(channel.stdout),
    stderr: channels.textOf(channel.stderr),
    status: JSON.parse(channels.textOf(channel.status)),
  }
}

/** The output of a shell's command in a pod, which must succeed. */
export async function inShell(
  space: Space,
  pod: string,
  script: string,
  container?: string,
): Promise<string> {
  const { stdout, stderr, status } = await exec(space, pod, ['sh', '-c', script], { container })
  if ((status as { status: string }).status !== 'Success') {
    throw new Error(`${script}: ${JSON.stringify(status)} ${stdout} ${stderr}`)
  }
  return stdout
}

/** Starts a command in a pod. */
export function openExec(space: Space, pod: string, query: Query): Promise<Channels> {
  return opened(space.pods.path(pod, 'exec'), query)
}

/** Joins the process of a pod. */
export function openAttach(space: Space, pod: string, query: Query): Promise<Channels> {
  return opened(space.pods.path(pod, 'attach'), query)
}

async function opened(path: string, query: Query): Promise<Channels> {
  const channels = await Channels.open(path, query)
  if (channels instanceof Answer) throw new Error(`refused with ${channels.status}: ${channels.text}`)
  return channels
}
