import { constants } from 'node:os'

/** Of SIGKILL. */
export const killNumber = 9
/** Of the first real-time signal, as C libraries count them on Linux. */
const firstRealTime = 34

/** @param signal `SIGTERM`, `TERM`, `15` or `SIGRTMIN+3`, as in an image's configuration; undefined for what is none */
export function signalNumber(signal: string): number | undefined {
  if (/^\d+$/.test(signal)) return Number(signal)
  const name = signal.toUpperCase().replace(/^(?!SIG)/, 'SIG')
  const realTime = /^SIGRTMIN(?:\+(\d+))?$/.exec(name)
  if (realTime) return firstRealTime + Number(realTime[1] ?? 0)
  return Object.entries(constants.signals).find(([known]) => known === name)?.[1]
}
