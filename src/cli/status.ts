import { formatStatus } from '../ui/status.ts'
import { type ControlOptions, connectControl } from './connect.ts'
import { printFailures } from './failures.ts'

export interface StatusCommandOptions extends ControlOptions {
  readonly json?: boolean
}

/** Says how a running `up` is. Gives the exit code: 1 where there is none. */
export async function status({ json, ...options }: StatusCommandOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const asked = await client.value.status()
  if (!asked.ok) return printFailures([asked.failure])
  const lines = json
    ? [JSON.stringify(asked.value, undefined, 2)]
    : formatStatus(asked.value, { stream: process.stdout, cwd: process.cwd() })
  process.stdout.write(`${lines.join('\n')}\n`)
  return 0
}
