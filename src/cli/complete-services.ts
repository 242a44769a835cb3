import { loadProject } from '../session/project.ts'
import { within } from '../util/within.ts'
import { connectControl } from './connect.ts'

/** Milliseconds that somebody who has pressed Tab waits for a Devfile. */
const patienceMs = 3_000

/**
 * Prints the names of the services, one a line: those of a running `up`, else those of the Devfile.
 *
 * @param words the command line that is completed, behind `devloop`
 */
export async function completeServices(words: readonly string[]): Promise<number> {
  const names = await servicesOf({
    ...optionIn(words, 'file', words[0] === 'logs' ? undefined : 'f'),
    ...optionIn(words, 'profile', 'p'),
  })
  for (const name of names ?? []) process.stdout.write(`${name}\n`)
  return names ? 0 : 1
}

async function servicesOf(options: {
  readonly file?: string
  readonly profile?: string
}): Promise<readonly string[] | undefined> {
  const client = connectControl(options)
  const asked = client.ok ? await client.value.status() : client
  if (asked.ok) return asked.value.services.map(({ service }) => service)
  const loaded = await silently(() => within(patienceMs, () => loadProject({ ...options, args: [] })))
  return loaded?.ok ? loaded.value.project.services.map(({ name }) => name) : undefined
}

/** What a Devfile prints is no service. */
async function silently<T>(work: () => Promise<T>): Promise<T> {
  const { write } = process.stdout
  process.stdout.write = () => true
  try {
    return await work()
  } finally {
    process.stdout.write = write
  }
}

/** `--file x`, `-f x` or `--file=x`, of which bash makes three words. */
function optionIn<Name extends string>(
  words: readonly string[],
  long: Name,
  short: string | undefined,
): { readonly [key in Name]?: string } {
  for (const [index, word] of words.entries()) {
    const [flag, value] = word.split('=', 2)
    if (flag !== `--${long}` && !(short !== undefined && word === `-${short}`)) continue
    const next = words[index + 1] === '=' ? words[index + 2] : words[index + 1]
    const found = value ?? next
    return found ? ({ [long]: found } as { [key in Name]?: string }) : {}
  }
  return {}
}
