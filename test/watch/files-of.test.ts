import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { InputSet } from '../../src/model/files.ts'
import { filesOf } from '../../src/watch/files-of.ts'
import { temporaryFolder } from './rig.ts'

test('all files of an input are found, without what it ignores, each once', async () => {
  const root = await temporaryFolder()
  for (const name of ['a.js', 'src/b.js', 'src/deep/c.js', 'node_modules/d.js']) {
    mkdirSync(join(root, name, '..'), { recursive: true })
    writeFileSync(join(root, name), '')
  }
  symlinkSync('a.js', join(root, 'link.js'))
  symlinkSync('nowhere', join(root, 'dangling'))
  const ignores = (file: string) => file.includes('node_modules')
  const input: InputSet = { id: 'image:web', roots: [root, join(root, 'src'), join(root, 'a.js')], ignores }
  const found = await filesOf(input)
  expect(found.toSorted()).toEqual(
    ['a.js', 'dangling', 'link.js', 'src/b.js', 'src/deep/c.js'].map(name => join(root, name)),
  )
})

test('a root that is a file is one, a root that is not there has none', async () => {
  const root = await temporaryFolder()
  const file = join(root, 'Dockerfile')
  writeFileSync(file, '')
  expect(await filesOf({ id: 'image:web', roots: [file, join(root, 'gone')] })).toEqual([file])
})
