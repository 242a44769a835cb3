import { mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { transfer } from '../../src/sync/transfer.ts'
import { streamRig, value } from './stream-rig.ts'

test('a link to a folder that becomes a folder leaves the files alone that it led to', async () => {
  await using rig = await streamRig()
  const { stream } = await rig.open(['sh'])
  const host = path.join(rig.root, 'host')
  const container = path.join(rig.root, 'container')
  await mkdir(path.join(container, 'shared'), { recursive: true })
  await writeFile(path.join(container, 'shared/a.js'), 'shared')
  await symlink('shared', path.join(container, 'link'))
  await mkdir(path.join(host, 'link'), { recursive: true })
  await writeFile(path.join(host, 'link/b.js'), 'own')

  const names = ['link/a.js', 'link/b.js', 'link']
  value(
    await transfer(
      stream,
      names.map(name => ({ path: path.join(host, name), target: path.join(container, name) })),
    ),
  )
  expect(await readFile(path.join(container, 'shared/a.js'), 'utf8')).toBe('shared')
  expect(await readdir(path.join(container, 'shared'))).toEqual(['a.js'])
  expect(await readdir(path.join(container, 'link'))).toEqual(['b.js'])
})

test('a folder that becomes a link is one', async () => {
  await using rig = await streamRig()
  const { stream } = await rig.open(['sh'])
  const host = path.join(rig.root, 'host')
  const container = path.join(rig.root, 'container')
  await mkdir(path.join(container, 'link'), { recursive: true })
  await writeFile(path.join(container, 'link/a.js'), 'old')
  await mkdir(host)
  await symlink('nowhere', path.join(host, 'link'))
  const target = { path: path.join(host, 'link'), target: path.join(container, 'link') }
  value(await transfer(stream, [target]))
  expect(await readlink(target.target)).toBe('nowhere')
})
