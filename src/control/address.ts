import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'

/** A place at which one `devloop up` can be asked. */
export interface ControlAddress {
  /** The path of a unix socket or the name of a Windows pipe: what `net.connect` takes. */
  readonly path: string
  /** The folder that must be the user's own; absent for pipes, which have none. */
  readonly folder?: string
}

export interface AddressOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/**
 * Where the `up` of a Devfile is asked, the first of them that can be used. There are two, since a shell of `cron` or
 * `sudo` may lack XDG_RUNTIME_DIR.
 *
 * @param devfile it must exist: two ways to the same file are one project, two checkouts are two.
 */
export function devfileAddresses(devfile: string, options: AddressOptions): readonly ControlAddress[] {
  return addressesOf(`devfile\0${realpathSync.native(devfile)}`, options)
}

/** Where the `up` is asked that keeps a project in step with one cluster, from whichever checkout. */
export function stackAddresses(
  { project, cluster }: { project: string; cluster: string },
  options: AddressOptions,
): readonly ControlAddress[] {
  return addressesOf(`stack\0${cluster}\0${project}`, options)
}

/** Bytes of a path that every system takes (`sun_path` holds 108 on Linux, 104 on macOS, the last is NUL). */
const maxPathBytes = 103

function addressesOf(subject: string, { env, platform }: AddressOptions): readonly ControlAddress[] {
  const name = createHash('sha256').update(subject).digest('hex').slice(0, 16)
  const { uid, username } = userInfo()
  if (platform === 'win32') return [{ path: `\\\\.\\pipe\\devloop-${username}-${name}` }]
  const folders = [`/tmp/devloop-${uid}`]
  const runtime = env.XDG_RUNTIME_DIR
  // The specification tells to ignore relative paths.
  if (runtime && path.isAbsolute(runtime)) folders.unshift(path.join(runtime, 'devloop'))
  return folders
    .map(folder => ({ folder, path: path.join(folder, `${name}.sock`) }))
    .filter(address => Buffer.byteLength(address.path) <= maxPathBytes)
}
