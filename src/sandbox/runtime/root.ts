import { chmodSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { StoredImage } from '../images/image-store.ts'
import type { OwnFolders } from './own-folders.ts'

/** What a container, or a `RUN` of a Dockerfile, sees as its files: an image below, its own changes above. */
export interface Root {
  /** Where the files are, once its overlays are mounted; absolute. */
  readonly path: string
  /** The folder that the overlays' options are relative to. */
  readonly layersFolder: string
  /** In the order in which they are mounted. */
  readonly overlays: readonly Overlay[]
  /** For a POSIX shell in a mount namespace of its own: stops with the first command that fails, which says why. */
  readonly script: string
  /** Where the changes are, by the part of the root that they are changes of: `/` first, then each of the host's folders. */
  readonly changes: readonly { readonly place: string; readonly folder: string }[]
}

/** One mount of a root. */
export interface Overlay {
  /** In the root, absolute; `/` is the root itself. */
  readonly place: string
  readonly options: string
}

/**
 * Prepares a root in an empty folder.
 *
 *   folder/root          what is seen:  changes/0 over the image's layers
 *              /usr                     changes/1 over the layers' `usr` over the host's `/usr`
 *              /etc …
 *
 * The host's folders are overlays of their own, since in a user namespace the kernel refuses one over `/`, which has mounts
 * below. Layers are read by `user.overlay.*`, the attributes that an ordinary user may write, as root too: so a layer serves
 * both.
 *
 * @param folder absolute, on a file system that overlays may write to: neither an overlay nor NFS.
 * @param ownFolders for an ordinary user, who may change nothing in the host's folders otherwise.
 */
export function prepareRoot(
  image: Pick<StoredImage, 'layers' | 'hostFolders'>,
  folder: string,
  ownFolders?: OwnFolders,
): Root {
  const root = path.join(folder, 'root')
  mkdirSync(root)
  const mountPoints = makeMountPoints(path.join(folder, 'mount-points'))
  const places = ['/', ...[...image.hostFolders].sort()]
  const mounts = places.map((place, index) => {
    const changes = path.join(folder, 'changes', `${index}`)
    const work = path.join(folder, 'work', `${index}`)
    mkdirSync(changes, { recursive: true })
    mkdirSync(work, { recursive: true })
    // The topmost folder's permissions are those that are seen.
    chmodSync(changes, modeOf(place, image.layers))
    const layers = [...image.layers].reverse().filter(layer => isFolder(path.join(layer, place)))
    const lower = [
      // All of them have to fit into one page: they are named from the folder that they share.
      ...layers.map(layer => escapeOption(path.join(path.basename(layer), place))),
      ...(ownFolders && place !== '/' ? [escapeOption(ownFolders.over(place))] : []),
      escapeOption(place === '/' ? mountPoints : place),
    ]
    const options = `userxattr,lowerdir=${lower.join(':')},upperdir=${escapeOption(changes)},workdir=${escapeOption(work)}`
    const command = `mount -t overlay -o ${quote(options)} devloop ${quote(path.join(root, place))}`
    return { place, folder: changes, options, command }
  })
  const [layer] = image.layers
  return {
    path: root,
    layersFolder: layer === undefined ? '/' : path.dirname(layer),
    overlays: mounts.map(({ place, options }) => ({ place, options })),
    changes: mounts.map(({ place, folder }) => ({ place, folder })),
    script: [
      'set -e',
      // Where libmount uses the kernel's newer calls, it cannot pass more than 256 characters on.
      'export LIBMOUNT_FORCE_MOUNT2=always',
      ...(layer === undefined ? [] : [`cd ${quote(path.dirname(layer))}`]),
      ...mounts.map(({ command }) => command),
      'cd /',
      '',
    ].join('\n'),
  }
}

/** The commands that give a root the kernel's own folders, in a process namespace of its own. */
export function mountKernelFolders(root: string): string {
  const at = (name: string) => quote(path.join(root, name))
  return [
    // Within another container the kernel refuses a new one.
    `mount -t proc proc ${at('proc')} 2>/dev/null || mount --rbind /proc ${at('proc')}`,
    `mount --rbind /dev ${at('dev')}`,
    `mount --rbind /sys ${at('sys')}`,
    '',
  ].join('\n')
}

/** For a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** For the options of an overlay, in which both are separators. */
function escapeOption(file: string): string {
  return file.replace(/[\\:,]/g, '\\$&')
}

/** An image from scratch has no folders for what a container is given. */
function makeMountPoints(folder: string): string {
  for (const name of ['proc', 'sys', 'dev', 'etc']) mkdirSync(path.join(folder, name), { recursive: true })
  for (const name of ['hostname', 'hosts', 'resolv.conf']) writeFileSync(path.join(folder, 'etc', name), '')
  return folder
}

function modeOf(place: string, layers: readonly string[]): number {
  const inLayer = place === '/' ? undefined : layers.findLast(layer => isFolder(path.join(layer, place)))
  const file = place === '/' ? undefined : path.join(inLayer ?? '/', place)
  return file !== undefined && existsSync(file) ? statSync(file).mode & 0o7777 : 0o755
}

function isFolder(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false
}
