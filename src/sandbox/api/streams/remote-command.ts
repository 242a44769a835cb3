import { finished } from 'node:stream/promises'
import type { StatusError } from '../../store/object-store.ts'
import { statusOf } from '../answer.ts'
import type { PodProcess } from '../pod-streams.ts'
import type { CommandChannels } from './command-channels.ts'

/** Connects a client with a process until the process ends or the client goes. */
export async function serveProcess(channels: CommandChannels, process: PodProcess): Promise<void> {
  channels.signal.addEventListener('abort', () => void process.close())
  channels.onResize((columns, rows) => process.resize(columns, rows))
  if (process.stdin) {
    process.stdin.on('error', () => {})
    channels.stdin?.pipe(process.stdin)
  }
  const outputs = [
    forward(process.stdout, channels.stdout),
    ...(process.stderr ? [forward(process.stderr, channels.stderr)] : []),
  ]
  const { exitCode } = await process.exited
  await Promise.all(outputs)
  await channels.finish(exitStatus(exitCode))
  await process.close()
}

/** Tells a client that its process was not started. */
export async function refuseProcess(channels: CommandChannels, error: StatusError): Promise<void> {
  await channels.finish(statusOf(error))
}

/** What nobody asked for is read all the same, or else the process would stop. */
async function forward(output: PodProcess['stdout'], channel: CommandChannels['stdout']): Promise<void> {
  if (channel) output.pipe(channel, { end: false })
  else output.resume()
  await finished(output).catch(() => {})
}

function exitStatus(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  }
}
