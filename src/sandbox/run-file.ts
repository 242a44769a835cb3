import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** The sandbox's process that ends everything when it ends, as the machine numbers it. */
export interface RunRecord {
  /** The head of a process group. */
  readonly pid: number
  /** Since the machine's start, in the kernel's ticks: a number that is given again belongs to another process. */
  readonly startTime: string
  /** ISO 8601. */
  readonly startedAt: string
  /** It was started for a stack, and is to end with the last one. */
  readonly endsWithStacks: boolean
}

export function writeRunFile(
  stateFolder: string,
  { pid, endsWithStacks }: Pick<RunRecord, 'pid' | 'endsWithStacks'>,
): void {
  const startTime = startTimeOf(pid)
  if (startTime === undefined) return
  const record: RunRecord = { pid, startTime, startedAt: new Date().toISOString(), endsWithStacks }
  writeFileSync(fileOf(stateFolder), `${JSON.stringify(record)}\n`, { mode: 0o600 })
}

/** The sandbox of a state folder; undefined where none runs. */
export function readRunFile(stateFolder: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(fileOf(stateFolder), 'utf8')) as RunRecord
    return startTimeOf(record.pid) === record.startTime ? record : undefined
  } catch {
    // None was started, or its start was broken off.
    return undefined
  }
}

export function removeRunFile(stateFolder: string): void {
  rmSync(fileOf(stateFolder), { force: true })
}

function fileOf(stateFolder: string): string {
  return path.join(stateFolder, 'sandbox.json')
}

/** Undefined where the process has ended. */
function startTimeOf(pid: number): string | undefined {
  try {
    // A program's name may hold spaces and brackets.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return state === 'Z' ? undefined : fields[18]
  } catch {
    return undefined
  }
}
