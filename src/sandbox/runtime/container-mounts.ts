import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { fail, ok, type Result } from '../../model/result.ts'
import type { ContainerSpec } from './container-runtime.ts'
import { podFileNames } from './pod-files.ts'
import type { NewFiles } from './program.ts'

/** What is mounted into a container: the pod's own files, and the volumes. @param podFolder where the pod's files are */
export async function containerMounts(
  podFolder: string,
  spec: Pick<ContainerSpec, 'mounts' | 'isRootReadOnly'>,
): Promise<Result<NewFiles['mounts']>> {
  const own = podFileNames.map(name => ({
    source: path.join(podFolder, name),
    target: `/etc/${name}`,
    isReadOnly: spec.isRootReadOnly,
  }))
  const volumes: NewFiles['mounts'][number][] = []
  for (const { source, target, isReadOnly } of spec.mounts) {
    try {
      volumes.push({ source: await realpath(source), target: path.posix.resolve('/', target), isReadOnly })
    } catch {
      const message = `cannot mount ${source} on ${target}: it is not there`
      return fail({ code: 'sandbox/container', message })
    }
  }
  const isTaken = (target: string) => volumes.some(volume => volume.target === target)
  const all = [...own.filter(({ target }) => !isTaken(target)), ...volumes]
  return ok(all.sort((one, other) => depth(one.target) - depth(other.target)))
}

function depth(target: string): number {
  return target.split('/').length
}
