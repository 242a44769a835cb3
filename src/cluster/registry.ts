import { parseImageReference } from '../model/image.ts'
import { ok } from '../model/result.ts'
import type { ClusterProvider, EngineEnv } from './provider.ts'
import { type AdvertisedRegistry, repositoryOf } from './registry-address.ts'
import { heldDigest } from './registry-digest.ts'
import { pushImage } from './registry-push.ts'

export interface RegistryOptions {
  /** Of the cluster, for messages: `kind`. */
  readonly name: string
  readonly registry: AdvertisedRegistry
  readonly engineEnv: EngineEnv
}

/**
 * A registry between the engine and the cluster's nodes. The engine sends it the layers that it lacks, the nodes take
 * from it those that they lack, and pods name an image by its digest: what runs is what was pushed.
 */
export function registryProvider({ name, registry, engineEnv }: RegistryOptions): ClusterProvider {
  const { host, hostFromNodes } = registry
  return {
    name,
    async load(reference, { signal, onLine }) {
      const { name: image, tag = 'latest' } = parseImageReference(reference)
      const place = { host, repository: repositoryOf(image, host), tag }
      // A tag is made from the content, so that what the registry has by it is this very image.
      const held = await heldDigest(place, signal)
      const digest =
        held === undefined
          ? await pushImage(reference, place, { registry, engineEnv, signal, onLine })
          : ok(held)
      return digest.ok ? ok(`${hostFromNodes}/${place.repository}@${digest.value}`) : digest
    },
    pushName: image => `${host}/${repositoryOf(image, host)}`,
    describe: () => `${name}, by the registry ${host}${alias(registry)}: only layers that it lacks are sent`,
  }
}

function alias({ host, hostFromNodes }: AdvertisedRegistry): string {
  return host === hostFromNodes ? '' : ` (${hostFromNodes} for its nodes)`
}
