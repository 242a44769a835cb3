const underWay = new Map<string, Promise<unknown>>()

export interface SharingOptions {
  /** Of the one who asks: ends its waiting, and not the work of another. */
  readonly signal: AbortSignal
  /** It waits for the work of another. */
  readonly onWait: () => void
}

/**
 * Does once what several ask for at the same time: who comes while it is done gets what comes of it.
 *
 * @param work gives undefined where it was cancelled; then the next one who waits does it.
 * @returns undefined for one who is cancelled.
 */
export async function share<Value>(
  key: string,
  work: () => Promise<Value | undefined>,
  { signal, onWait }: SharingOptions,
): Promise<Value | undefined> {
  for (;;) {
    const others = underWay.get(key) as Promise<Value | undefined> | undefined
    if (!others) break
    onWait()
    const value = await Promise.race([others, whenAborted(signal)])
    if (value !== undefined || signal.aborted) return value
  }
  const own = work().finally(() => underWay.delete(key))
  underWay.set(key, own)
  return own
}

export function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise(resolve => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
