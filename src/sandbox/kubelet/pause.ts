import { timerMs } from '../../util/timer.ts'

/** Ends after the time, when `wake` settles, or when aborted, whatever comes first. Never rejects. */
export function pause(milliseconds: number, signal: AbortSignal, wake?: Promise<unknown>): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve()
      return
    }
    let timer: NodeJS.Timeout
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const wait = (leftMs: number) => {
      const stepMs = timerMs(leftMs)
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : end()), stepMs)
    }
    wait(milliseconds)
    signal.addEventListener('abort', end, { once: true })
    wake?.then(end, end)
  })
}
