import { lookup } from 'node:dns/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** What the host makes of a name. */
export type HostAnswer =
  | { readonly status: 'found'; readonly addresses: readonly string[] }
  | { readonly status: 'unknown' }
  /** Nobody could be asked. */
  | { readonly status: 'failed' }

export type FindHostName = (name: string, family: 4 | 6) => Promise<HostAnswer>

/** Milliseconds for which a pod waits; its own resolver gives up after five seconds. */
const lookupMs = 2_000
/**
 * Names that are looked up at one time. The host's resolver takes them two by two, and where none is in reach each takes its
 * seconds: a pod that asks again and again would make the others wait for ever.
 */
const maxLookups = 64

/**
 * Names as the host's programs find them: in its files first, then by the resolvers that it is told of.
 *
 * @param resolve rejects with ENOTFOUND for a name that nobody has
 */
export function hostNames(resolve: FindAddresses = findAddresses): FindHostName {
  /** Those that are under way; one that nobody waits for any more cannot be stopped. */
  const lookups = new Map<string, Promise<HostAnswer>>()

  function look(name: string, family: 4 | 6): Promise<HostAnswer> {
    const key = `${family} ${name.toLowerCase()}`
    const known = lookups.get(key)
    if (known) return known
    if (lookups.size >= maxLookups) return Promise.resolve({ status: 'failed' })
    const found = resolve(name, family)
      .then(
        (addresses): HostAnswer => ({ status: 'found', addresses }),
        ({ code }: NodeJS.ErrnoException): HostAnswer => ({
          status: code === 'ENOTFOUND' ? 'unknown' : 'failed',
        }),
      )
      .finally(() => lookups.delete(key))
    lookups.set(key, found)
    return found
  }

  return async (name, family) => {
    const late = new AbortController()
    const answer = await Promise.race([
      look(name, family),
      pause(lookupMs, { status: 'failed' } as const, { signal: late.signal, ref: false }).catch(
        () => ({ status: 'failed' }) as const,
      ),
    ])
    late.abort()
    // A name without a dot can only have been meant for a service.
    return answer.status === 'failed' && !name.includes('.') ? { status: 'unknown' } : answer
  }
}

type FindAddresses = (name: string, family: 4 | 6) => Promise<readonly string[]>

async function findAddresses(name: string, family: 4 | 6): Promise<readonly string[]> {
  const found = await lookup(name, { family, all: true })
  return found.map(({ address }) => address)
}
