import { lstatSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'

/** Makes a folder that nobody else may enter, or makes sure that the one that is there is such. */
export function makeOwnFolder(folder: string): Result<void> {
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true })
    const stats = lstatSync(folder)
    if (!stats.isDirectory()) return fail(unusable(folder, 'It is not a folder.'))
    if (stats.uid !== userInfo().uid) return fail(unusable(folder, 'It belongs to another user.'))
    if ((stats.mode & 0o077) !== 0) return fail(unusable(folder, 'Other users may enter it.'))
    return ok(undefined)
  } catch (error) {
    return fail(unusable(folder, String(error)))
  }
}

function unusable(folder: string, why: string): Failure {
  return {
    code: 'control/address',
    message: 'The folder for devloop’s control socket cannot be used.',
    at: { file: folder },
    why,
    cure: `Remove ${folder}, or set XDG_RUNTIME_DIR to a folder of your own.`,
  }
}
