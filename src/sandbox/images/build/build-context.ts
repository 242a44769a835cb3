import type { DockerIgnore } from '../../../dockerfile/dockerignore.ts'
import { layeredView } from '../layered-view.ts'
import type { CopySource } from './copy.ts'

/** A build context: a folder of the host's without what `.dockerignore` leaves out. All of it is root's. */
export function contextSource(context: string, isIgnored: DockerIgnore): CopySource {
  const view = layeredView([{ folder: context, opaque: new Set() }])
  return {
    description: `the build context (${context})`,
    owner: { user: 0, group: 0 },
    find(imagePath) {
      const entry = view.find(imagePath)
      return entry && !isIgnored(entry.file, entry.stats.isDirectory()) ? entry : undefined
    },
    list: folder => view.list(folder).filter(({ file, stats }) => !isIgnored(file, stats.isDirectory())),
  }
}
