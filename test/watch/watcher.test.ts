import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createRig } from './rig.ts'

describe('an edit', () => {
  test('is told once, with the inputs that it belongs to and the time of its first event', async () => {
    const rig = await createRig()
    writeFileSync(rig.at('app.js'), 'one')
    await rig.watch()
    const before = Date.now()
    writeFileSync(rig.at('app.js'), 'two')
    expect(await rig.settle()).toEqual(['changed app.js'])
    const [batch] = rig.batches
    expect(batch?.changes[0]).toEqual({ path: rig.at('app.js'), kind: 'changed', inputs: ['image:web'] })
    expect(batch?.at).toBeGreaterThanOrEqual(before)
    expect(batch?.at).toBeLessThanOrEqual(Date.now())
  })

  test('that leaves the content as it was is no change', async () => {
    const rig = await createRig()
    writeFileSync(rig.at('app.js'), 'one')
    await rig.watch()
    utimesSync(rig.at('app.js'), new Date(), new Date())
    writeFileSync(rig.at('app.js'), 'one')
    expect(await rig.settle()).toEqual([])
  })

  test('of the same size within one tick of the clock is not lost', async () => {
    const rig = await createRig()
    const time = new Date(1_700_000_000_000)
    writeFileSync(rig.at('app.js'), 'one')
    utimesSync(rig.at('app.js'), time, time)
    await rig.watch()
    for (const content of ['two', 'six', 'ten']) {
      writeFileSync(rig.at('app.js'), content)
      utimesSync(rig.at('app.js'), time, time)
      expect(await rig.settle()).toEqual(['changed app.js'])
    }
  })

  test('that makes a script executable is a change', async () => {
    const rig = await createRig()
    writeFileSync(rig.at('run.sh'), '#!/bin/sh', { mode: 0o644 })
    await rig.watch()
    chmodSync(rig.at('run.sh'), 0o755)
    expect(await rig.settle()).toEqual(['changed run.sh'])
  })

  test('in pieces ends with the final content', async () => {
    const rig = await createRig()
    writeFileSync(rig.at('big.txt'), '')
    await rig.watch()
    let seen = ''
    const reader = rig.until(() => {
      seen = readFileSync(rig.at('big.txt'), 'utf8')
      return seen.endsWith('end')
    })
    for (let piece = 0; piece < 12; piece++) {
      appendFileSync(rig.at('big.txt'), `${piece} `.repeat(1000))
      await pause(12)
    }
    appendFileSync(rig.at('big.txt'), 'end')
    await reader
    expect(seen.endsWith('end')).toBe(true)
  })
})

describe('the ways of editors to save', () => {
  test.each<[string, (path: string) => void]>([
    [
      'write a temporary file and rename it over the old',
      path => {
        writeFileSync(`${path}.tmp`, 'two')
        renameSync(`${path}.tmp`, path)
      },
    ],
    [
      'unlink and rename',
      path => {
        writeFileSync(`${path}___jb_tmp___`, 'two')
        rmSync(path)
        renameSync(`${path}___jb_tmp___`, path)
      },
    ],
    [
      'vim: probe, backup, write, unlink the backup',
      path => {
        const probe = path.replace('app.js', '4913')
        writeFileSync(probe, '')
        rmSync(probe)
        renameSync(path, `${path}~`)
        writeFileSync(path, 'two')
        rmSync(`${path}~`)
      },
    ],
  ])('give one change: %s', async (_, save) => {
    const rig = await createRig()
    writeFileSync(rig.at('app.js'), 'one')
    await rig.watch()
    save(rig.at('app.js'))
    expect(await rig.settle()).toEqual(['changed app.js'])
    save(rig.at('app.js'))
    expect(await rig.settle()).toEqual([])
  })

  test('leave nothing behind that counts', async () => {
    const rig = await createRig()
    await rig.watch()
    for (const name of [
      '.app.js.swp',
      '4913',
      '.#app.js',
      '#app.js#',
      'app.js~',
      '.DS_Store',
      'a___jb_tmp___',
    ])
      writeFileSync(rig.at(name), 'temporary')
    expect(await rig.settle()).toEqual([])
  })
})

