import { existsSync } from 'node:fs'
import { chmod, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { differing } from '../../src/sync/differing.ts'
import { type StreamRig, streamRig, value } from './stream-rig.ts'
import { edits, makeTrees, type Trees } from './trees.ts'

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

describe.each(['sha256sum', 'md5sum', 'cksum'])('a container with %s', tool => {
  /** Says which of these files are to be sent. */
  async function compare(names: readonly string[]): Promise<readonly string[]> {
    const { stream } = await rig.open(['dash'], { PATH: await onlyWith(tool) })
    const found = value(await differing(stream, edits(trees, names)))
    return found.map(({ path }) => path.slice(trees.host.length + 1))
  }

  test('is sent a file whose contents, kind or mode is another one', async () => {
    await both('edited', 'one')
    await writeFile(`${trees.host}/edited`, 'two')
    await both('made executable', 'same')
    await chmod(`${trees.host}/made executable`, 0o755)
    await writeFile(`${trees.host}/new`, '')
    await both('deleted', 'old')
    await rm(`${trees.host}/deleted`)
    await writeFile(`${trees.host}/was a link`, 'now a file')
    await symlink('was a link', `${trees.container}/was a link`)
    await writeFile(`${trees.container}/is a link`, 'was a file')
    await symlink('new', `${trees.host}/is a link`)
    await symlink('here', `${trees.host}/led elsewhere`)
    await symlink('there', `${trees.container}/led elsewhere`)
    await mkdir(`${trees.host}/is a folder`)
    await writeFile(`${trees.container}/is a folder`, 'was a file')
    const names = ['edited', 'made executable', 'new', 'deleted', 'was a link', 'is a link', 'led elsewhere']
    expect(await compare([...names, 'is a folder'])).toEqual([...names, 'is a folder'])
  })

  test('is not sent what it has, nor told to delete what it has not', async () => {
    await both('same', 'contents')
    for (const side of [trees.host, trees.container]) await symlink('same', `${side}/link`)
    const known = tool === 'cksum' ? [] : ['same']
    expect(await compare([...known, 'link', 'nowhere'])).toEqual([])
  })
})

test('a file that is too large to be sent is not refused where the container has it', async () => {
  const { stream } = await rig.open(['dash'])
  for (const side of [trees.host, trees.container]) {
    await writeFile(`${side}/model.bin`, '')
    await truncate(`${side}/model.bin`, 64 * 1024 * 1024 + 1)
  }
  expect(value(await differing(stream, edits(trees, ['model.bin'])))).toEqual([])
})

test('more files than are asked for at once are all compared', async () => {
  const { stream } = await rig.open(['dash'])
  const names = Array.from({ length: 5_001 }, (_, i) => `${i}`)
  await writeFile(`${trees.host}/5000`, 'new')
  expect(value(await differing(stream, edits(trees, names))).length).toBe(1)
})

async function both(name: string, text: string): Promise<void> {
  for (const side of [trees.host, trees.container]) await writeFile(`${side}/${name}`, text)
}

/** A folder with the programs that the agent may use, and of those that make checksums only one. */
async function onlyWith(tool: string): Promise<string> {
  const folder = `${rig.root}/bin-${tool}`
  await mkdir(folder)
  const programs = 'dash sh find head dd wc readlink cat mkdir mv rm ln cp chmod sleep'.split(' ')
  const places = (process.env.PATH ?? '').split(':')
  for (const program of [...programs, tool]) {
    const place = places.find(one => existsSync(`${one}/${program}`))
    if (place !== undefined) await symlink(`${place}/${program}`, `${folder}/${program}`)
  }
  return folder
}
