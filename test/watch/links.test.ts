import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRig, temporaryFolder } from './rig.ts'

test('an edit of a linked file is told of the link', async () => {
  const rig = await createRig()
  const elsewhere = await temporaryFolder()
  writeFileSync(join(elsewhere, 'target.js'), 'one')
  symlinkSync(join(elsewhere, 'target.js'), rig.at('link.js'))
  await rig.watch()
  writeFileSync(join(elsewhere, 'target.js'), 'two')
  await rig.until(told => told.length === 1)
  writeFileSync(join(elsewhere, 'new'), 'three')
  renameSync(join(elsewhere, 'new'), join(elsewhere, 'target.js'))
  await rig.until(told => told.length === 2)
  expect(rig.told()).toEqual(['changed link.js', 'changed link.js'])
})

test('an edit in a linked folder is told below the link', async () => {
  const rig = await createRig()
  const elsewhere = await temporaryFolder()
  mkdirSync(join(elsewhere, 'deep'))
  writeFileSync(join(elsewhere, 'deep/x'), 'one')
  symlinkSync(elsewhere, rig.at('link'))
  await rig.watch()
  writeFileSync(join(elsewhere, 'deep/x'), 'two')
  await rig.until(told => told.includes('changed link/deep/x'))
  writeFileSync(join(elsewhere, 'deep/y'), 'new')
  await rig.until(told => told.includes('added link/deep/y'))
})

test('a file that becomes a link is followed', async () => {
  const rig = await createRig()
  const elsewhere = await temporaryFolder()
  writeFileSync(join(elsewhere, 'target.js'), 'two')
  writeFileSync(rig.at('app.js'), 'one')
  await rig.watch()
  rmSync(rig.at('app.js'))
  symlinkSync(join(elsewhere, 'target.js'), rig.at('app.js'))
  await rig.until(told => told.includes('changed app.js'))
  await rig.settle()
  writeFileSync(join(elsewhere, 'target.js'), 'three')
  await rig.until(told => told.filter(change => change === 'changed app.js').length === 2)
})

test('a link that is led elsewhere brings the other content', async () => {
  const rig = await createRig()
  const elsewhere = await temporaryFolder()
  for (const name of ['blue', 'green']) {
    mkdirSync(join(elsewhere, name))
    writeFileSync(join(elsewhere, name, 'color'), name)
  }
  symlinkSync(join(elsewhere, 'blue'), rig.at('current'))
  await rig.watch()
  symlinkSync(join(elsewhere, 'green'), rig.at('next'))
  renameSync(rig.at('next'), rig.at('current'))
  await rig.until(told => told.includes('changed current/color'))
  await rig.settle()
  writeFileSync(join(elsewhere, 'green/color'), 'dark green')
  await rig.until(told => told.filter(change => change === 'changed current/color').length === 2)
})

test.each(['folder', 'link'] as const)('a %s that takes the place of the other is watched', async second => {
  const rig = await createRig()
  const elsewhere = await temporaryFolder()
  writeFileSync(join(elsewhere, 'x'), 'linked')
  const make = {
    folder: () => {
      mkdirSync(rig.at('it'))
      writeFileSync(rig.at('it/x'), 'own')
    },
    link: () => symlinkSync(elsewhere, rig.at('it')),
  }
  make[second === 'folder' ? 'link' : 'folder']()
  await rig.watch()
  rmSync(rig.at('it'), { recursive: true })
  make[second]()
  await rig.until(told => told.includes('changed it/x') || told.includes('added it/x'))
  await rig.settle()
  const before = rig.told().length
  writeFileSync(rig.at('it/x'), 'later')
  await rig.until(told => told.length > before)
})

test('links that lead in a circle, to one another or nowhere do not hang it', async () => {
  const rig = await createRig()
  for (const name of ['a', 'b', 'c']) {
    mkdirSync(rig.at(name))
    writeFileSync(rig.at(name, 'file'), name)
    for (const other of ['a', 'b', 'c', '.']) symlinkSync(rig.at(other), rig.at(name, `to-${other}-`))
  }
  symlinkSync('self', rig.at('self'))
  symlinkSync('nowhere', rig.at('broken'))
  await rig.watch()
  writeFileSync(rig.at('a/file'), 'edited')
  await rig.until(told => told.includes('changed a/file') && told.includes('changed b/to-a-/file'))
  expect(rig.told().length).toBeLessThanOrEqual(3)
  expect(rig.failures).toEqual([])
})

test('a link is a file of its own that can be removed', async () => {
  const rig = await createRig()
  const elsewhere = await temporaryFolder()
  writeFileSync(join(elsewhere, 'x'), 'x')
  symlinkSync(join(elsewhere, 'x'), rig.at('link'))
  await rig.watch()
  unlinkSync(rig.at('link'))
  expect(await rig.settle()).toEqual(['deleted link'])
})

test('a link that is led to another file of the same content, or nowhere, or to a folder, is a change', async () => {
  const rig = await createRig()
  const elsewhere = await temporaryFolder()
  for (const name of ['one', 'twin']) writeFileSync(join(elsewhere, name), 'the same')
  mkdirSync(join(elsewhere, 'folder'))
  symlinkSync(join(elsewhere, 'one'), rig.at('link'))
  await rig.watch()
  for (const [at, name] of ['twin', 'nothing', 'folder', 'other nothing'].entries()) {
    unlinkSync(rig.at('link'))
    symlinkSync(join(elsewhere, name), rig.at('link'))
    await rig.until(told => told.filter(change => change.endsWith(' link')).length > at)
    await rig.settle()
  }
  expect(rig.told().filter(change => change.endsWith(' link'))).toEqual(Array(4).fill('changed link'))
})
