import { readFileSync } from 'node:fs'

/** Whether a process still runs. One that has ended and waits to be asked how (a zombie) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    // Either it has ended just now, or this system has no /proc, and the signal was the answer.
    return process.platform !== 'linux'
  }
}
