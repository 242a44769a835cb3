import { type ControlOptions, connectControl } from './connect.ts'
import { printFailures } from './failures.ts'

/** Lets a running `up` collect changes and start nothing. Gives the exit code. */
export async function pause(options: ControlOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const asked = await client.value.pause()
  return asked.ok ? 0 : printFailures([asked.failure])
}

/** Lets it make live what was collected. Gives the exit code. */
export async function resume(options: ControlOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const asked = await client.value.resume()
  return asked.ok ? 0 : printFailures([asked.failure])
}
