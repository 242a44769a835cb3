import { connectControl } from './connect.ts'

/** Prints the names of the services that a running `up` has, one a line; nothing where there is none. */
export async function completeServices(): Promise<number> {
  const client = connectControl({})
  const asked = client.ok ? await client.value.status() : client
  if (!asked.ok) return 1
  for (const { service } of asked.value.services) process.stdout.write(`${service}\n`)
  return 0
}
