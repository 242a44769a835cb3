import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tarArchive, tarName } from '../../src/util/tar.ts'

const tars = [['tar'], ['busybox', 'tar']].filter(
  ([program = '', ...args]) => spawnSync(program, [...args, '--help']).status === 0,
)

test.each(tars)('what is packed is unpacked the same by %s', async (...command: string[]) => {
  const [program = '', ...args] = command
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-tar-'))
  try {
    const contents = [0, 1, 511, 512, 513, 100_000].map(size => randomBytes(size))
    const entries = contents.map((bytes, i) => {
      const name = tarName('é'.repeat(77), `${i}`.padEnd(100, 'n'))
      if (!name) throw new Error('the name does not fit')
      return { name, bytes, mode: 0o640 }
    })
    const unpacked = spawnSync(program, [...args, '-xpf', '-', '-C', folder], { input: tarArchive(entries) })
    expect(unpacked.stderr.toString()).toBe('')
    for (const [i, bytes] of contents.entries()) {
      const file = path.join(folder, 'é'.repeat(77), `${i}`.padEnd(100, 'n'))
      expect((await readFile(file)).equals(bytes)).toBe(true)
      expect((await stat(file)).mode & 0o777).toBe(0o640)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a name that needs an extension of the format is told apart', () => {
  expect(tarName('folder', 'n'.repeat(100))).toBeDefined()
  expect(tarName('folder', 'n'.repeat(101))).toBeUndefined()
  expect(tarName('f'.repeat(156), 'name')).toBeUndefined()
  expect(tarName('folder', 'é'.repeat(51))).toBeUndefined()
})
