import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import { maxReadBytes } from '../../src/sync/contents.ts'
import { type BackRig, backRig } from './back-rig.ts'
import { shells } from './shell-agent.ts'
import { inexactTools } from './stream-rig.ts'

const onHost = ({ host }: BackRig, name: string) => readFile(`${host}/${name}`, 'utf8')
const inContainer = ({ container }: BackRig, name: string) => readFile(`${container}/${name}`, 'utf8')

describe.each(shells)('under %s', (...shell: string[]) => {
  test('what the container writes, changes and deletes is so on the host', async () => {
    await using rig = await backRig(shell)
    await rig.look()
    await mkdir(`${rig.container}/deep/er`, { recursive: true })
    await writeFile(`${rig.container}/deep/er/a file's.ts`, 'first')
    await rig.look()
    expect(await onHost(rig, "deep/er/a file's.ts")).toBe('first')

    await writeFile(`${rig.container}/deep/er/a file's.ts`, 'other')
    await rig.look()
    expect(await onHost(rig, "deep/er/a file's.ts")).toBe('other')
    expect(await readdir(`${rig.host}/deep/er`)).toEqual(["a file's.ts"])

    await rm(`${rig.container}/deep`, { recursive: true })
    await rig.look()
    await rig.look()
    expect(await readdir(rig.host)).toEqual([])
  })

  test.each([
    ['', {}],
    ['with few tools', { PATH: `${inexactTools}:${process.env.PATH}` }],
  ])('contents of any bytes come back as they are %s', async (_, environment) => {
    await using rig = await backRig(shell, {}, true, environment)
    const contents = [Buffer.alloc(0), Buffer.from('\n\n'), randomBytes(300_000), Buffer.from('no end')]
    for (const [i, bytes] of contents.entries()) await writeFile(`${rig.container}/${i}`, bytes)
    await rig.look()
    for (const [i, bytes] of contents.entries())
      expect((await readFile(`${rig.host}/${i}`)).equals(bytes)).toBe(true)
  })

  test('a script that the container makes executable is so on the host, with the other permissions as they were', async () => {
    await using rig = await backRig(shell)
    await writeFile(`${rig.host}/run`, 'x')
    await chmod(`${rig.host}/run`, 0o640)
    await writeFile(`${rig.container}/run`, 'x')
    await rig.look()
    await chmod(`${rig.container}/run`, 0o755)
    await rig.look()
    expect((await stat(`${rig.host}/run`)).mode & 0o777).toBe(0o750)
  })

  test('what devloop wrote into the container is no change of its own', async () => {
    await using rig = await backRig(shell)
    await rig.look()
    await writeFile(`${rig.host}/a`, 'from here')
    await rig.give(rig.edit('a'))
    await writeFile(`${rig.host}/a`, 'and on')
    await rig.look()
    expect(await onHost(rig, 'a')).toBe('and on')
    await rm(`${rig.host}/a`)
    await rig.give(rig.edit('a'))
    await rig.look()
    await rig.look()
    expect(await readdir(rig.host)).toEqual([])
    expect(rig.lines).toEqual([])
  })

  test('what came back from the container sets off nothing in it, and is sent there no more', async () => {
    await using rig = await backRig(shell)
    await rig.look()
    await writeFile(`${rig.container}/lock`, 'new')
    await rig.look()
    expect(await rig.give(rig.edit('lock', ['npm ci']))).toEqual([])
    // Also where it changed again meanwhile: that is newer.
    await writeFile(`${rig.container}/lock`, 'newer')
    expect(await rig.give(rig.edit('lock', ['npm ci']))).toEqual([])
    expect(await inContainer(rig, 'lock')).toBe('newer')

    await writeFile(`${rig.host}/lock`, 'mine')
    await writeFile(`${rig.container}/lock`, 'new')
    const mine = rig.edit('lock', ['npm ci'])
    expect(await rig.give(mine)).toEqual([mine])
    expect(await inContainer(rig, 'lock')).toBe('mine')
  })

  test('many files that came back, went away and came again here are all in the container', async () => {
    await using rig = await backRig(shell)
    const names = Array.from({ length: 20 }, (_, i) => `${i}.ts`)
    for (const name of names) await writeFile(`${rig.container}/${name}`, name)
    await rig.look()
    await rig.give(...names.map(name => rig.edit(name)))
    await rename(rig.host, `${rig.host}-away`)
    await rig.give(...names.map(name => rig.edit(name)))
    expect(existsSync(rig.container) && (await readdir(rig.container))).toEqual(false)
    await rename(`${rig.host}-away`, rig.host)
    await rig.give(...names.map(name => rig.edit(name)))
    expect((await readdir(rig.container)).sort()).toEqual(names.sort())
  })

  test('a file that the container was given, and deletes soon after, is deleted here', async () => {
    await using rig = await backRig(shell)
    await rig.look()
    await writeFile(`${rig.host}/a`, 'a')
    await rig.give(rig.edit('a'))
    await rm(`${rig.container}/a`)
    await rig.look()
    await rig.look()
    expect(await readdir(rig.host)).toEqual([])
  })

  test('a sync that is repeated runs its commands again', async () => {
    await using rig = await backRig(shell)
    await rig.look()
    await writeFile(`${rig.host}/lock`, 'mine')
    const edit = rig.edit('lock', ['npm ci'])
    expect(await rig.give(edit)).toEqual([edit])
    await writeFile(`${rig.container}/lock`, 'by npm ci')
    expect(await rig.give(edit)).toEqual([edit])
    expect(await inContainer(rig, 'lock')).toBe('by npm ci')
    expect(await onHost(rig, 'lock')).toBe('by npm ci')
  })

  test('a generator that deletes all before it writes anew deletes nothing on the host', async () => {
    await using rig = await backRig(shell)
    await writeFile(`${rig.container}/a.ts`, 'a')
    await rig.look()
    await rm(rig.container, { recursive: true })
    await rig.look()
    expect(await onHost(rig, 'a.ts')).toBe('a')
    await mkdir(rig.container)
    await writeFile(`${rig.container}/a.ts`, 'again')
    await rig.look()
    await rig.look()
    expect(await onHost(rig, 'a.ts')).toBe('again')
  })

  test("a file that turned into a link stays the host's file", async () => {
    await using rig = await backRig(shell)
    await writeFile(`${rig.container}/a`, 'a')
    await rig.look()
    await rm(`${rig.container}/a`)
    await symlink('/etc/hostname', `${rig.container}/a`)
    await rig.look()
    await rig.look()
    expect(await onHost(rig, 'a')).toBe('a')
  })

  test('one file alone comes back, and its neighbours do not', async () => {
    await using rig = await backRig(shell)
    await using one = await backRig(shell, {
      from: `${rig.host}/package-lock.json`,
      to: `${rig.container}/package-lock.json`,
    })
    await using into = await backRig(shell, { from: `${rig.host}/nginx.conf`, to: `${rig.container}/` })
    await writeFile(`${rig.container}/package-lock.json`, '{}')
    await writeFile(`${rig.container}/nginx.conf`, 'server')
    await writeFile(`${rig.container}/package.json`, '{}')
    await one.look()
    await into.look()
    expect((await readdir(rig.host)).sort()).toEqual(['nginx.conf', 'package-lock.json'])
  })

  test('only files that a glob names and no ignore takes out come back', async () => {
    await using rig = await backRig(shell)
    await using globbed = await backRig(shell, {
      from: `${rig.host}/**/*.ts`,
      to: rig.container,
      ignore: ['skip/**'],
    })
    await mkdir(`${rig.container}/skip`)
    for (const name of ['a.ts', 'a.js', 'skip/b.ts']) await writeFile(`${rig.container}/${name}`, name)
    await globbed.look()
    expect(await readdir(rig.host)).toEqual(['a.ts'])
  })

  test('where nothing changed, no file is read', async () => {
    await using rig = await backRig(shell)
    await writeFile(`${rig.container}/a`, 'a')
    await rig.look()
    await rig.look()
    const list = vi.spyOn(rig.stream, 'list')
    // A file of another rule is none that is looked for.
    await writeFile(`${rig.host}/../other`, 'other')
    await rig.give({
      path: `${rig.host}/../other`,
      target: `${rig.container}/../other`.replace('generated/../', ''),
      runs: [],
      version: 1,
    })
    await rig.look()
    expect(list).not.toHaveBeenCalled()
    await writeFile(`${rig.container}/a`, 'b')
    await rig.look()
    expect(list).toHaveBeenCalledOnce()
    expect(await onHost(rig, 'a')).toBe('b')
  })
})

