import { type ControlOptions, connectControl } from './connect.ts'
import { printFailures } from './failures.ts'

/** Ends a running `up` as Ctrl-C does, and waits until it has ended. Gives the exit code. */
export async function stop(options: ControlOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const asked = await client.value.stop()
  return asked.ok ? 0 : printFailures([asked.failure])
}
