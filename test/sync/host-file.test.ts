import { constants } from 'node:fs'
import { appendFile, mkdir, open, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { hashHostFile, readHostFile } from '../../src/sync/host-file.ts'
import { makeTrees, type Trees } from './trees.ts'

vi.mock('node:fs/promises', { spy: true })

let trees: Trees
let file = ''
beforeEach(async () => {
  trees = await makeTrees()
  file = path.join(trees.host, 'file')
  await writeFile(file, 'contents')
})
afterEach(async () => {
  vi.mocked(open).mockReset()
  await trees[Symbol.asyncDispose]()
})

test('a file that grows while it is read is read as far as it went', async () => {
  const read = await whileOpening(() => appendFile(file, ' and more'))
  expect(read).toMatchObject({ kind: 'file', bytes: Buffer.from('contents') })
})

test('a file that is cut while it is read is read to its end', async () => {
  const read = await whileOpening(() => truncate(file, 3))
  expect(read).toMatchObject({ kind: 'file', bytes: Buffer.from('con') })
})

test('a file that may not be read is named as such, and not taken for deleted', async () => {
  // Tests may run as root, who may read anything.
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
  vi.mocked(open).mockRejectedValueOnce(denied)
  expect(await readHostFile(file)).toEqual({ kind: 'unreadable', why: denied.message })
})

test('a folder whose name was a file a moment ago has no files of that file', async () => {
  expect(await readHostFile(path.join(file, 'below'))).toEqual({ kind: 'gone' })
  await mkdir(path.join(trees.host, 'folder'))
  expect(await readHostFile(path.join(trees.host, 'folder'))).toEqual({ kind: 'folder' })
})

test('a file of any size is hashed without being held in memory', async () => {
  await truncate(file, 0)
  await truncate(file, 70 * 1024 * 1024)
  const before = process.memoryUsage.rss()
  const hash = await hashHostFile(file, 'md5')
  expect(hash).toMatch(/^[0-9a-f]{32}$/)
  expect(process.memoryUsage.rss() - before).toBeLessThan(40 * 1024 * 1024)
  expect(await hashHostFile(path.join(trees.host, 'nowhere'), 'md5')).toBeUndefined()
})

/** Reads the file, and lets something happen to it after it was looked at. */
async function whileOpening(happen: () => Promise<void>) {
  const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
  vi.mocked(open).mockImplementationOnce(async (...args) => {
    expect(Number(args[1]) & constants.O_NONBLOCK).not.toBe(0)
    await happen()
    return real.open(...args)
  })
  return readHostFile(file)
}
