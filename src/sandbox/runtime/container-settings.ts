import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fail, ok, type Result } from '../../model/result.ts'
import type { StoredImage } from '../images/image-store.ts'
import type { ContainerSpec } from './container-runtime.ts'
import { type ContainerUser, resolveUser } from './container-user.ts'

/** What a container's programs are started with: the image's settings and the pod's, put together. */
export interface ContainerSettings {
  readonly command: readonly string[]
  /** `NAME=value` */
  readonly environment: readonly string[]
  readonly workingDir: string
  readonly user: ContainerUser
}

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** @param hostname the pod's */
export function resolveSettings(
  { config, ...image }: StoredImage,
  spec: ContainerSpec,
  hostname: string,
): Result<ContainerSettings> {
  const wanted = { image: config.user, user: spec.user, group: spec.group }
  const resolved = resolveUser(wanted, {
    passwd: readImageFile(image, '/etc/passwd'),
    group: readImageFile(image, '/etc/group'),
  })
  if (!resolved.ok) return resolved
  const user = { ...resolved.value, groups: [...new Set([...resolved.value.groups, ...(spec.groups ?? [])])] }
  if (spec.refusesRoot && user.user === 0)
    return fail({
      code: 'sandbox/container',
      message: 'container has runAsNonRoot and image will run as root',
    })
  // A command of the pod makes the image's arguments void, too: they were meant for the image's own.
  const command = [
    ...(spec.command ?? config.entrypoint ?? []),
    ...(spec.args ?? (spec.command ? [] : (config.cmd ?? []))),
  ]
  if (command.length === 0)
    return fail({
      code: 'sandbox/no-command',
      message: 'no command specified',
      cure: 'Give the image a CMD or an ENTRYPOINT, or the container a command.',
    })
  const environment = new Map([
    ['PATH', standardPath],
    ['HOSTNAME', hostname],
    ['HOME', user.home],
    ...(spec.hasTty ? [['TERM', 'xterm'] as const] : []),
    ...config.env.map(splitVariable),
    ...spec.env.map(({ name, value }) => [name, value] as const),
  ])
  return ok({
    command,
    environment: [...environment].map(([name, value]) => `${name}=${value}`),
    workingDir: path.posix.resolve('/', spec.workingDir ?? config.workingDir ?? '/'),
    user,
  })
}

function splitVariable(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** A file as a container sees it, without a mount; empty where there is none. */
function readImageFile(image: Pick<StoredImage, 'layers' | 'hostFolders'>, file: string): string {
  const isHosts = image.hostFolders.some(folder => file.startsWith(`${folder}/`))
  const places = [...image.layers].reverse().map(layer => path.join(layer, file))
  for (const place of [...places, ...(isHosts ? [file] : [])]) {
    try {
      return readFileSync(place, 'utf8')
    } catch (error) {
      // The mark of a file that was deleted is a device that cannot be opened.
      if ((error as NodeJS.ErrnoException).code === 'ENXIO') return ''
    }
  }
  return ''
}
