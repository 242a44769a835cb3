/** Calls back at the first signal to end; the second ends the process at once. */
export function onEndSignals(onFirst: () => void): void {
  let isAsked = false
  const ask = () => {
    if (isAsked) process.exit(130)
    isAsked = true
    onFirst()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
}
