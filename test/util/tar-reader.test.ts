import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ArchiveError, readArchive } from '../../src/util/tar-reader.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-tar-reader-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Cuts an archive into pieces of a size that has nothing to do with its blocks. */
async function* inPieces(archive: Buffer, size: number) {
  for (let start = 0; start < archive.length; start += size) yield archive.subarray(start, start + size)
}

function pack(...options: string[]): Buffer {
  const packed = spawnSync('tar', [...options, '-c', '-C', folder, '.'], { maxBuffer: 1e8 })
  if (packed.status !== 0) throw new Error(packed.stderr.toString())
  return packed.stdout
}

async function readAll(source: AsyncIterable<Buffer>) {
  const files = new Map<string, Buffer>()
  const links = new Map<string, string | undefined>()
  for await (const entry of readArchive(source)) {
    if (entry.kind === 'link') links.set(entry.name, entry.target)
    if (entry.kind !== 'file') continue
    const pieces: Buffer[] = []
    for await (const piece of entry.blocks()) pieces.push(piece)
    files.set(entry.name, Buffer.concat(pieces).subarray(0, entry.size))
  }
  return { files, links }
}

test.each(['ustar', 'gnu', 'pax'])('files of all sizes and links come out of a %s archive', async format => {
  const contents = new Map([0, 1, 511, 512, 513, 300_000].map(size => [`deep/${size}`, randomBytes(size)]))
  await mkdir(path.join(folder, 'deep'))
  for (const [name, bytes] of contents) await writeFile(path.join(folder, name), bytes)
  await symlink('../deep/513', path.join(folder, 'deep/soft'))
  await link(path.join(folder, 'deep/512'), path.join(folder, 'deep/zz-hard'))
  for (const size of [100, 512, 65_536]) {
    const { files, links } = await readAll(inPieces(pack(`--format=${format}`, '--sort=name'), size))
    expect(files).toEqual(contents)
    expect(links).toEqual(
      new Map([
        ['deep/soft', 'deep/513'],
        ['deep/zz-hard', 'deep/512'],
      ]),
    )
  }
})

test.each(['gnu', 'pax'])('a name of any length comes out of a %s archive', async format => {
  const name = `${'é'.repeat(60)}/${'n'.repeat(200)}`
  await mkdir(path.join(folder, 'é'.repeat(60)))
  await writeFile(path.join(folder, name), 'here')
  const { files } = await readAll(inPieces(pack(`--format=${format}`), 1_000))
  expect(files).toEqual(new Map([[name, Buffer.from('here')]]))
})

test('what nobody reads is passed over', async () => {
  await writeFile(path.join(folder, 'first'), randomBytes(100_000))
  await writeFile(path.join(folder, 'second'), randomBytes(10))
  const names: string[] = []
  for await (const entry of readArchive(inPieces(pack('--sort=name'), 700))) names.push(entry.name)
  expect(names).toEqual(['.', 'first', 'second'])
})

test('what is passed on as it came is the same archive', async () => {
  await writeFile(path.join(folder, 'n'.repeat(150)), randomBytes(5_000))
  const archive = pack('--format=pax')
  const pieces: Buffer[] = []
  for await (const entry of readArchive(inPieces(archive, 999))) {
    pieces.push(entry.header)
    for await (const piece of entry.blocks()) pieces.push(piece)
  }
  const passedOn = Buffer.concat(pieces)
  expect(passedOn.equals(archive.subarray(0, passedOn.length))).toBe(true)
  expect(archive.subarray(passedOn.length).every(byte => byte === 0)).toBe(true)
})

test('an archive that ends too early is told from a whole one, wherever it was cut', async () => {
  await writeFile(path.join(folder, 'file'), randomBytes(2_000))
  const archive = pack()
  for (const length of [1, 511, 512, 700, 1_024, 2_000]) {
    await expect(readAll(inPieces(archive.subarray(0, length), 512))).rejects.toThrow(ArchiveError)
  }
})

test('what is no archive is refused', async () => {
  await expect(readAll(inPieces(Buffer.from('Error: no such image\n'.repeat(100)), 512))).rejects.toThrow(
    'no tar archive',
  )
})
