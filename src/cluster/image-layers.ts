import { createHash } from 'node:crypto'

/** An image of the engine, as far as its layers tell. */
export interface ImageLayers {
  /** The digests of the uncompressed layers, the lowest first: `sha256:…`. */
  readonly diffIds: readonly string[]
}

/**
 * The ids under which a containerd keeps unpacked layers, one for each, the lowest first: a layer together with all
 * that lie below it (`ChainID` of the OCI image specification).
 */
export function chainIds(diffIds: readonly string[]): readonly string[] {
  const chains: string[] = []
  for (const diffId of diffIds) {
    const below = chains.at(-1)
    chains.push(below === undefined ? diffId : sha256(`${below} ${diffId}`))
  }
  return chains
}

/**
 * Where `docker save` puts layers, as far as that can be known before its archive is read: path to the highest position
 * at which the image has the layer. Engines from 25 on name a layer by its digest. Older ones name it by an id of Docker's first image format, which for all
 * layers but the highest is made of the chain and an empty configuration. What is not found here is not left out, and
 * what is, is checked against the archive's own list at its end.
 */
export function savedLayerPaths({ diffIds }: ImageLayers): ReadonlyMap<string, number> {
  const paths = new Map<string, number>()
  let parent: string | undefined
  for (const [position, chain] of chainIds(diffIds).entries()) {
    const diffId = diffIds[position] ?? ''
    const highest = diffIds.lastIndexOf(diffId)
    paths.set(blobPath(diffId), highest)
    parent = sha256(
      `{"container_config":${emptyConfig},"created":"1970-01-01T00:00:00Z","layer_id":"${chain}"` +
        `${parent === undefined ? '' : `,"parent":"${parent}"`}}`,
    )
    if (position < diffIds.length - 1) paths.set(`${hexOf(parent)}/layer.tar`, highest)
  }
  return paths
}

/** Where an OCI image layout puts what has a digest. */
export function blobPath(digest: string): string {
  return `blobs/sha256/${hexOf(digest)}`
}

export function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '')
}

/** The fields of Docker's `container.Config` that are written even where they are empty, in their order. */
const emptyConfig = JSON.stringify({
  Hostname: '',
  Domainname: '',
  User: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: null,
  Cmd: null,
  Image: '',
  Volumes: null,
  WorkingDir: '',
  Entrypoint: null,
  OnBuild: null,
  Labels: null,
})
