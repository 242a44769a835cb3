import path from 'node:path'
import { describeObject } from '../../model/kube.ts'
import type { Remark } from './draft.ts'
import type { FoundManifests, ManifestFile } from './manifest-files.ts'

/**
 * Keeps one file of those that hold the same object, and leaves out the folders of the others, as are those of other
 * environments: an object can be applied once.
 */
export function withoutDuplicates(files: readonly ManifestFile[]): FoundManifests {
  const owners = new Map<string, ManifestFile>()
  const leftOut = new Map<string, Remark>()
  for (const file of files.toSorted((a, b) => strangeness(a) - strangeness(b))) {
    const folder = path.posix.dirname(file.path)
    if (leftOut.has(folder)) continue
    const twice = file.objects.find(object => owners.has(identity(object)))
    const owner = twice && owners.get(identity(twice))
    if (!twice || !owner) {
      for (const object of file.objects) owners.set(identity(object), file)
      continue
    }
    const isSameFolder = path.posix.dirname(owner.path) === folder
    const place = isSameFolder ? file.path : folder
    leftOut.set(place, {
      text: `${place}: left out, as ${owner.path} has the same ${describeObject(twice)}.`,
      cure: 'If it is meant, exchange the two in manifests, or give it a profile.',
    })
  }
  return {
    files: files.filter(({ path: file }) => !leftOut.has(file) && !leftOut.has(path.posix.dirname(file))),
    remarks: [...leftOut.values()],
  }
}

/** What is for developers comes first, and what is for others last. */
function strangeness({ path: file }: ManifestFile): number {
  if (/(?:^|[/._-])(?:local|dev|development)(?:[/._-]|$)/.test(file)) return 0
  return /(?:^|[/._-])(?:prod|production|staging|stage|uat|qa|release)(?:[/._-]|$)/.test(file) ? 2 : 1
}

function identity(object: ManifestFile['objects'][number]): string {
  const { apiVersion, kind, metadata } = object
  return [apiVersion.replace(/\/.*/, ''), kind, metadata.namespace ?? '', metadata.name].join(' ')
}
