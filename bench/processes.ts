import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Kernel ticks a second, in which Linux counts CPU time for programs (USER_HZ). */
const ticksPerSecond = 100

/** Resident memory of a process and of all that it has started, in megabytes. Linux only. */
export function residentMegabytes(pid: number): number {
  const kilobytes = family(pid).map(one => Number(/^VmRSS:\s+(\d+)/m.exec(read(one, 'status'))?.[1] ?? 0))
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1_024
}

/** Counts the most resident memory of a process from now on (`man proc_pid_clear_refs`). Linux only. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** The most resident memory that a process has had so far, in megabytes. Linux only. */
export function peakMegabytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0) / 1_024
}

/** CPU time that a process and all that it has started have used so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const ticks = family(pid).map(one => {
    // The name in parentheses may hold spaces.
    const fields = read(one, 'stat').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  })
  return ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond
}

function family(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const parent = /^PPid:\s+(\d+)/m.exec(/^\d+$/.test(entry) ? read(Number(entry), 'status') : '')?.[1]
    if (parent !== undefined) parents.set(Number(entry), Number(parent))
  }
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
