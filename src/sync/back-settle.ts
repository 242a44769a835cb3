import { ok, type Result } from '../model/result.ts'
import type { Agreement } from './agreement.ts'
import { type ContainerChange, fetchBack, keepAside, type News } from './back-fetch.ts'
import { type Algorithm, readHostContent } from './host-content.ts'
import { reconcile } from './reconcile.ts'
import type { StreamFailure, SyncStream } from './stream.ts'
import { transfer } from './transfer.ts'

/**
 * Ends the difference of one file that the container changed. Gives what the user is to know; nothing where either side changed
 * meanwhile, so that the next look is to decide.
 */
export async function settle(
  stream: SyncStream,
  agreement: Agreement,
  change: ContainerChange,
  algorithm: Algorithm,
): Promise<Result<News | undefined, StreamFailure>> {
  const { target, path, container } = change
  const host = await readHostContent(path, algorithm)
  const verdict = reconcile(agreement.content(target), host, container)
  switch (verdict) {
    case 'agreed':
    case 'to-container':
      // The host's version is on its way, as it changed.
      agreement.set(target, container, 'host')
      return ok(undefined)
    case 'to-host': {
      const fetched = await fetchBack(stream, change, host, algorithm)
      if (fetched.ok && fetched.value) {
        const isBack = fetched.value.kind === 'written' || fetched.value.kind === 'deleted'
        agreement.set(target, container, isBack ? 'container' : 'host')
      }
      return fetched
    }
    case 'conflict': {
      const kept = await keepAside(stream, change, algorithm)
      if (!kept.ok || !kept.value) return kept
      agreement.set(target, container, 'host')
      if (kept.value.kind !== 'kept') return kept
      const sent = await transfer(
        agreement.recording(stream, algorithm, () => true),
        [change],
      )
      return sent.ok ? kept : sent
    }
    default:
      return verdict satisfies never
  }
}
