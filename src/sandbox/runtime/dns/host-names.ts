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

/** As the host's programs find it: its files first, then the resolvers that it is told of. */
export const findHostName: FindHostName = async (name, family) => {
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

async function look(name: string, family: 4 | 6): Promise<HostAnswer> {
  try {
    const found = await lookup(name, { family, all: true })
    return { status: 'found', addresses: found.map(({ address }) => address) }
  } catch (error) {
    const isUnknown = (error as NodeJS.ErrnoException).code === 'ENOTFOUND'
    return { status: isUnknown ? 'unknown' : 'failed' }
  }
}
