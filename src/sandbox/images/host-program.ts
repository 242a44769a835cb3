import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { isProgram } from '../../util/container-tool.ts'
import { exec } from '../../util/exec.ts'
import { stampOf } from '../../util/file-content.ts'
import type { BaseProgram } from './known-bases.ts'

/** A program of this machine that stands for an image's. */
export interface HostProgram {
  /** Absolute, links followed. */
  readonly file: string
  /** `20.11.1` */
  readonly version: string
  /** The folder that it was installed into, absolute; undefined where it is the system's. */
  readonly prefix?: string
}

/** Milliseconds that a program may take to tell its version. */
const askMs = 10_000

/**
 * Finds the program of a base on this machine: of several the first one on `PATH` that has the version which is asked for,
 * else the first.
 *
 * @param wanted the numbers of the version; none where every version will do.
 */
export async function findHostProgram(
  program: BaseProgram,
  wanted: readonly number[],
  signal: AbortSignal,
): Promise<HostProgram | undefined> {
  let first: HostProgram | undefined
  for (const file of candidates(program.command)) {
    const found = await examine(file, program, signal)
    if (found && hasVersion(found, wanted)) return found
    first ??= found
  }
  return first
}

export function hasVersion({ version }: HostProgram, wanted: readonly number[]): boolean {
  const numbers = version.split('.').map(Number)
  return wanted.every((number, index) => numbers[index] === number)
}

const examined = new Map<string, { readonly stamp: string; readonly found: HostProgram | undefined }>()

/** A file that is the same as before is not asked again. */
async function examine(
  file: string,
  { args, version, prefix }: BaseProgram,
  signal: AbortSignal,
): Promise<HostProgram | undefined> {
  const stamp = stampOf(statSync(file))
  const known = examined.get(file)
  if (known?.stamp === stamp) return known.found
  const outcome = await exec({ command: file, args, signal, timeoutMs: askMs })
  if (outcome.status === 'aborted') return undefined
  const text = 'output' in outcome ? outcome.output.join('\n') : ''
  const number = version.exec(text)?.[1]
  const folder = prefix?.exec(text)?.[1]
  const found = number === undefined ? undefined : { version: number, ...placeOf(file, folder) }
  examined.set(file, { stamp, found })
  return found
}

/** A version manager's `python3` is a script that finds the real one, which is in the folder that it tells of. */
function placeOf(file: string, prefix: string | undefined): Omit<HostProgram, 'version'> {
  const own = prefix === undefined ? undefined : path.join(prefix, 'bin', path.basename(file))
  const real = realpathSync(own !== undefined && isProgram(own) ? own : file)
  return { file: real, ...(prefix !== undefined && { prefix: realpathSync(prefix) }) }
}

function candidates(command: string): readonly string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(folder => path.isAbsolute(folder))
  const found = [...folders, ...systemFolders].map(folder => path.join(folder, command))
  // devloop itself runs with one, wherever that is.
  const own = command === 'node' ? [process.execPath] : []
  return [...new Set([...found, ...own])].filter(isProgram)
}

/** Where servers are, which a user's PATH may lack. */
const systemFolders = ['/usr/local/bin', '/usr/bin', '/usr/local/sbin', '/usr/sbin']
