import { type ControlOptions, connectControl } from './connect.ts'
import { printFailures } from './failures.ts'

/** Asks a running `up` to make services anew. Gives the exit code. */
export async function trigger(services: readonly string[], options: ControlOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const asked = await client.value.trigger(services)
  if (!asked.ok) return printFailures([asked.failure])
  if (asked.value.paused) process.stdout.write('devloop is paused: it begins with devloop resume\n')
  return 0
}
