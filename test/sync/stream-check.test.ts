import { createHash } from 'node:crypto'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { shells } from './shell-agent.ts'
import { awkwardNames, inexactTools, type StreamRig, streamRig, value } from './stream-rig.ts'

let rig: StreamRig
let root = ''
beforeEach(async () => {
  rig = await streamRig()
  root = rig.root
})
afterEach(() => rig[Symbol.asyncDispose]())

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe.each(shells)('under %s', (...shell: string[]) => {
  test.each([
    ['as bytes', {}],
    ['as text', { PATH: `${inexactTools}:${process.env.PATH}` }],
  ])('exactly the files that are asked for %s are told, those that are there', async (_, environment) => {
    const { stream } = await rig.open(shell, environment)
    for (const name of [...awkwardNames, 'not asked for']) await writeFile(`${root}/${name}`, name)
    await chmod(`${root}/plain.js`, 0o755)
    await mkdir(`${root}/folder`)
    const asked = [...awkwardNames, 'not there', 'folder', 'plain.js/below'].map(name => `${root}/${name}`)
    const listing = value(await stream.check(asked))
    expect(listing.algorithm).toBe('sha256')
    expect(listing.links.size).toBe(0)
    const expected = awkwardNames.map(name => [
      `${root}/${name}`,
      { checksum: sha256(name), isExecutable: name === 'plain.js' },
    ])
    expect(Object.fromEntries(listing.files)).toEqual(Object.fromEntries(expected))
  })

  test('a link is told as what it is, wherever it leads', async () => {
    const { stream } = await rig.open(shell)
    await writeFile(`${root}/file`, 'contents')
    const destinations = ['file', 'nowhere', '..', ' -n\n', '/dev/zero']
    for (const [i, destination] of destinations.entries()) await symlink(destination, `${root}/link\n${i}`)
    const paths = destinations.map((_, i) => `${root}/link\n${i}`)
    const listing = value(await stream.check([`${root}/file`, ...paths]))
    expect([...listing.files.keys()]).toEqual([`${root}/file`])
    expect([...listing.links]).toEqual(paths.map((path, i) => [path, destinations[i]]))
  })

  test('thousands of files are checked in one call, and none is asked for at no cost', async () => {
    const { stream } = await rig.open(shell)
    const paths = Array.from({ length: 3_000 }, (_, i) => `${root}/some file with a long name ${i}`)
    await Promise.all(paths.map((path, i) => writeFile(path, `${i}`)))
    const listing = value(await stream.check(paths))
    expect([...listing.files.keys()].sort()).toEqual([...paths].sort())
    expect(listing.files.get(paths[2_999] ?? '')?.checksum).toBe(sha256('2999'))
    expect(value(await stream.check([])).files.size).toBe(0)
  })

  test('what an agent left behind is no file of the container', async () => {
    const { stream } = await rig.open(shell)
    await mkdir(`${root}/.devloop-0123456789abcdef.d`)
    await writeFile(`${root}/.devloop-0123456789abcdef.d/file`, 'left')
    await writeFile(`${root}/file`, 'contents')
    expect([...value(await stream.list(root)).files.keys()]).toEqual([`${root}/file`])
  })
})
