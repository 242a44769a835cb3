import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Failure } from '../../model/failure.ts'
import { fail, ok, type Result } from '../../model/result.ts'
import { isProgram } from '../../util/container-tool.ts'
import { isWithin } from '../../util/paths.ts'
import { baseLayer, systemFolders } from './base-layer.ts'
import { busyboxLinks } from './busybox.ts'
import { findHostProgram, type HostProgram, hasVersion } from './host-program.ts'
import type { ImageConfig } from './image-store.ts'
import { type BaseProgram, findKnownBase, type KnownBase, knownBaseNames } from './known-bases.ts'
import { layerDigest, writeLayer } from './layer.ts'
import type { ImageParts, StoredImages } from './stored-images.ts'

export interface BaseImage {
  readonly image: ImageParts
  /** What it is in truth, in one line. */
  readonly description: string
  /** The host's program has another version than the name promises. */
  readonly isOtherVersion: boolean
}

/**
 * Makes the image that stands for one of a registry: the host's own files, with the settings that the image is known for.
 *
 * @param reference as written: `node:20-alpine`.
 */
export async function makeBaseImage(
  store: Pick<StoredImages, 'layers'>,
  reference: string,
  signal: AbortSignal,
): Promise<Result<BaseImage>> {
  const known = findKnownBase(reference)
  if (!known) return fail(unknownBase(reference))
  const { base, version, hasBusybox = false } = known
  const program = base.program && (await findHostProgram(base.program, version, signal))
  if (base.program && !program) return fail(missingProgram(reference, base.program))
  const prefix = ownPrefix(program)
  const hostFolders = [...systemFolders(), ...(prefix === undefined ? [] : [prefix])]
  const links = [
    ...(base.program && program ? linksTo(base.program, program) : []),
    ...(hasBusybox ? await busyboxLinks(signal) : []),
  ]
  const entries = baseLayer({
    ...{ hostFolders, links, users: base.users ?? [], scripts: base.scripts ?? {} },
    workingDir: base.config.workingDir,
  })
  const digest = layerDigest(entries)
  if (!store.layers.find(digest)) {
    await using scratch = await store.layers.scratch()
    await writeLayer(entries, scratch.path)
    await store.layers.keep(digest, scratch.path, [])
  }
  const image: ImageParts = {
    base: 'host',
    hostFolders,
    config: configOf(base, program, prefix),
    layers: [digest],
    programs: program ? `${program.file} ${program.version}` : systemName(),
  }
  const isOtherVersion = program !== undefined && !hasVersion(program, version)
  return ok({ image, isOtherVersion, description: describe(reference, base.program, program) })
}

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function configOf(
  { config }: KnownBase,
  program: HostProgram | undefined,
  prefix: string | undefined,
): ImageConfig {
  const { env, path: folders = [], ...settings } = config
  const search = [...folders, ...(prefix === undefined ? [] : [path.join(prefix, 'bin')]), standardPath]
  return {
    exposedPorts: [],
    labels: {},
    volumes: [],
    ...settings,
    env: [`PATH=${search.join(':')}`, ...(program && env ? env(program.version) : [])],
  }
}

/** One that a version manager keeps in somebody's home, which an image does not show otherwise. */
function ownPrefix(program: HostProgram | undefined): string | undefined {
  if (program === undefined) return undefined
  const { file, prefix = path.dirname(path.dirname(file)) } = program
  return systemFolders().some(folder => isWithin(file, folder)) ? undefined : prefix
}

/** Where an image has its programs, links lead to the host's: `/usr/local/bin/node`. */
function linksTo(
  { companions, aliases = {} }: BaseProgram,
  { file }: HostProgram,
): readonly (readonly [place: string, target: string])[] {
  const folder = path.dirname(file)
  const own: [string, string] = [path.basename(file), file]
  const beside = [path.basename(file), ...companions].flatMap((name): [string, string][] => {
    const target = name === path.basename(file) ? file : path.join(folder, name)
    return isProgram(target) ? [[name, target]] : []
  })
  const found = new Map([own, ...beside])
  for (const [alias, name] of Object.entries(aliases)) {
    const target =
      found.get(name) ?? (isProgram(path.join(folder, name)) ? path.join(folder, name) : undefined)
    if (target !== undefined) found.set(alias, target)
  }
  return [...found]
    .map(([name, target]) => [path.join('/usr/local/bin', name), target] as const)
    .filter(([place]) => !existsSync(place))
}

function describe(
  reference: string,
  program: BaseProgram | undefined,
  found: HostProgram | undefined,
): string {
  return program && found
    ? `${reference} stands for this machine's ${program.command} ${found.version} (${found.file})`
    : `${reference} stands for this machine's own files (${systemName()})`
}

/** As the system calls itself (os-release(5)). */
function systemName(): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? 'Linux'
}

function unknownBase(reference: string): Failure {
  const names = new Intl.ListFormat('en').format(knownBaseNames())
  return {
    code: 'build/failed',
    message: `The sandbox cannot stand in for the image ${reference}.`,
    why: `It has no registry to pull from; this machine's own files stand for ${names}, and for distroless.`,
    cure: 'Build from one of these, from scratch or from an image of this Devfile; or use a cluster of kind, k3d or minikube.',
  }
}

function missingProgram(reference: string, { command, install }: BaseProgram): Failure {
  return {
    code: 'build/no-tool',
    message: `${reference} needs the program ${command}, and this machine has none.`,
    why: 'In the sandbox, the programs of an image are those of this machine.',
    cure: `Install it (${install}); devloop goes on by itself.`,
    tool: command,
  }
}
