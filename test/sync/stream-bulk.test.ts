import { randomBytes } from 'node:crypto'
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { shells } from './shell-agent.ts'
import { awkwardNames, inexactTools, type StreamRig, streamRig, value, withFileLimit } from './stream-rig.ts'

/** A folder with a `tar` that fails and leaves its input unread. */
const brokenTar = path.join(import.meta.dirname, '../fixtures/broken-tar')

let rig: StreamRig
let root = ''
/** A folder for programs that stand in front of the machine's own. */
let tools = ''
beforeEach(async () => {
  rig = await streamRig()
  root = rig.root
  tools = await mkdtemp(path.join(tmpdir(), 'devloop-tools-'))
})
afterEach(async () => {
  await rig[Symbol.asyncDispose]()
  await rm(tools, { recursive: true, force: true })
})

function manyFiles(count: number, folders = 10) {
  return Array.from({ length: count }, (_, i) => ({
    path: `${root}/folder ${i % folders}/file-${i}`,
    bytes: Buffer.from(`contents ${i}`),
    mode: i % 3 === 0 ? 0o755 : 0o644,
  }))
}

describe.each(shells)('under %s', (...shell: string[]) => {
  test.each([
    ['with tar', {}],
    ['with a tar that fails', { PATH: `${brokenTar}:${process.env.PATH}` }],
    ['where contents go as text', { PATH: `${inexactTools}:${process.env.PATH}` }],
  ])('all of many files arrive %s, with their modes, and nothing else', async (_, environment) => {
    const { stream } = await rig.open(shell, environment)
    const files = manyFiles(200)
    value(await stream.writeMany(files))
    for (const file of files) {
      expect((await readFile(file.path)).equals(file.bytes)).toBe(true)
      expect((await stat(file.path)).mode & 0o777).toBe(file.mode)
    }
    expect((await readdir(root, { recursive: true })).length).toBe(200 + 10)
  })

  // It runs its own `mv`, whatever is on the PATH.
  test.skipIf(shell[0] === 'busybox')(
    'files of the same folder take one process together, in whatever order they come',
    async () => {
      const calls = path.join(tools, 'calls')
      const wrapper = `#!/bin/sh\nPATH=${process.env.PATH}\necho called >>'${calls}'\nexec mv "$@"\n`
      await writeFile(path.join(tools, 'mv'), wrapper, { mode: 0o755 })
      const { stream } = await rig.open(shell, { PATH: `${tools}:${process.env.PATH}` })
      value(await stream.writeMany(manyFiles(300, 10)))
      expect((await readFile(calls, 'utf8')).split('called').length - 1).toBe(10)
    },
  )

  test('files of any name and size arrive whole, new ones and in the place of old ones', async () => {
    const { stream } = await rig.open(shell)
    const long = 'n'.repeat(200)
    for (const round of [0, 1]) {
      const files = [...awkwardNames, long].flatMap((name, i) => [
        { path: `${root}/${name}`, bytes: randomBytes(i * 37), mode: 0o600 },
        { path: `${root}/in ${i}/${name}/${name}`, bytes: randomBytes(round), mode: 0o640 },
      ])
      files.push({ path: `${root}/large`, bytes: randomBytes(2_000_000), mode: 0o644 })
      if (round === 0) for (const name of [...awkwardNames, long]) await writeFile(`${root}/${name}`, 'old')
      value(await stream.writeMany(files))
      for (const file of files) {
        expect((await readFile(file.path)).equals(file.bytes)).toBe(true)
        expect((await stat(file.path)).mode & 0o777).toBe(file.mode)
      }
    }
  })

  test('links are replaced, never followed', async () => {
    const { stream } = await rig.open(shell)
    await mkdir(`${root}/kept`)
    await writeFile(`${root}/kept/file`, 'kept')
    await symlink('kept', `${root}/to-folder`)
    await symlink('kept/file', `${root}/to-file`)
    await symlink('nowhere', `${root}/to-nothing`)
    const links = ['to-folder', 'to-file', 'to-nothing']
    const replaced = links.map(name => ({ path: `${root}/${name}`, bytes: Buffer.from('new'), mode: 0o644 }))
    value(await stream.writeMany([...manyFiles(20), ...replaced]))
    for (const name of links) expect((await lstat(`${root}/${name}`)).isFile()).toBe(true)
    expect(await readdir(`${root}/kept`)).toEqual(['file'])
    expect(await readFile(`${root}/kept/file`, 'utf8')).toBe('kept')
  })

  test.runIf(process.getuid?.() === 0)('a file of another user stays theirs', async () => {
    const { stream } = await rig.open(shell)
    await writeFile(`${root}/theirs`, 'old')
    await chown(`${root}/theirs`, 1234, 1234)
    const theirs = { path: `${root}/theirs`, bytes: Buffer.from('new'), mode: 0o600 }
    value(await stream.writeMany([...manyFiles(20), theirs]))
    expect(await readFile(theirs.path, 'utf8')).toBe('new')
    expect(await stat(theirs.path)).toMatchObject({ uid: 1234, gid: 1234, mode: 0o100600 })
  })

  test('of two contents for the same path the later one is there, and so is what is asked for afterwards', async () => {
    const { stream } = await rig.open(shell)
    const [first, second, ...rest] = manyFiles(30, 1)
    if (!first || !second) throw new Error('there are no files')
    const many = stream.writeMany([first, second, ...rest, { ...first, bytes: Buffer.from('later') }])
    const after = stream.write(second.path, Buffer.from('after'))
    value(await many)
    value(await after)
    expect(await readFile(first.path, 'utf8')).toBe('later')
    expect(await readFile(second.path, 'utf8')).toBe('after')
  })

  test('what is in the way is told with its path, and once it is gone the same call works', async () => {
    const { stream } = await rig.open(shell)
    await writeFile(`${root}/folder 3`, 'a file')
    const files = manyFiles(40)
    const [first] = files
    if (!first) throw new Error('there are no files')
    await mkdir(`${first.path}/in the way`, { recursive: true })
    const obstacles = [first.path, `${root}/folder 3`]
    for (const _ of obstacles) {
      const refused = await stream.writeMany(files)
      if (refused.ok || refused.failure.kind !== 'refused' || !refused.failure.obstacle) {
        throw new Error(`not refused: ${JSON.stringify(refused)}`)
      }
      expect(obstacles).toContain(refused.failure.obstacle.path)
      expect(refused.failure.path?.startsWith(refused.failure.obstacle.path)).toBe(true)
      value(await stream.delete(refused.failure.obstacle.path))
    }
    value(await stream.writeMany(files))
    expect(await readFile(first.path, 'utf8')).toBe('contents 0')
    expect((await readdir(root, { recursive: true })).length).toBe(40 + 10)
  })

  test('where there is no room, it is refused as a single write is, old files stay, and the next is written', async () => {
    const { stream } = await rig.open(withFileLimit(shell))
    const files = manyFiles(20, 1).map(file => ({ ...file, bytes: randomBytes(30_000) }))
    await mkdir(`${root}/folder 0`)
    for (const file of files) await writeFile(file.path, 'old')
    const refused = stream.writeMany(files)
    const next = stream.write(`${root}/next`, randomBytes(2_000))
    expect(await refused).toMatchObject({
      ok: false,
      failure: { message: 'File too large', path: files[0]?.path },
    })
    value(await next)
    for (const file of files) expect(await readFile(file.path, 'utf8')).toBe('old')
    expect((await readdir(root, { recursive: true })).length).toBe(22)
  })

  test('a reader never sees a part of a file', async () => {
    const { stream } = await rig.open(shell)
    const write = (letter: string) =>
      stream.writeMany(manyFiles(20, 1).map(file => ({ ...file, bytes: Buffer.alloc(50_000, letter) })))
    value(await write('a'))
    let isDone = false
    const writing = write('b').finally(() => {
      isDone = true
    })
    const seen = new Set<string>()
    while (!isDone) {
      const contents = await readFile(`${root}/folder 0/file-7`, 'latin1')
      seen.add(contents === 'a'.repeat(50_000) || contents === 'b'.repeat(50_000) ? 'whole' : 'part')
    }
    value(await writing)
    expect(seen).toEqual(new Set(['whole']))
  })

  test('an agent whose connection breaks in the middle leaves no staging folder, and the call is told lost', async () => {
    const { stream } = await rig.open(shell)
    await mkdir(`${root}/folder 0`)
    const many = stream.writeMany(manyFiles(20, 1).map(file => ({ ...file, bytes: randomBytes(60_000) })))
    await stagingFolder()
    stream.close()
    expect(await many).toMatchObject({ ok: false, failure: { kind: 'lost' } })
    while ((await stagingFolders()).length > 0) await new Promise(setImmediate)
  })
})

async function stagingFolders(): Promise<readonly string[]> {
  return (await readdir(`${root}/folder 0`)).filter(name => name.startsWith('.devloop-'))
}

async function stagingFolder(): Promise<void> {
  while ((await stagingFolders()).length === 0) await new Promise(setImmediate)
}
