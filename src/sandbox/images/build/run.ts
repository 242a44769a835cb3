import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import path from 'node:path'
import type { ExecOutcome, ExecRequest } from '../../../util/exec.ts'
import type { OwnFolders } from '../../runtime/own-folders.ts'
import { mountKernelFolders, prepareRoot, quote, type Root } from '../../runtime/root.ts'
import type { StoredImage } from '../image-store.ts'
import { canChangeOwners } from '../rights.ts'
import type { Owner } from './copy.ts'
import type { RunMount } from './run-mounts.ts'

/**
 * Runs a program on the host's side: with the host's network, and with the rights to make a root. Ends with the signal, with
 * all that it has started.
 */
export type HostCommand = (
  request: Pick<ExecRequest, 'command' | 'args' | 'signal' | 'onLine'>,
) => Promise<HostOutcome>

/** `output` are the last lines. */
export type HostOutcome =
  | { readonly status: 'succeeded' }
  | Exclude<ExecOutcome, { readonly status: 'succeeded' }>

export interface RunOptions {
  readonly hostCommand: HostCommand
  /** An empty folder, absolute, on the file system of the layers. */
  readonly folder: string
  readonly image: Pick<StoredImage, 'layers' | 'hostFolders'>
  /** Where the host's folders are not this process's own. */
  readonly ownFolders: OwnFolders | undefined
  /** The program is looked for on the environment's `PATH`, in the image. */
  readonly command: readonly string[]
  /** All of it: `NAME=value`. */
  readonly env: readonly string[]
  readonly workdir: string
  readonly user: Owner
  readonly mounts: readonly RunMount[]
  /** Whether it has the host's network, or none. */
  readonly hasNetwork: boolean
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
}

export type RunOutcome =
  | { readonly status: 'succeeded'; readonly root: Root; readonly madeForMounts: readonly string[] }
  | { readonly status: 'failed'; readonly exit: string; readonly output: readonly string[] }
  /** The command was not reached: namespaces or mounts are refused. */
  | { readonly status: 'no-root'; readonly output: readonly string[] }
  | { readonly status: 'aborted' }

/**
 * Runs a command of a Dockerfile in a root of its own, as the first process of a process namespace: with its end, however it
 * comes, all that it has started ends, and its mounts go. Its standard input is empty.
 */
export async function runCommand(options: RunOptions): Promise<RunOutcome> {
  const { folder, image, signal, onLine, mounts, hostCommand } = options
  const root = prepareRoot(image, folder, options.ownFolders)
  const started = path.join(folder, 'started')
  const scratch = path.join(folder, 'mounted')
  mkdirSync(scratch)
  const places = mounts.map(mount => path.join(root.path, mount.target))
  const made = mounts.flatMap(mount => missingPlaces(image, mount.target))
  const script = [
    root.script + mountKernelFolders(root.path).trimEnd(),
    ...nameServers(root),
    ...mounts.flatMap((mount, index) => {
      const place = places[index] ?? ''
      const folderOfPlace = quote(mount.isFile ? path.dirname(place) : place)
      return [
        `mkdir -p ${folderOfPlace}`,
        ...(mount.isFile ? [`[ -e ${quote(place)} ] || : > ${quote(place)}`] : []),
        mount.script(place, scratch),
      ]
    }),
    `: > ${quote(started)}`,
    'set +e',
    // The first process of a namespace ignores what it does not expect.
    "trap 'exit 143' TERM",
    '"$@" &',
    'wait $!',
  ].join('\n')
  const outcome = await hostCommand({
    command: 'unshare',
    args: [...namespaces(options), 'sh', '-c', script, 'sh', ...insideRoot(root, options)],
    signal,
    onLine,
  })
  return outcomeOf(outcome, root, existsSync(started), made)
}

/** What `unshare` is told for mounts that only its own processes see. */
export function ownNamespaces(): readonly string[] {
  // Whoever is root, on the machine or in a namespace, needs no further one.
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  return [...user, '--mount', '--propagation=private']
}

function namespaces({ hasNetwork }: RunOptions): readonly string[] {
  return [...ownNamespaces(), ...(hasNetwork ? [] : ['--net']), '--pid', '--fork', '--kill-child']
}

/** util-linux's `unshare` without a namespace changes root, folder and user, and needs no program in the image for it. */
function insideRoot(root: Root, { command, env, workdir, user }: RunOptions): readonly string[] {
  const ids = canChangeOwners() ? [`--setgid=${user.group}`, `--setuid=${user.user}`] : []
  return [
    'env',
    '-i',
    ...env,
    locateUnshare(),
    `--root=${root.path}`,
    `--wd=${workdir}`,
    ...ids,
    '--',
    ...command,
  ]
}

/** The environment's `PATH` is the image's. */
function locateUnshare(): string {
  return ['/usr/bin/unshare', '/bin/unshare', '/usr/sbin/unshare'].find(existsSync) ?? 'unshare'
}

/** With the host's network come the host's name servers, wherever the host keeps their file. */
function nameServers(root: Root): readonly string[] {
  const [file, target] = ['/etc/resolv.conf', path.join(root.path, 'etc/resolv.conf')]
  return existsSync(file)
    ? [`[ ! -f ${quote(target)} ] || mount --bind ${quote(realpathSync(file))} ${quote(target)}`]
    : []
}

/** What has to be made for a mount, the deepest first: it is no part of the image. */
function missingPlaces({ layers, hostFolders }: RunOptions['image'], target: string): readonly string[] {
  const missing: string[] = []
  const isThere = (place: string) =>
    layers.some(layer => existsSync(path.join(layer, place))) ||
    (hostFolders.some(folder => place.startsWith(`${folder}/`)) && existsSync(place))
  for (let at = target; at !== '/' && !isThere(at); at = path.posix.dirname(at)) missing.push(at)
  return missing
}

function outcomeOf(
  outcome: HostOutcome,
  root: Root,
  hasStarted: boolean,
  madeForMounts: readonly string[],
): RunOutcome {
  switch (outcome.status) {
    case 'succeeded':
      return { status: 'succeeded', root, madeForMounts }
    case 'aborted':
      return { status: 'aborted' }
    case 'not-found':
      return { status: 'no-root', output: ['the command "unshare" (of util-linux) was not found'] }
    case 'failed':
      return hasStarted
        ? { status: 'failed', exit: outcome.exit, output: outcome.output }
        : { status: 'no-root', output: outcome.output }
    case 'timed-out':
      throw new Error('a command of a Dockerfile has no time limit')
    default:
      return outcome satisfies never
  }
}
