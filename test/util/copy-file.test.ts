import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyFile } from '../../src/util/copy-file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-copy-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test.each([0, 1, 256 * 1024, 1_000_000])('a file of %i bytes is copied whole', async size => {
  const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251))
  await writeFile(`${folder}/a`, bytes, { mode: 0o750 })
  copyFile(`${folder}/a`, `${folder}/b`)
  expect((await readFile(`${folder}/b`)).equals(bytes)).toBe(true)
  expect((await stat(`${folder}/b`)).mode & 0o777).toBe(0o750)
})

test.runIf(process.platform === 'linux')(
  'a file that has fewer bytes than it said comes to an end',
  async () => {
    // Such are the kernel's own, always; others for a moment, while somebody saves them.
    const shorter = '/sys/kernel/mm/transparent_hugepage/enabled'
    expect((await stat(shorter)).size).toBe(4096)
    copyFile(shorter, `${folder}/b`)
    expect(await readFile(`${folder}/b`)).toEqual(await readFile(shorter))
  },
)

test('what cannot be read or written is the file system’s error', () => {
  expect(() => copyFile(`${folder}/none`, `${folder}/b`)).toThrow(/ENOENT.*none/)
})