describe('files and folders that come and go', () => {
  test('a rename is a deletion and an addition', async () => {
    const rig = await createRig()
    writeFileSync(rig.at('old.js'), 'one')
    await rig.watch()
    renameSync(rig.at('old.js'), rig.at('new.js'))
    expect([...(await rig.settle())].sort()).toEqual(['added new.js', 'deleted old.js'])
  })

  test('no file is lost in folders that are made and filled at once', async () => {
    const rig = await createRig()
    await rig.watch()
    const expected: string[] = []
    for (let index = 0; index < 40; index++) {
      const folder = `f${index}/deeper/deepest`
      mkdirSync(rig.at(folder), { recursive: true })
      writeFileSync(rig.at(folder, 'x'), 'x')
      writeFileSync(rig.at(`f${index}`, 'y'), 'y')
      expected.push(`added ${folder}/x`, `added f${index}/y`)
    }
    await rig.until(told => expected.every(change => told.includes(change)))
    writeFileSync(rig.at('f39/deeper/deepest/later'), 'later')
    await rig.until(told => told.includes('added f39/deeper/deepest/later'))
    expect(new Set(rig.told()).size).toBe(rig.told().length)
  })

  test('a folder that is renamed takes its files with it', async () => {
    const rig = await createRig()
    mkdirSync(rig.at('a/b'), { recursive: true })
    writeFileSync(rig.at('a/b/x'), 'x')
    await rig.watch()
    renameSync(rig.at('a'), rig.at('c'))
    await rig.until(told => told.includes('deleted a/b/x') && told.includes('added c/b/x'))
    writeFileSync(rig.at('c/b/x'), 'xx')
    await rig.until(told => told.includes('changed c/b/x'))
  })

  test('a folder that is removed and made again is watched again', async () => {
    const rig = await createRig()
    mkdirSync(rig.at('a/b'), { recursive: true })
    writeFileSync(rig.at('a/b/x'), 'one')
    await rig.watch()
    rmSync(rig.at('a'), { recursive: true })
    mkdirSync(rig.at('a/b'), { recursive: true })
    writeFileSync(rig.at('a/b/x'), 'two')
    await rig.until(told => told.includes('changed a/b/x') || told.includes('added a/b/x'))
    await rig.settle()
    writeFileSync(rig.at('a/b/x'), 'three')
    await rig.until(told => told.at(-1) === 'changed a/b/x' && told.length > 1)
  })

  test('a file can become a folder, and a folder a file', async () => {
    const rig = await createRig()
    writeFileSync(rig.at('a'), 'file')
    mkdirSync(rig.at('b'))
    writeFileSync(rig.at('b/x'), 'x')
    await rig.watch()
    rmSync(rig.at('a'))
    mkdirSync(rig.at('a'))
    writeFileSync(rig.at('a/y'), 'y')
    rmSync(rig.at('b'), { recursive: true })
    writeFileSync(rig.at('b'), 'file')
    await rig.until(told => told.length >= 4)
    expect([...rig.told()].sort()).toEqual(['added a/y', 'added b', 'deleted a', 'deleted b/x'])
    writeFileSync(rig.at('a/y'), 'yy')
    await rig.until(told => told.includes('changed a/y'))
  })
})

test('nothing is told after the watcher was closed', async () => {
  const rig = await createRig()
  writeFileSync(rig.at('app.js'), 'one')
  await rig.watch()
  writeFileSync(rig.at('app.js'), 'two')
  await rig.watcher.close()
  writeFileSync(rig.at('app.js'), 'three')
  await pause(100)
  expect(rig.batches).toEqual([])
})
