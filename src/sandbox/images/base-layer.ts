import { hash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import type { LayerEntry } from './layer.ts'

export interface BaseLayerOptions {
  readonly hostFolders: readonly string[]
  /** Places and targets are absolute. */
  readonly links: readonly (readonly [place: string, target: string])[]
  readonly users: readonly { readonly name: string; readonly id: number }[]
  /** Where its process works, absolute. */
  readonly workingDir?: string | undefined
  /** Programs in `/usr/local/bin`, by their names. */
  readonly scripts: Readonly<Record<string, string>>
}

/** The host's folders that make a system; each is seen below an image's layers. */
export function systemFolders(): readonly string[] {
  return candidates.filter(folder => existsSync(folder) && lstatSync(folder).isDirectory())
}

/** Most systems have links to `/usr` where others have folders. */
const rootFolders = ['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
/** What package managers know of is in the last ones. */
const candidates = [...rootFolders, '/nix', '/gnu', '/var/lib/dpkg']

/** Folders that begin empty, whatever the host has in them. */
const emptyFolders: Readonly<Record<string, number>> = {
  dev: 0o755,
  home: 0o755,
  media: 0o755,
  mnt: 0o755,
  opt: 0o755,
  proc: 0o555,
  root: 0o700,
  run: 0o755,
  srv: 0o755,
  sys: 0o555,
  tmp: 0o1777,
  'var/cache': 0o755,
  'var/lib': 0o755,
  'var/log': 0o755,
  'var/mail': 0o755,
  'var/spool': 0o755,
  'var/tmp': 0o1777,
}

/** What lies on the host's folders so that they look like an image's: empty folders, and places for a container's own files. */
export function baseLayer({
  hostFolders,
  links,
  users,
  workingDir,
  scripts,
}: BaseLayerOptions): readonly LayerEntry[] {
  const entries = new Map<string, LayerEntry>()
  const add = (entry: LayerEntry) => {
    const above = path.posix.dirname(entry.path)
    if (above !== '.' && !entries.has(above)) add(folder(above, modeOnHost(above)))
    entries.set(entry.path, entry)
  }
  for (const [name, mode] of Object.entries(emptyFolders)) {
    // Every user has to get to the programs in somebody's home.
    const isOnTheWay = hostFolders.some(place => place.startsWith(`/${name}/`))
    add(folder(name, isOnTheWay ? mode | 0o755 : mode))
  }
  for (const place of hostFolders) add(folder(place.slice(1), modeOnHost(place.slice(1))))
  for (const place of rootFolders) {
    const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()
    if (isLink) add(link(place.slice(1), readlinkSync(place)))
  }
  add(link('var/run', '/run'))
  // A container's own are laid on these; on many hosts they are links to what an image has not.
  for (const name of ['etc/hostname', 'etc/hosts', 'etc/resolv.conf']) add(file(name, ''))
  if (users.length > 0) {
    add(file('etc/passwd', withUsers('/etc/passwd', users, userLine)))
    add(
      file(
        'etc/group',
        withUsers('/etc/group', users, ({ name, id }) => `${name}:x:${id}:`),
      ),
    )
    for (const { name, id } of users) add({ ...folder(`home/${name}`, 0o755), user: id, group: id })
  }
  if (workingDir !== undefined) add(folder(workingDir.slice(1), 0o755))
  for (const [place, target] of links) add(link(place.slice(1), target))
  for (const [name, text] of Object.entries(scripts))
    add({ ...file(`usr/local/bin/${name}`, text), mode: 0o755 })
  return [...entries.values()]
}

function userLine({ name, id }: { name: string; id: number }): string {
  return `${name}:x:${id}:${id}::/home/${name}:/bin/bash`
}

/** In front of the host's: of two users with one number the first one is told. */
function withUsers(
  file: string,
  users: BaseLayerOptions['users'],
  lineOf: (user: BaseLayerOptions['users'][number]) => string,
): string {
  const lines = (existsSync(file) ? readFileSync(file, 'utf8') : '').split('\n').filter(line => line !== '')
  const isOther = (line: string) => !users.some(({ name }) => line.startsWith(`${name}:`))
  const [root = 'root:x:0:0:root:/root:/bin/sh', ...others] = lines.filter(isOther)
  return `${[root, ...users.map(lineOf), ...others].join('\n')}\n`
}

/** Of a folder that the host has, as there: an overlay shows the topmost one's. */
function modeOnHost(name: string): number {
  const isSystem = candidates.some(place => `/${name}` === place || `/${name}`.startsWith(`${place}/`))
  const stats = isSystem ? lstatSync(`/${name}`, { throwIfNoEntry: false }) : undefined
  return stats?.isDirectory() ? stats.mode & 0o7777 : 0o755
}

function folder(name: string, mode: number): LayerEntry {
  return { path: name, kind: 'folder', mode, user: 0, group: 0, content: '' }
}

function link(name: string, target: string): LayerEntry {
  return { path: name, kind: 'link', mode: 0o777, user: 0, group: 0, content: target }
}

function file(name: string, text: string): LayerEntry {
  const content = hash('sha256', text, 'base64')
  return { path: name, kind: 'file', mode: 0o644, user: 0, group: 0, content, source: Buffer.from(text) }
}
