/** Ends after the time, when `wake` settles, or when aborted, whatever comes first. Never rejects. */
export function pause(milliseconds: number, signal: AbortSignal, wake?: Promise<unknown>): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve()
      return
    }
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end, { once: true })
    wake?.then(end, end)
  })
}
