import { chmod, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fail, ok, type Result } from '../../model/result.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import type { ContainerDefinition, Pod, Volume } from '../kinds/pod.ts'
import type { ContainerSpec } from '../runtime/container-runtime.ts'
import { expand } from './expansion.ts'
import { giveToGroup, writeProjectedFiles } from './projected-files.ts'
import { contentOf, type IssueToken } from './volume-content.ts'

/** The volumes of one pod, as folders and files of the node. */
export class PodVolumes {
  readonly #store: KindStore
  readonly #folder: string
  readonly #issueToken: IssueToken
  readonly #tokens = new Map<string, string>()
  readonly #sources = new Map<string, string>()

  /** @param folder absolute, of this pod alone */
  constructor(store: KindStore, folder: string, issueToken: IssueToken) {
    this.#store = store
    this.#folder = folder
    // A new token on each look would be a change of the files each time.
    this.#issueToken = request => {
      const key = JSON.stringify(request)
      const token = this.#tokens.get(key) ?? issueToken(request)
      this.#tokens.set(key, token)
      return token
    }
  }

  /**
   * Makes all volumes, or brings those that come from the API to what it has now.
   *
   * @returns otherwise the volume that cannot be made now, and why
   */
  async prepare(pod: Pod): Promise<Result<void, { readonly volume: string; readonly why: string }>> {
    for (const volume of pod.spec.volumes ?? []) {
      const source = await this.#make(pod, volume).catch((error: NodeJS.ErrnoException) =>
        fail(error.message),
      )
      if (!source.ok) return fail({ volume: volume.name, why: source.failure })
      this.#sources.set(volume.name, source.value)
    }
    return ok(undefined)
  }

  /** Where a container has them. After `prepare`. */
  async mountsOf(
    container: ContainerDefinition,
    variables: ReadonlyMap<string, string>,
  ): Promise<Result<ContainerSpec['mounts'], string>> {
    const mounts: ContainerSpec['mounts'][number][] = []
    for (const { name, mountPath, subPath, subPathExpr, readOnly } of container.volumeMounts ?? []) {
      const source = this.#sources.get(name)
      if (source === undefined) return fail(`volume "${name}" is not there`)
      const below = subPath ?? (subPathExpr === undefined ? '' : expand(subPathExpr, variables))
      const found = await sourceBelow(source, below)
      if (!found.ok) return fail(`failed to prepare subPath for volumeMount "${name}": ${found.failure}`)
      mounts.push({ source: found.value, target: mountPath, isReadOnly: readOnly ?? false })
    }
    return ok(mounts)
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #make(pod: Pod, volume: Volume): Promise<Result<string, string>> {
    const own = path.join(this.#folder, volume.name)
    const content = contentOf(this.#store, pod, volume, this.#issueToken)
    if (content) {
      if (!content.ok) return content
      await mkdir(own, { recursive: true })
      await writeProjectedFiles(own, content.value, pod.spec.securityContext?.fsGroup)
      return ok(own)
    }
    if (volume.emptyDir) {
      await makeForEverybody(own, pod.spec.securityContext?.fsGroup)
      return ok(own)
    }
    if (volume.hostPath) return hostFolder(volume.hostPath.path, volume.hostPath.type)
    if (volume.persistentVolumeClaim) return this.#claimed(pod, volume.persistentVolumeClaim.claimName)
    const kind = Object.keys(volume).find(key => key !== 'name') ?? 'nothing'
    return fail(
      `the sandbox has no volumes of the kind ${kind}: use configMap, secret, emptyDir, hostPath or a claim`,
    )
  }

  async #claimed({ metadata, spec }: Pod, name: string): Promise<Result<string, string>> {
    const claim = this.#store.get('persistentvolumeclaims', name, metadata.namespace)
    if (!claim) return fail(`persistentvolumeclaim "${name}" not found`)
    if (claim.status?.phase !== 'Bound') return fail(`persistentvolumeclaim "${name}" is not bound yet`)
    const volume = this.#store.get('persistentvolumes', claim.spec.volumeName ?? '')
    const folder = volume?.spec.hostPath?.path ?? volume?.spec.local?.path
    if (folder === undefined)
      return fail(
        `the sandbox mounts only hostPath and local volumes, and "${claim.spec.volumeName}" is neither`,
      )
    await makeForEverybody(folder, spec.securityContext?.fsGroup)
    return ok(folder)
  }
}

/**
 * Whatever user a container runs as; one that is there already is as its containers have left it.
 *
 * @param group that what is made in it is to have
 */
async function makeForEverybody(folder: string, group: number | undefined): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  if (made === undefined) return
  await giveToGroup(folder, group)
  // The mode that it is made with is less what the umask takes away.
  await chmod(folder, group === undefined ? 0o777 : 0o2777)
}

/** As https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types says. */
async function hostFolder(source: string, type = ''): Promise<Result<string, string>> {
  if (type === 'DirectoryOrCreate') await mkdir(source, { recursive: true, mode: 0o755 })
  if (type === 'FileOrCreate') await writeFile(source, '', { flag: 'a' })
  const stats = await stat(source).catch(() => undefined)
  if (!stats) return fail(`hostPath type check failed: ${source} is not there`)
  const isRight =
    (!type.startsWith('Directory') || stats.isDirectory()) &&
    (!type.startsWith('File') || stats.isFile()) &&
    (type !== 'Socket' || stats.isSocket()) &&
    (type !== 'CharDevice' || stats.isCharacterDevice()) &&
    (type !== 'BlockDevice' || stats.isBlockDevice())
  return isRight ? ok(source) : fail(`hostPath type check failed: ${source} is not a ${type}`)
}

/** What is mounted of a volume; a folder is made where nothing is. Never outside of the volume. */
async function sourceBelow(volume: string, below: string): Promise<Result<string, string>> {
  if (below === '') return ok(volume)
  const wanted = path.join(volume, below)
  if (path.relative(volume, wanted).startsWith('..')) return fail(`${below} leaves the volume`)
  const isThere = await stat(wanted).catch(() => undefined)
  if (!isThere) {
    await mkdir(wanted, { recursive: true })
    // Whoever may write to the volume may write to it.
    await chmod(wanted, (await stat(volume)).mode & 0o777)
  }
  // A link is followed now, so that this container keeps the version of a projected file that it began with.
  const real = await realpath(wanted)
  const root = await realpath(volume)
  return real === root || real.startsWith(`${root}${path.sep}`)
    ? ok(real)
    : fail(`${below} leaves the volume`)
}