const [shell = []] = shells

test("at first contact the host's files are the truth, and what only a new container has comes back", async () => {
  await using rig = await backRig(shell)
  for (const [folder, text] of [
    [rig.host, 'here'],
    [rig.container, 'there'],
  ] as const)
    await writeFile(`${folder}/both`, text)
  await writeFile(`${rig.container}/made`, 'by the image')
  await writeFile(`${rig.host}/mine`, 'only here')
  await rig.look()
  await rig.look()
  expect(await onHost(rig, 'both')).toBe('here')
  expect(await onHost(rig, 'made')).toBe('by the image')
  expect(await onHost(rig, 'mine')).toBe('only here')
})

test('what was deleted while devloop was away does not come back from a container that ran on', async () => {
  await using rig = await backRig(shell, {}, false)
  await writeFile(`${rig.container}/deleted`, 'old')
  await rig.look()
  expect(await readdir(rig.host)).toEqual([])
  await writeFile(`${rig.container}/deleted`, 'made anew')
  await rig.look()
  expect(await onHost(rig, 'deleted')).toBe('made anew')
})

test('a new container that lacks files deletes none on the host', async () => {
  await using rig = await backRig(shell)
  await writeFile(`${rig.container}/a`, 'a')
  await rig.look()
  await rm(`${rig.container}/a`)
  rig.renew(true)
  await rig.look()
  await rig.look()
  expect(await onHost(rig, 'a')).toBe('a')
})

test('a file that is too large is told once and stays where it is', async () => {
  await using rig = await backRig(shell)
  await writeFile(`${rig.container}/large`, Buffer.alloc(maxReadBytes + 1))
  await rig.look()
  await rig.look()
  expect(await readdir(rig.host)).toEqual([])
  expect(rig.lines).toEqual([
    expect.stringContaining('large did not come back from the container: it has more'),
  ])
})

test('the name of a folder with files that moved away is free for a file', async () => {
  await using rig = await backRig(shell)
  await mkdir(`${rig.container}/a`)
  await writeFile(`${rig.container}/a/b`, 'b')
  await rig.look()
  await rename(`${rig.container}/a/b`, `${rig.container}/b`)
  await rm(`${rig.container}/a`, { recursive: true })
  await rig.look()
  await rig.look()
  await writeFile(`${rig.container}/a`, 'now a file')
  await rig.look()
  expect(await onHost(rig, 'a')).toBe('now a file')
  expect(await onHost(rig, 'b')).toBe('b')
})
