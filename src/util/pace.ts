import { setImmediate } from 'node:timers/promises'

/** Milliseconds for which the process does nothing else. */
const sliceMs = 10

/** For long work in small synchronous steps: awaited between the steps, it lets everything else have its turn. */
export function createPace(): () => Promise<void> {
  let sliceEnd = performance.now() + sliceMs
  return async () => {
    if (performance.now() < sliceEnd) return
    await setImmediate()
    sliceEnd = performance.now() + sliceMs
  }
}
