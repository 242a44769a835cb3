import { chmodSync, mkdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs'
import type { Server } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { ControlAddress } from './address.ts'
import { isAnswered } from './is-answered.ts'
import { makeOwnFolder } from './own-folder.ts'

export type Claim =
  /** The server listens. */
  | 'claimed'
  /** Another process does. */
  | 'taken'

/** Milliseconds for which a process may be about to replace a socket that nobody answers. */
const longestTakeoverMs = 5_000
const pollMs = 20

/**
 * Listens at an address if nobody does. Of any number of processes that try at once exactly one succeeds, also where a
 * process that was killed has left its socket behind.
 */
export async function claimAddress(server: Server, address: ControlAddress): Promise<Result<Claim>> {
  if (address.folder !== undefined) {
    const made = makeOwnFolder(address.folder)
    if (!made.ok) return made
  }
  const begun = performance.now()
  while (performance.now() - begun < 2 * longestTakeoverMs) {
    // A path that exists is never bound: the kernel decides who is first.
    const bound = await bind(server, address)
    if (bound === 'claimed' || bound !== 'in-use') return bound === 'claimed' ? ok(bound) : fail(bound)
    if (await isAnswered(address)) return ok('taken')
    const replaced = await takeOver(server, address)
    if (replaced) return replaced
    await pause(pollMs)
  }
  return fail(unusable(address, 'Nobody answers at it, and it cannot be replaced.'))
}

/**
 * Replaces a socket that was left behind. Only who holds the lock removes one, so that none is removed on the word of a
 * look that was before somebody else replaced it. Undefined where another process is at it.
 */
async function takeOver(server: Server, address: ControlAddress): Promise<Result<Claim> | undefined> {
  const lock = `${address.path}.lock`
  if (!lockFolder(lock)) return undefined
  try {
    if (await isAnswered(address)) return ok('taken')
    unlinkIfThere(address.path)
    const bound = await bind(server, address)
    if (bound === 'in-use') return undefined
    return bound === 'claimed' ? ok(bound) : fail(bound)
  } finally {
    removeFolderIfThere(lock)
  }
}

/** Making a folder succeeds for one process only. */
function lockFolder(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const held = statSync(lock, { throwIfNoEntry: false })
    // Its holder was killed.
    if (held && Date.now() - held.mtimeMs > longestTakeoverMs) removeFolderIfThere(lock)
    return false
  }
}

async function bind(server: Server, address: ControlAddress): Promise<'claimed' | 'in-use' | Failure> {
  return new Promise(resolve => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening)
      resolve(error.code === 'EADDRINUSE' ? 'in-use' : unusable(address, error.message))
    }
    const onListening = () => {
      server.off('error', onError)
      // The folder has kept others out until now, and the umask may have left too much or too little.
      if (address.folder !== undefined) chmodSync(address.path, 0o600)
      resolve('claimed')
    }
    server.once('error', onError).once('listening', onListening)
    server.listen(address.path)
  })
}

function unlinkIfThere(file: string) {
  try {
    unlinkSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function removeFolderIfThere(folder: string) {
  try {
    rmdirSync(folder)
  } catch {
    // Somebody else was quicker.
  }
}

function unusable({ path }: ControlAddress, why: string): Failure {
  return {
    code: 'control/address',
    message: 'devloop cannot listen at its control socket.',
    at: { file: path },
    why,
    cure: 'Remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
  }
}
