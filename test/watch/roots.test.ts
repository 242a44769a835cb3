import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { InputSet } from '../../src/model/files.ts'
import { createRig } from './rig.ts'

describe('a root', () => {
  test('that is a single file is followed through every kind of save', async () => {
    const rig = await createRig()
    writeFileSync(rig.at('Devfile.ts'), 'one')
    writeFileSync(rig.at('other'), 'one')
    await rig.watch([rig.at('Devfile.ts')])
    writeFileSync(rig.at('Devfile.ts'), 'two')
    expect(await rig.settle()).toEqual(['changed Devfile.ts'])
    writeFileSync(rig.at('Devfile.ts.tmp'), 'three')
    renameSync(rig.at('Devfile.ts.tmp'), rig.at('Devfile.ts'))
    expect(await rig.settle()).toEqual(['changed Devfile.ts'])
    rmSync(rig.at('Devfile.ts'))
    await rig.until(told => told.includes('deleted Devfile.ts'))
    writeFileSync(rig.at('Devfile.ts'), 'four')
    await rig.until(told => told.includes('added Devfile.ts'))
    await rig.settle()
    writeFileSync(rig.at('Devfile.ts'), 'five')
    await rig.until(told => told.at(-1) === 'changed Devfile.ts' && told.length >= 5)
  })

  test('that does not exist yet is waited for', async () => {
    const rig = await createRig()
    await rig.watch([rig.at('later/deep/root')])
    mkdirSync(rig.at('later/other'), { recursive: true })
    writeFileSync(rig.at('later/other/x'), 'not asked for')
    mkdirSync(rig.at('later/deep/root/src'), { recursive: true })
    writeFileSync(rig.at('later/deep/root/src/x'), 'one')
    await rig.until(told => told.includes('added later/deep/root/src/x'))
    writeFileSync(rig.at('later/deep/root/src/x'), 'two')
    await rig.until(told => told.includes('changed later/deep/root/src/x'))
    expect(rig.told().some(change => change.includes('other'))).toBe(false)
  })

  test('that comes up step by step is waited for', async () => {
    const rig = await createRig()
    await rig.watch([rig.at('a/b/c.txt')])
    mkdirSync(rig.at('a'))
    await rig.settle()
    mkdirSync(rig.at('a/b'))
    await rig.settle()
    writeFileSync(rig.at('a/b/c.txt'), 'one')
    await rig.until(told => told.includes('added a/b/c.txt'))
  })

  test('that is removed and made again, several times, is watched again', async () => {
    const rig = await createRig()
    mkdirSync(rig.at('root/src'), { recursive: true })
    writeFileSync(rig.at('root/src/x'), 'one')
    await rig.watch([rig.at('root')])
    for (let round = 0; round < 3; round++) {
      rmSync(rig.at('root'), { recursive: true })
      await rig.until(told => told.at(-1) === 'deleted root/src/x')
      mkdirSync(rig.at('root/src'), { recursive: true })
      writeFileSync(rig.at('root/src/x'), `made ${round}`)
      await rig.until(told => told.at(-1) === 'added root/src/x')
      writeFileSync(rig.at('root/src/x'), `edited ${round}`)
      await rig.until(told => told.at(-1) === 'changed root/src/x')
    }
  })

  test('that is replaced by a rename, as by a build tool, is watched again', async () => {
    const rig = await createRig()
    for (const name of ['dist', 'next']) {
      mkdirSync(rig.at(name))
      writeFileSync(rig.at(name, 'x'), name)
    }
    await rig.watch([rig.at('dist')])
    renameSync(rig.at('dist'), rig.at('old'))
    renameSync(rig.at('next'), rig.at('dist'))
    await rig.until(told => told.includes('changed dist/x') || told.includes('added dist/x'))
    await rig.settle()
    writeFileSync(rig.at('dist/x'), 'edited')
    await rig.until(told => told.at(-1) === 'changed dist/x' && told.length >= 2)
  })
})

describe('what is watched', () => {
  test('leaves out what every input ignores, and keeps what one of them wants', async () => {
    const rig = await createRig()
    for (const folder of ['node_modules/dep', 'deploy/k8s', 'src'])
      mkdirSync(rig.at(folder), { recursive: true })
    const inputs: InputSet[] = [
      { id: 'image:web', roots: [rig.folder], ignores: path => /node_modules|deploy/.test(path) },
      { id: 'service:web', roots: [rig.at('deploy/k8s')], ignores: path => path.endsWith('.md') },
    ]
    await rig.watcher.watch(inputs)
    for (const name of [
      'node_modules/dep/x',
      'deploy/x',
      'deploy/k8s/readme.md',
      'deploy/k8s/web.yaml',
      'src/x',
    ])
      writeFileSync(rig.at(name), 'new')
    await rig.until(told => told.includes('added src/x') && told.includes('added deploy/k8s/web.yaml'))
    expect(rig.batches.flatMap(({ changes }) => changes.map(({ inputs }) => inputs)).sort()).toEqual([
      ['image:web'],
      ['service:web'],
    ])
  })

  test('follows new rules without telling of what was there before', async () => {
    const rig = await createRig()
    mkdirSync(rig.at('docs/deep'), { recursive: true })
    writeFileSync(rig.at('docs/deep/x'), 'one')
    writeFileSync(rig.at('app.js'), 'one')
    const withoutDocs = (path: string) => path.includes('docs')
    await rig.watch([rig.folder], withoutDocs)
    writeFileSync(rig.at('docs/deep/x'), 'two')
    expect(await rig.settle()).toEqual([])
    await rig.watch([rig.folder])
    expect(await rig.settle()).toEqual([])
    writeFileSync(rig.at('docs/deep/x'), 'three')
    expect(await rig.settle()).toEqual(['changed docs/deep/x'])
    await rig.watch([rig.folder], withoutDocs)
    writeFileSync(rig.at('docs/deep/x'), 'four')
    writeFileSync(rig.at('app.js'), 'two')
    expect(await rig.settle()).toEqual(['changed app.js'])
  })

  test('is the newest of overlapping calls, and no change in between is lost', async () => {
    const rig = await createRig()
    mkdirSync(rig.at('a'))
    mkdirSync(rig.at('b'))
    await rig.watch([rig.at('a')])
    const calls = ['b', 'a', 'b'].map(name => rig.watch([rig.at('a'), rig.at(name)]))
    writeFileSync(rig.at('a/x'), 'one')
    await Promise.all(calls)
    writeFileSync(rig.at('b/y'), 'one')
    await rig.until(told => told.includes('added a/x') && told.includes('added b/y'))
  })

  test('is forgotten when it is no input any more', async () => {
    const rig = await createRig()
    mkdirSync(rig.at('a'))
    mkdirSync(rig.at('b'))
    await rig.watch([rig.at('a'), rig.at('b')])
    await rig.watch([rig.at('b')])
    writeFileSync(rig.at('a/x'), 'one')
    writeFileSync(rig.at('b/x'), 'one')
    expect(await rig.settle()).toEqual(['added b/x'])
  })
})
