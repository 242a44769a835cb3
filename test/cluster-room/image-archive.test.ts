import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type Receiver, sendImage } from '../../src/cluster/image-archive.ts'
import { chainIds, sha256 } from '../../src/cluster/image-layers.ts'
import { ArchiveError, readArchive, readText } from '../../src/util/tar-reader.ts'
import {
  archive,
  digest,
  foldersOf,
  savedAsLayout,
  savedCompressed,
  savedInFolders,
  type TestImage,
  testImage,
} from './saved-image.ts'

class Node implements Receiver {
  readonly heldLayers: number
  readonly compressedLayers: ReadonlyMap<string, string>
  isComplete = false
  #pieces: Buffer[] = []

  constructor(heldLayers: number, compressedLayers: ReadonlyMap<string, string> = new Map()) {
    this.heldLayers = heldLayers
    this.compressedLayers = compressedLayers
  }
  async write(bytes: Buffer) {
    this.#pieces.push(Buffer.from(bytes))
  }
  end() {
    this.isComplete = true
  }

  /** What containerd finds in the archive: every file by the digest of its contents, and what `index.json` leads to. */
  async import() {
    const contents = new Map<string, Buffer>()
    const names = new Map<string, Buffer>()
    for await (const entry of readArchive(pieces(Buffer.concat(this.#pieces)))) {
      const found: Buffer[] = []
      for await (const piece of entry.blocks()) found.push(piece)
      const bytes = Buffer.concat(found).subarray(0, entry.size)
      contents.set(digest(bytes), bytes)
      names.set(entry.name, bytes)
    }
    const json = (bytes: Buffer | undefined) => JSON.parse(bytes?.toString() ?? 'null')
    const [described] = json(names.get('index.json')).manifests
    const manifest = json(contents.get(described.digest))
    return { contents, described, manifest, isLayout: names.has('oci-layout'), names: [...names.keys()] }
  }
}

async function* pieces(bytes: Buffer) {
  for (let start = 0; start < bytes.length; start += 1_000) yield bytes.subarray(start, start + 1_000)
}

function send(saved: Buffer, { diffIds }: TestImage, ...nodes: readonly Node[]): Promise<void> {
  return sendImage(pieces(saved), { diffIds, name: 'import.devloop.invalid/image:1' }, nodes)
}

test.each([
  ['Docker up to 24', savedInFolders],
  ['Docker from 25 on', savedAsLayout],
])('%s: each node gets the layers that it lacks, and a manifest of all', async (_, save) => {
  const image = testImage(3_000, 20_000, 0, 700)
  for (const heldLayers of [0, 1, 3, 4]) {
    const node = new Node(heldLayers)
    const whole = new Node(0)
    await send(save(image), image, node, whole)
    expect([node.isComplete, whole.isComplete]).toEqual([true, true])
    const found = await node.import()
    const sent = image.diffIds.map(diffId => found.contents.has(diffId))
    expect(sent).toEqual(image.diffIds.map((_, position) => position >= heldLayers))
    expect(found.isLayout).toBe(true)
    expect(found.described.annotations).toEqual({
      'io.containerd.image.name': 'import.devloop.invalid/image:1',
    })
    expect(found.contents.get(found.manifest.config.digest)?.toString()).toBe(image.config)
    expect(found.manifest.layers).toEqual(
      image.layers.map(bytes => expect.objectContaining({ digest: digest(bytes), size: bytes.length })),
    )
    const all = await whole.import()
    expect(image.diffIds.filter(diffId => !all.contents.has(diffId))).toEqual([])
  }
})

test('nothing of the old format is sent that containerd has no use for', async () => {
  const image = testImage(10, 10)
  const node = new Node(1)
  await send(savedInFolders(image), image, node)
  const { names } = await node.import()
  expect(names.filter(name => /VERSION|\/json$|repositories|^manifest\.json$/.test(name))).toEqual([])
})

test('a layer that the image has twice is left out only where the node holds both', async () => {
  const image = testImage(500, 600)
  const [first = Buffer.of(), second = Buffer.of()] = image.layers
  const layers = [first, second, first, Buffer.from('top')]
  const diffIds = layers.map(digest)
  const twice = { layers, diffIds, config: JSON.stringify({ rootfs: { diff_ids: diffIds } }) }
  for (const [heldLayers, isSent] of [
    [1, true],
    [2, true],
    [3, false],
  ] as const) {
    const node = new Node(heldLayers)
    await send(savedAsLayout(twice), twice, node)
    expect((await node.import()).contents.has(digest(first))).toBe(isSent)
  }
})

test('compressed layers are left out where the node knows what is in them', async () => {
  const image = testImage(4_000, 5_000)
  const compressed = image.layers.map(bytes => gzipSync(bytes))
  const [below = Buffer.of(), top = Buffer.of()] = compressed
  const known = new Map([[digest(below), image.diffIds[0] ?? '']])
  const node = new Node(1, known)
  const stranger = new Node(1)
  await send(savedCompressed(image, compressed), image, node, stranger)
  const found = await node.import()
  expect([below, top].map(bytes => found.contents.has(digest(bytes)))).toEqual([false, true])
  expect(found.manifest.layers.map((layer: { digest: string }) => layer.digest)).toEqual(
    compressed.map(digest),
  )
  expect((await stranger.import()).contents.has(digest(below))).toBe(true)
})

test('of an image for several platforms, that of the engine is sent', async () => {
  const image = testImage(100, 200)
  const other = testImage(100, 200)
  const [items, otherItems] = [image, other].map(each => listed(savedAsLayout(each)))
  const both = archive([
    ...[other, image].flatMap(({ layers, config }) => [
      ...layers.map(bytes => [`blobs/sha256/${digest(bytes).slice(7)}`, bytes] as const),
      [`blobs/sha256/${sha256(config).slice(7)}`, config] as const,
    ]),
    ['manifest.json', JSON.stringify([...((await otherItems) ?? []), ...((await items) ?? [])])],
  ])
  const node = new Node(1)
  await send(both, image, node)
  const { manifest, contents } = await node.import()
  expect(contents.get(manifest.config.digest)?.toString()).toBe(image.config)
})

async function listed(saved: Buffer): Promise<unknown[]> {
  for await (const entry of readArchive(pieces(saved))) {
    if (entry.name === 'manifest.json') return JSON.parse(await readText(entry, 10_000))
  }
  return []
}

test('layers that are named in an unknown way are all sent', async () => {
  const image = testImage(100, 200, 300)
  const folders = ['a', 'b', 'c'].map(name => sha256(name).slice('sha256:'.length))
  const node = new Node(2)
  await send(savedInFolders(image, folders), image, node)
  const { contents } = await node.import()
  expect(image.diffIds.map(diffId => contents.has(diffId))).toEqual([true, true, true])
})

test('a layer that was left out by mistake is noticed before any archive is complete', async () => {
  const image = testImage(100, 200, 300)
  const [low = '', middle = '', top = ''] = foldersOf(image)
  const node = new Node(1)
  const whole = new Node(0)
  const sent = send(savedInFolders(image, [middle, low, top]), image, node, whole)
  await expect(sent).rejects.toThrow('names its layers in an unknown way')
  expect([node.isComplete, whole.isComplete]).toEqual([false, false])
})

test.each([
  ['breaks off', (saved: Buffer) => saved.subarray(0, saved.length - 3_000)],
  ['is of another image', () => savedAsLayout(testImage(5_000, 5_000))],
  ['has no list', () => archive([['blobs/sha256/abc', 'bytes']])],
  ['has a list that cannot be read', () => archive([['manifest.json', '[{']])],
  ['is no archive', () => Buffer.from('Error response from daemon: reference does not exist\n'.repeat(50))],
])('an archive that %s is complete for nobody', async (_, change) => {
  const image = testImage(5_000, 5_000)
  const node = new Node(0)
  await expect(send(change(savedAsLayout(image)), image, node)).rejects.toThrow(ArchiveError)
  expect(node.isComplete).toBe(false)
})

test('a slow node slows what is read', async () => {
  const image = testImage(400_000)
  let taken = 0
  const slow = new Node(0)
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>()
  slow.write = () => mayGoOn
  async function* counted() {
    for await (const piece of pieces(savedAsLayout(image))) {
      taken += piece.length
      yield piece
    }
  }
  const sending = sendImage(counted(), { diffIds: image.diffIds, name: 'slow' }, [slow])
  await new Promise(resolve => setImmediate(resolve))
  expect(taken).toBeLessThan(10_000)
  goOn()
  await sending
  expect(taken).toBeGreaterThan(400_000)
})

test('chains are named as containerd names them', () => {
  // As `docker image inspect` and `ctr snapshots ls` gave them for one image.
  const layers = [
    'bafefeb594e928aa1fc42dfa84b6e67408ebb666c04c9b73e23d01c75645068c',
    'd90cf17ea692892e79a54696f060332bd7ddaf9cd25a0789d96934f2e33f17bb',
  ]
  expect(chainIds(layers.map(hex => `sha256:${hex}`))).toEqual([
    'sha256:bafefeb594e928aa1fc42dfa84b6e67408ebb666c04c9b73e23d01c75645068c',
    'sha256:266ea55a0b6cdf3a13a41204851d87bb927ba83804965338a6d837c583737851',
  ])
})
