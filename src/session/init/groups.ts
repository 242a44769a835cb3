import path from 'node:path'
import { toLabel } from '../../config/names.ts'
import type { KubeObject } from '../../model/kube.ts'
import type { ManifestFile } from './manifest-files.ts'
import { isWorkload, mentions, selects } from './objects.ts'

/** Manifests that become one service. */
export interface Group {
  readonly name: string
  readonly files: readonly ManifestFile[]
  /** All of the files. */
  readonly objects: readonly KubeObject[]
  /** Those that run pods; none of what only others use. */
  readonly workloads: readonly KubeObject[]
}

/**
 * Puts manifests together into services: one for each file with a workload, or for a folder that is called as one of its
 * workloads, each with what belongs to it alone. What several use is one of its own, the last of them.
 */
export function groupManifests(files: readonly ManifestFile[], project: string): readonly Group[] {
  const seeds = seedsOf(files)
  const rest = files.filter(({ objects }) => !objects.some(isWorkload))
  const alone = seeds.length < 2 ? seeds[0] : undefined
  if (alone) alone.push(...rest)
  const shared = alone ? [] : attach(rest, seeds)
  const taken = new Set<string>()
  return [...seeds, shared]
    .filter(members => members.length > 0)
    .map(members => {
      const objects = members.flatMap(file => file.objects)
      const workloads = objects.filter(isWorkload)
      return {
        name: unique(nameOf(members, workloads, project), taken),
        files: members.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
        objects,
        workloads,
      }
    })
}

type Members = ManifestFile[]

function seedsOf(files: readonly ManifestFile[]): readonly Members[] {
  const seeds = new Map<string, Members>()
  for (const file of files) {
    if (!file.objects.some(isWorkload)) continue
    const folder = path.posix.dirname(file.path)
    const isOfOne = files.some(
      other =>
        path.posix.dirname(other.path) === folder &&
        other.objects.some(
          object => isWorkload(object) && object.metadata.name === path.posix.basename(folder),
        ),
    )
    const key = isOfOne ? folder : file.path
    seeds.set(key, [...(seeds.get(key) ?? []), file])
  }
  return [...seeds.values()]
}

/** Gives each file to the one group that it belongs to. Returns those that belong to none, or to several. */
function attach(files: readonly ManifestFile[], groups: readonly Members[]): Members {
  let left = files
  // What was attached may be what the next one belongs to: an Ingress to its Service.
  for (let before = -1; before !== left.length; ) {
    before = left.length
    left = left.filter(file => {
      const [owner, ...others] = groups.filter(group => isRelated(file, group))
      if (!owner || others.length > 0) return true
      owner.push(file)
      return false
    })
  }
  return left.filter(file => {
    const isUsed = groups.some(group => isRelated(file, group))
    const folder = path.posix.dirname(file.path)
    const [owner, ...others] = groups.filter(group =>
      group.some(member => path.posix.dirname(member.path) === folder),
    )
    if (isUsed || !owner || others.length > 0 || file.objects.some(isForAll)) return true
    owner.push(file)
    return false
  })
}

function isRelated(file: ManifestFile, group: Members): boolean {
  return file.objects.some(
    object =>
      !isForAll(object) &&
      group.some(member =>
        member.objects.some(
          other =>
            mentions(other, object) ||
            mentions(object, other) ||
            (isWorkload(other) && selects(object, other)),
        ),
      ),
  )
}

/** What has to be there before anything that is in it, or of it. */
export function isForAll({ kind }: KubeObject): boolean {
  return kind === 'Namespace' || kind === 'CustomResourceDefinition'
}

/** Names of files that say nothing of what is in them. */
const plainNames =
  /^(?:k8s|kubernetes|manifests?|deploy(?:ment)?s?|all|app|apps|stack|resources|index|main|base)$/

function nameOf(files: Members, workloads: readonly KubeObject[], project: string): string {
  const [first, ...more] = workloads
  if (!first) return 'shared'
  const folder = path.posix.basename(path.posix.dirname(files[0]?.path ?? ''))
  const main = workloads.find(({ metadata }) => metadata.name === folder) ?? first
  if (more.length === 0 || main !== first) return toLabel(main.metadata.name) ?? project
  const file = path.posix.basename(files[0]?.path ?? '').replace(/\.\w+$/, '')
  if (folder === first.metadata.name) return toLabel(folder) ?? project
  return plainNames.test(file) ? project : (toLabel(file) ?? project)
}

function unique(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 2; taken.has(free); number++) free = toLabel(`${name.slice(0, 60)}-${number}`) ?? free
  taken.add(free)
  return free
}
