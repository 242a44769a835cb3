import { chmod, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { transfer } from '../../src/sync/transfer.ts'
import { shells } from './shell-agent.ts'
import { awkwardNames, type StreamRig, streamRig, value } from './stream-rig.ts'
import { contentsOf, edits, makeTrees, type Trees } from './trees.ts'

let rig: StreamRig
let trees: Trees
beforeEach(async () => {
  rig = await streamRig()
  trees = await makeTrees()
})
afterEach(async () => {
  await rig[Symbol.asyncDispose]()
  await trees[Symbol.asyncDispose]()
})

/** Both sides hold these files. */
async function fill(names: readonly string[]): Promise<void> {
  for (const side of [trees.host, trees.container]) {
    for (const name of names) {
      await mkdir(path.dirname(`${side}/${name}`), { recursive: true })
      await writeFile(`${side}/${name}`, name)
    }
  }
}

describe.each(shells)('under %s', (...shell: string[]) => {
  const send = async (names: readonly string[]) => {
    const { stream } = await rig.open(shell)
    return transfer(stream, edits(trees, names))
  }
  const expectEqual = async () =>
    expect(await contentsOf(trees.container)).toEqual(await contentsOf(trees.host))

  test('a file arrives with its contents and its mode', async () => {
    await writeFile(`${trees.host}/run.sh`, 'echo')
    await chmod(`${trees.host}/run.sh`, 0o750)
    expect(value(await send(['run.sh']))).toBe(1)
    await expectEqual()
    expect((await stat(`${trees.container}/run.sh`)).mode & 0o777).toBe(0o750)
  })

  test('a file that is gone when it is to be read is gone from the container', async () => {
    await fill(['kept', 'gone'])
    await rm(`${trees.host}/gone`)
    value(await send(['gone']))
    await expectEqual()
  })

  test.each([3, 60])('a folder that is deleted with all its %i files leaves nothing behind', async count => {
    const names = Array.from({ length: count }, (_, i) => `src/views/deep/it's ${i}\n`)
    await fill([...names, 'main.js'])
    await rm(`${trees.host}/src`, { recursive: true })
    expect(value(await send(names))).toBe(count)
    expect(await contentsOf(trees.container)).toEqual({ 'main.js': 'main.js' })
  })

  test('what a container made in a folder that the host has lost stays', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `uploads/seed-${i}`)
    await fill(names)
    await writeFile(`${trees.container}/uploads/of a user`, 'precious')
    await rm(`${trees.host}/uploads`, { recursive: true })
    value(await send(names))
    expect(await contentsOf(trees.container)).toEqual({ uploads: null, 'uploads/of a user': 'precious' })
  })

  test('a folder that has another name in the container is not deleted with its last file', async () => {
    const { stream } = await rig.open(shell)
    await mkdir(`${trees.container}/public`)
    await writeFile(`${trees.container}/public/index.html`, '')
    const edit = { path: `${trees.host}/site/index.html`, target: `${trees.container}/public/index.html` }
    value(await transfer(stream, [edit]))
    expect(await contentsOf(trees.container)).toEqual({ public: null })
  })

  test('all names are deleted by the dozen, whatever a shell would make of them', async () => {
    await fill([...awkwardNames, 'kept'])
    for (const name of awkwardNames) await rm(`${trees.host}/${name}`)
    value(await send(awkwardNames))
    expect(await contentsOf(trees.container)).toEqual({ kept: 'kept' })
  })

  test('a folder takes the place of a file, and gives it back', async () => {
    await fill(['page'])
    await rm(`${trees.host}/page`)
    await mkdir(`${trees.host}/page`)
    await writeFile(`${trees.host}/page/index.js`, '1')
    const names = ['page', 'page/index.js']
    value(await send(names))
    await expectEqual()
    await rm(`${trees.host}/page`, { recursive: true })
    await writeFile(`${trees.host}/page`, 'again')
    value(await send(names))
    await expectEqual()
  })

  test('a file whose place a folder took long ago takes nothing of that folder with it', async () => {
    await fill(['page/index.js'])
    value(await send(['page']))
    await expectEqual()
  })

  test('many folders are replaced by files in one go', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `module-${i}`)
    await fill(names.map(name => `${name}/index.js`))
    for (const name of names) {
      await rm(`${trees.host}/${name}`, { recursive: true })
      await writeFile(`${trees.host}/${name}`, 'flat')
    }
    value(await send([...names, ...names.map(name => `${name}/index.js`)]))
    await expectEqual()
  })

  test('links are links in the container too, wherever they lead', async () => {
    await fill(['file', 'was a file', 'folder/inside'])
    await rm(`${trees.host}/was a file`)
    const destinations = {
      'was a file': 'file',
      toFolder: 'folder',
      dangling: 'nowhere',
      absolute: '/etc/passwd',
    }
    for (const [name, to] of Object.entries(destinations)) await symlink(to, `${trees.host}/${name}`)
    value(await send(Object.keys(destinations)))
    await expectEqual()
    await rm(`${trees.host}/toFolder`)
    await writeFile(`${trees.host}/toFolder`, 'a file')
    value(await send(['toFolder']))
    await expectEqual()
  })
})

