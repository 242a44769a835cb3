import { type ControlOptions, connectControl } from './connect.ts'
import { printFailures } from './failures.ts'

/** Lets a running `up` make disabled services live again. Gives the exit code. */
export async function enable(services: readonly string[], options: ControlOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const asked = await client.value.enable(services)
  return asked.ok ? 0 : printFailures([asked.failure])
}

/** Lets a running `up` take services out of the cluster. Gives the exit code. */
export async function disable(services: readonly string[], options: ControlOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const asked = await client.value.disable(services)
  return asked.ok ? 0 : printFailures([asked.failure])
}
