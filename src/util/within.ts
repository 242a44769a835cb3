/**
 * Waits for work, but not for ever.
 *
 * @returns what it gives, or undefined once the time is over; the work itself cannot be ended, and is left behind.
 */
export async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), limitMs)
  })
  try {
    return await Promise.race([work(), over])
  } finally {
    clearTimeout(timer)
  }
}
