import { readdirSync } from 'node:fs'
import path from 'node:path'
import { normalizeImageName, repositoryOf } from '../../model/image.ts'
import { describeObject } from '../../model/kube.ts'
import type { ComposeService } from './compose.ts'
import { chooseDependencies } from './dependencies.ts'
import type { DraftImage, DraftService, Remark } from './draft.ts'
import type { Group } from './groups.ts'
import { imagesOf } from './objects.ts'
import { choosePorts } from './ports.ts'

export interface ServicesRequest {
  /** Absolute. */
  readonly root: string
  readonly groups: readonly Group[]
  readonly images: readonly DraftImage[]
  readonly compose: readonly ComposeService[]
}

/** What the Devfile says of each group of manifests. */
export function draftServices({ root, groups, images, compose }: ServicesRequest): readonly DraftService[] {
  const built = new Set(images.map(({ ref }) => normalizeImageName(ref)))
  const composeOf = (group: Group) => compose.find(service => isSame(service, group))
  const dependencies = chooseDependencies({ groups, composeOf })
  const taken = new Set<number>()
  return groups.map(group => {
    const references = [...new Set(group.workloads.flatMap(imagesOf))]
    const foreignImages = references.filter(reference => !built.has(repositoryOf(reference)))
    const same = composeOf(group)
    return {
      name: group.name,
      manifests: patternsOf(root, group),
      objects: group.objects.map(describeObject),
      foreignImages,
      ports: choosePorts({
        group,
        isBuilt: foreignImages.length < references.length,
        taken,
        ...(same && { compose: same }),
      }),
      dependsOn: dependencies.get(group.name) ?? [],
    }
  })
}

/** Manifests are not made up: what of the compose file has none is said. */
export function missingManifests(
  groups: readonly Group[],
  compose: readonly ComposeService[],
): readonly Remark[] {
  const missing = compose.filter(service => !groups.some(group => isSame(service, group)))
  const files = [...new Set(missing.map(({ file }) => file))]
  return files.map(file => {
    const names = missing.filter(service => service.file === file).map(({ name }) => name)
    const [first = ''] = names
    return {
      text: `${file}: no manifests were found for ${new Intl.ListFormat('en').format(names)}.`,
      cure: `Write a Deployment (and a Service, where it has ports) for each, such as k8s/${first}.yaml: \`kompose convert --file ${file} --out k8s/\` makes first versions. Then write ${first}: { manifests: 'k8s/${first}.yaml' } to services.`,
    }
  })
}

/** By its name, or by the image that both run. */
function isSame({ name, image }: ComposeService, { name: group, objects, workloads }: Group): boolean {
  const names = objects
    .filter(object => object.kind === 'Service' || workloads.includes(object))
    .map(({ metadata }) => metadata.name)
  if (name === group || names.includes(name)) return true
  return (
    image !== undefined && workloads.flatMap(imagesOf).some(one => repositoryOf(one) === repositoryOf(image))
  )
}

const manifestName = /\.(?:ya?ml|json)$/

/** A folder, where all that it has of manifests belongs to the group; else the files. */
function patternsOf(root: string, { files }: Group): readonly string[] {
  const own = new Set(files.map(file => file.path))
  const isWhole = (folder: string) =>
    folder !== '.' &&
    readdirSync(path.join(root, folder))
      .filter(name => manifestName.test(name))
      .every(name => own.has(path.posix.join(folder, name)))
  const patterns = files.map(file => {
    const folder = path.posix.dirname(file.path)
    return isWhole(folder) ? folder : file.path
  })
  return [...new Set(patterns)]
}
