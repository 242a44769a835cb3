import { ok } from '../model/result.ts'
import type { ClusterProvider } from './provider.ts'

/** A cluster whose node runs on the very engine that builds the images: what is built is there already. */
export function sharedEngine(name: string, engineEnv: Readonly<Record<string, string>>): ClusterProvider {
  return {
    name,
    engineEnv,
    load: async () => ok(undefined),
    describe: () => `${name} runs on the Docker engine that builds the images, so there is nothing to load`,
  }
}
