import { ok } from '../model/result.ts'
import type { ClusterProvider } from './provider.ts'

/**
 * Docker Desktop's cluster of kind's nodes, which it offers for its containerd image store only: the nodes pull
 * through a mirror of Docker Desktop's own (the image `docker/desktop-containerd-registry-mirror`), which gives them what the engine has.
 */
export function dockerDesktopMirror(): ClusterProvider {
  return {
    name: 'Docker Desktop',
    load: async reference => ok(reference),
    describe: () => 'Docker Desktop, whose nodes pull from its engine: nothing to load',
  }
}