test('a branch switch of 5,000 files arrives whole', { timeout: 60_000 }, async () => {
  const { stream } = await rig.open(['dash'])
  const names = Array.from({ length: 5_000 }, (_, i) => `src/${i % 40}/file-${i}.ts`)
  for (let i = 0; i < 40; i++) await mkdir(`${trees.host}/src/${i}`, { recursive: true })
  await Promise.all(names.map(name => writeFile(`${trees.host}/${name}`, name)))
  expect(value(await transfer(stream, edits(trees, names)))).toBe(5_000)
  expect(await contentsOf(trees.container)).toEqual(await contentsOf(trees.host))
})

test('files that are larger than what is held in memory at a time arrive one after another', async () => {
  const { stream } = await rig.open(['dash'])
  const names = ['a', 'b', 'c']
  for (const name of names) await writeFile(`${trees.host}/${name}`, Buffer.alloc(5 * 1024 * 1024, name))
  value(await transfer(stream, edits(trees, names)))
  for (const name of names)
    expect(
      (await readFile(`${trees.container}/${name}`)).equals(await readFile(`${trees.host}/${name}`)),
    ).toBe(true)
})

test('a file that is too large for a stream is named, and not sent', async () => {
  const { stream } = await rig.open(['dash'])
  await writeFile(`${trees.host}/model.bin`, '')
  await truncate(`${trees.host}/model.bin`, 64 * 1024 * 1024 + 1)
  expect(await transfer(stream, edits(trees, ['model.bin']))).toMatchObject({
    ok: false,
    failure: { kind: 'refused', message: 'it has more than 64 MiB', path: `${trees.container}/model.bin` },
  })
  expect(await contentsOf(trees.container)).toEqual({})
})

test('what no image carries, such as a socket, is as good as gone', async () => {
  const { stream } = await rig.open(['dash'])
  const server = createServer().listen(`${trees.host}/socket`)
  await writeFile(`${trees.container}/socket`, 'old')
  value(await transfer(stream, edits(trees, ['socket'])))
  expect(await contentsOf(trees.container)).toEqual({})
  server.close()
})

test('a stream that breaks in the middle says that it was lost, whatever it was doing', async () => {
  const { stream } = await rig.open(['dash'])
  const names = Array.from({ length: 500 }, (_, i) => `file-${i}`)
  await Promise.all(names.map(name => writeFile(`${trees.host}/${name}`, name)))
  const sent = transfer(stream, edits(trees, [...names, 'gone']))
  stream.close()
  expect(await sent).toMatchObject({ ok: false, failure: { kind: 'lost' } })
})
