import { existsSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { isProgram } from '../../util/container-tool.ts'
import { exec } from '../../util/exec.ts'
import { stampOf } from '../../util/file-content.ts'

/** Where an image's programs are looked for. */
const programFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
/** Milliseconds that it may take to tell its names. */
const askMs = 10_000

/**
 * The names that the host's busybox has a program for and the host itself has none, as links to it: `usleep`, `nc`, `httpd`.
 * Nothing where the host has no busybox.
 */
export async function busyboxLinks(
  signal: AbortSignal,
): Promise<readonly (readonly [place: string, target: string])[]> {
  const busybox = ['/usr/bin/busybox', '/bin/busybox'].find(isProgram)
  if (busybox === undefined) return []
  const folder = realpathSync('/bin')
  const names = await namesOf(busybox, signal)
  return names
    .filter(name => !programFolders.some(place => existsSync(path.join(place, name))))
    .map(name => [path.join(folder, name), busybox])
}

let last: { readonly stamp: string; readonly names: readonly string[] } | undefined

/** A file that is the same as before is not asked again. */
async function namesOf(busybox: string, signal: AbortSignal): Promise<readonly string[]> {
  const stamp = stampOf(statSync(busybox))
  if (last?.stamp === stamp) return last.names
  const outcome = await exec({ command: busybox, args: ['--list'], signal, timeoutMs: askMs })
  if (outcome.status !== 'succeeded') return []
  const names = outcome.stdout.filter(name => /^[\w.[-]+$/.test(name))
  last = { stamp, names }
  return names
}
