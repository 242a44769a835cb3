import { randomBytes } from 'node:crypto'
import { chainIds, sha256 } from '../../src/cluster/image-layers.ts'
import { tarArchive, tarName } from '../../src/util/tar.ts'

/** An image as `docker save` writes it; the digests are those of the contents. */
export interface TestImage {
  readonly diffIds: readonly string[]
  readonly config: string
  readonly layers: readonly Buffer[]
}

export function testImage(...sizes: readonly number[]): TestImage {
  const layers = sizes.map(size => randomBytes(size))
  const diffIds = layers.map(digest)
  const config = JSON.stringify({ os: 'linux', rootfs: { type: 'layers', diff_ids: diffIds } })
  return { layers, diffIds, config }
}

/** The same image with another highest layer. */
export function withTop(image: TestImage, top: Buffer): TestImage {
  const layers = [...image.layers.slice(0, -1), top]
  const diffIds = layers.map(digest)
  return { layers, diffIds, config: JSON.stringify({ rootfs: { diff_ids: diffIds } }) }
}

/** As Docker 25 and later write it, compared with `image/tarexport/save.go` of its source. */
export function savedAsLayout(image: TestImage): Buffer {
  const paths = image.diffIds.map(blob)
  return archive([
    ...image.layers.map((bytes, position) => [paths[position] ?? '', bytes] as const),
    [blob(sha256(image.config)), image.config],
    ['index.json', '{"schemaVersion":2,"manifests":[]}'],
    ['manifest.json', manifest(blob(sha256(image.config)), paths)],
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
    ['repositories', '{}'],
  ])
}

/** As Docker with the containerd image store writes it: layers are compressed, which their names tell of. */
export function savedCompressed(image: TestImage, compressed: readonly Buffer[]): Buffer {
  const paths = compressed.map(bytes => blob(digest(bytes)))
  return archive([
    ...compressed.map((bytes, position) => [paths[position] ?? '', bytes] as const),
    [blob(sha256(image.config)), image.config],
    ['index.json', '{"schemaVersion":2,"manifests":[]}'],
    ['manifest.json', manifest(blob(sha256(image.config)), paths)],
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
  ])
}

/** As Docker up to 24 writes it, but for the order of its folders, which is that of their names. */
export function savedInFolders(image: TestImage, folders = foldersOf(image)): Buffer {
  const config = `${sha256(image.config).slice('sha256:'.length)}.json`
  return archive([
    ...image.layers.flatMap((bytes, position) => [
      [`${folders[position]}/VERSION`, '1.0'] as const,
      [`${folders[position]}/json`, '{}'] as const,
      [`${folders[position]}/layer.tar`, bytes] as const,
    ]),
    [config, image.config],
    [
      'manifest.json',
      manifest(
        config,
        folders.map(folder => `${folder}/layer.tar`),
      ),
    ],
    ['repositories', '{}'],
  ])
}

/** The ids of Docker's first image format. That of the highest layer is made of the image's configuration, too. */
export function foldersOf({ diffIds }: TestImage): readonly string[] {
  let parent = ''
  return chainIds(diffIds).map((chain, position) => {
    if (position === diffIds.length - 1) return sha256('the top').slice('sha256:'.length)
    const config = `{"container_config":${emptyConfig},"created":"1970-01-01T00:00:00Z","layer_id":"${chain}"`
    parent = sha256(`${config}${parent && `,"parent":"${parent}"`}}`)
    return parent.slice('sha256:'.length)
  })
}

const emptyConfig =
  '{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"Tty":false,' +
  '"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":null,"Image":"","Volumes":null,"WorkingDir":"","Entrypoint":null,' +
  '"OnBuild":null,"Labels":null}'

export function archive(files: readonly (readonly [string, string | Buffer])[]): Buffer {
  return tarArchive(
    files.map(([path, contents]) => {
      const name = tarName('', path)
      if (!name) throw new Error(`${path} is too long`)
      return { name, bytes: Buffer.from(contents), mode: 0o644 }
    }),
  )
}

export function digest(bytes: Uint8Array): string {
  return sha256(bytes)
}

function blob(id: string): string {
  return id.replace('sha256:', 'blobs/sha256/')
}

function manifest(config: string, layers: readonly string[]): string {
  return JSON.stringify([{ Config: config, RepoTags: ['shop/web:1'], Layers: layers }])
}
