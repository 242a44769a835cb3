import { existsSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Server } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { maxOutputLines } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import { claimFolder, sandboxHolders } from './folder-lock.ts'
import { readRunFile, removeRunFile } from './run-file.ts'
import { removalCommand } from './runtime/init-command.ts'
import {
  imagesFolderOf,
  inStateFolder,
  logFileOf,
  runFolderOf,
  signsOfLife,
  unfinishedLayersOf,
} from './state-folder.ts'

/** Milliseconds that the server has to end by itself: it has nothing to put right, so one that takes longer is stuck. */
const serverMs = 3_000
/** Milliseconds that the kernel has to end everything. */
const kernelMs = 10_000
const pollMs = 10

/**
 * Ends the sandbox of a state folder and removes what it leaves there but images and certificates. One that does not run is no
 * failure.
 */
export async function stop(stateFolder: string, signal: AbortSignal): Promise<Result<void>> {
  if (!existsSync(stateFolder)) return ok(undefined)
  return inStateFolder(stateFolder, async () => {
    const lock = await takeOver(stateFolder, signal)
    if (!lock.ok) return lock
    try {
      const removed = await removeTraces(stateFolder, signal)
      if (removed.ok) rmSync(logFileOf(stateFolder), { force: true })
      return removed
    } finally {
      lock.value.close()
    }
  })
}

/** Removes all that a sandbox keeps between its starts. One that runs is the failure `sandbox/running`. */
export async function purge(stateFolder: string, signal: AbortSignal): Promise<Result<void>> {
  if (!existsSync(stateFolder)) return ok(undefined)
  return inStateFolder(stateFolder, async () => {
    const lock = await claimFolder(stateFolder)
    if (!lock.ok) return lock
    try {
      return await remove(stateFolder, signal)
    } finally {
      lock.value.close()
    }
  })
}

/** Ends the sandbox that the run file names, and waits until it has ended. */
export async function endRecorded(stateFolder: string, signal: AbortSignal): Promise<Result<void>> {
  const running = readRunFile(stateFolder)
  if (!running) return ok(undefined)
  // The head of the group and the first process pass over it: the server alone ends, and then they do.
  sendSignal(-running.pid, 'SIGTERM')
  if (!(await hasEnded(stateFolder, serverMs, signal))) sendSignal(running.pid, 'SIGKILL')
  if (await hasEnded(stateFolder, kernelMs, signal)) return ok(undefined)
  return fail({
    code: 'sandbox/start',
    message: `the sandbox does not end: process ${running.pid}`,
    cure: `End it: kill -9 ${running.pid}`,
  })
}

/**
 * Removes the files that tell of a sandbox which has ended, those of its containers and of builds that ended with it. For
 * whoever holds the folder.
 */
export async function removeTraces(stateFolder: string, signal: AbortSignal): Promise<Result<void>> {
  for (const file of signsOfLife(stateFolder)) rmSync(file, { force: true })
  removeRunFile(stateFolder)
  for (const folder of [runFolderOf(stateFolder), unfinishedLayersOf(imagesFolderOf(stateFolder))]) {
    const removed = existsSync(folder) ? await remove(folder, signal) : ok(undefined)
    if (!removed.ok) return removed
  }
  return ok(undefined)
}

/** Ends whatever sandbox holds the folder, and holds it then. */
async function takeOver(stateFolder: string, signal: AbortSignal): Promise<Result<Server>> {
  let heldSince: number | undefined
  for (;;) {
    const ended = await endRecorded(stateFolder, signal)
    if (!ended.ok) return ended
    const lock = await claimFolder(stateFolder)
    if (lock.ok || signal.aborted) return lock
    heldSince ??= performance.now()
    if (performance.now() - heldSince > kernelMs) return lock
    for (const pid of sandboxHolders(stateFolder)) sendSignal(pid, 'SIGKILL')
    await pause(pollMs)
  }
}

async function remove(folder: string, signal: AbortSignal): Promise<Result<void>> {
  try {
    await rm(folder, { recursive: true, force: true })
    return ok(undefined)
  } catch {
    // It holds files of users whom only the namespace has.
  }
  const [command, ...args] = removalCommand(folder)
  const removed = await exec({ command, args, signal })
  if (removed.status === 'succeeded') return ok(undefined)
  return fail({
    code: 'sandbox/start',
    message: `cannot remove ${folder}`,
    ...('output' in removed && { output: removed.output.slice(-maxOutputLines) }),
  })
}

async function hasEnded(stateFolder: string, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const begun = performance.now()
  while (readRunFile(stateFolder) && performance.now() - begun < limitMs && !signal.aborted)
    await pause(pollMs)
  return readRunFile(stateFolder) === undefined
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended in between.
  }
}
