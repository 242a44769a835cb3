import { isDeepStrictEqual } from 'node:util'
import type { Project } from '../model/project.ts'

export interface ChangedParts {
  /** References of images that both have, and that are made in another way. */
  readonly changedImages: readonly string[]
  /** Names of services that both have, and that are to be read and applied anew. */
  readonly changedServices: readonly string[]
}

/**
 * What a hot reload has to touch, besides what is new or gone. A builder of the user's own counts as changed unless its
 * functions are the very same: they may close over anything, and a build that was not needed costs only its time, since
 * the same content has the same tag.
 */
export function changedParts(before: Project, next: Project): ChangedParts {
  const changedImages = pairs(before.images, next.images, ({ ref }) => ref)
    .filter(([old, image]) => !isDeepStrictEqual(old.builder, image.builder))
    .map(([, { ref }]) => ref)
  const isRenamed = before.name !== next.name || before.namespace !== next.namespace
  // Which of the project's images a service names is found when its manifests are read.
  const isRead = !isRenamed && hasSameImages(before, next)
  const changedServices = pairs(before.services, next.services, ({ name }) => name)
    .filter(([old, service]) => !isRead || !isDeepStrictEqual(old.manifests, service.manifests))
    .map(([, { name }]) => name)
  return { changedImages, changedServices }
}

function hasSameImages(before: Project, next: Project): boolean {
  const refs = [before, next].map(({ images }) => new Set(images.map(({ ref }) => ref)))
  return isDeepStrictEqual(refs[0], refs[1])
}

function pairs<Part>(
  before: readonly Part[],
  next: readonly Part[],
  key: (part: Part) => string,
): [Part, Part][] {
  const old = new Map(before.map(part => [key(part), part]))
  return next.flatMap(part => {
    const same = old.get(key(part))
    return same === undefined ? [] : [[same, part] as [Part, Part]]
  })
}
