import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Content, isSame, reconcile } from '../../src/sync/reconcile.ts'
import { type BackRig, backRig } from './back-rig.ts'
import { shells } from './shell-agent.ts'

const [shell = []] = shells

async function bothChanged(rig: BackRig): Promise<void> {
  await writeFile(`${rig.container}/lock`, 'common')
  await rig.look()
  await writeFile(`${rig.host}/lock`, 'mine')
  await writeFile(`${rig.container}/lock`, 'theirs')
}

test.each(['look', 'give'] as const)(
  "where both sides changed a file, the host's counts and the container's is kept beside it (%s)",
  async way => {
    await using rig = await backRig(shell)
    await bothChanged(rig)
    if (way === 'look') await rig.look()
    const edit = rig.edit('lock', ['npm ci'])
    expect(await rig.give(edit)).toEqual([edit])
    expect(await readFile(`${rig.host}/lock`, 'utf8')).toBe('mine')
    expect(await readFile(`${rig.host}/lock.from-container`, 'utf8')).toBe('theirs')
    expect(await readFile(`${rig.container}/lock`, 'utf8')).toBe('mine')
    expect(rig.lines).toContain(
      "generated/lock changed here and in the container: this one counts, the container's is kept as lock.from-container",
    )
    await rig.look()
    await rig.look()
    expect((await readdir(rig.host)).sort()).toEqual(['lock', 'lock.from-container'])
  },
)

test('each version that lost is kept, the same one once', async () => {
  await using rig = await backRig(shell)
  await bothChanged(rig)
  await rig.look()
  for (const theirs of ['second', 'second', 'theirs']) {
    await writeFile(`${rig.host}/lock`, randomUUID())
    await writeFile(`${rig.container}/lock`, theirs)
    await rig.look()
  }
  expect((await readdir(rig.host)).sort()).toEqual(['lock', 'lock.from-container', 'lock.from-container-2'])
})

test('a kept version does not travel, in either direction', async () => {
  await using rig = await backRig(shell)
  await rig.look()
  await writeFile(`${rig.container}/lock.from-container`, 'from an image')
  await writeFile(`${rig.container}/lock.from-container-2`, 'from an image')
  await rig.look()
  expect(await readdir(rig.host)).toEqual([])
})

test('a change outlives a deletion of the other side', async () => {
  await using rig = await backRig(shell)
  for (const name of ['a', 'b']) await writeFile(`${rig.container}/${name}`, 'common')
  await rig.look()
  await rm(`${rig.host}/a`)
  await writeFile(`${rig.container}/a`, 'changed there')
  await writeFile(`${rig.host}/b`, 'changed here')
  await rm(`${rig.container}/b`)
  await rig.give(rig.edit('a'), rig.edit('b'))
  await rig.look()
  await rig.look()
  for (const folder of [rig.host, rig.container]) {
    expect(await readFile(`${folder}/a`, 'utf8')).toBe('changed there')
    expect(await readFile(`${folder}/b`, 'utf8')).toBe('changed here')
  }
})

test('a link of the host is not written through, and stays', async () => {
  await using rig = await backRig(shell)
  await rig.look()
  await mkdir(`${rig.host}/../outside`)
  await writeFile(`${rig.host}/../outside/secret`, 'secret')
  await symlink('../outside', `${rig.host}/folder`)
  await symlink('../outside/secret', `${rig.host}/file`)
  await mkdir(`${rig.container}/folder`)
  for (const name of ['folder/new', 'folder/secret', 'file'])
    await writeFile(`${rig.container}/${name}`, 'evil')
  await rig.look()
  expect(await readdir(`${rig.host}/../outside`)).toEqual(['secret'])
  expect(await readFile(`${rig.host}/file`, 'utf8')).toBe('secret')
  expect(await readFile(`${rig.host}/file.from-container`, 'utf8')).toBe('evil')
  expect(rig.lines).toContainEqual(
    'generated/folder/new did not come back from the container: folder is a link here',
  )
})

test('names that could do harm here stay in the container', async () => {
  await using rig = await backRig(shell)
  const names = [
    'two\nlines',
    '\u001b[2J',
    '.git/hooks/post-checkout',
    'sub/.GIT/config',
    '\u202etxt.exe',
    'tab\t',
  ]
  await mkdir(`${rig.container}/.git/hooks`, { recursive: true })
  await mkdir(`${rig.container}/sub/.GIT`, { recursive: true })
  for (const name of names) await writeFile(`${rig.container}/${name}`, 'evil')
  await writeFile(Buffer.concat([Buffer.from(`${rig.container}/`), Buffer.from([0xff, 0xfe])]), 'evil')
  for (const name of ['-rf', '$HOME `id`', '..twice', 'ünïcode', '.gitignore'])
    await writeFile(`${rig.container}/${name}`, 'good')
  await rig.look()
  expect((await readdir(rig.host)).sort()).toEqual(
    ['$HOME `id`', '-rf', '..twice', '.gitignore', 'ünïcode'].sort(),
  )
  expect(rig.lines).toContainEqual(expect.stringMatching(/^".*" and 6 more did not come back/))
  expect(rig.lines.join('')).not.toContain('\u001b')
})

const content = fc.option(
  fc.record({ checksum: fc.constantFrom('1', '2', '3'), isExecutable: fc.boolean() }),
  { nil: undefined },
)

test('no change is ever discarded for a version that does not know of it', () => {
  fc.assert(
    fc.property(content, content, content, (base, host, container) => {
      const isDiscarded = (side: Content | undefined) => side !== undefined && !isSame(side, base)
      const verdict = reconcile(base, host, container)
      if (verdict === 'to-host') expect(isDiscarded(host)).toBe(false)
      if (verdict === 'to-container') expect(isDiscarded(container)).toBe(false)
      if (verdict === 'agreed') expect(host).toEqual(container)
    }),
  )
})

type Step =
  | { readonly side: 'host' | 'container'; readonly name: string; readonly isDeletion: boolean }
  | { readonly side: 'look' }
  /** The watcher reports what changed on the host. */
  | { readonly side: 'watch' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    side: fc.constantFrom('host' as const, 'container' as const),
    name: fc.constantFrom('a', 'b'),
    isDeletion: fc.boolean(),
  }),
  fc.constant({ side: 'look' as const }),
  fc.constant({ side: 'watch' as const }),
)

test('whatever both sides do, no version is lost, and in the end both hold the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async steps => {
      await using rig = await backRig(shell)
      await rig.look()
      const common = new Map<string, string | undefined>()
      let reported = await filesIn(rig.host)

      const exchange = async (kind: 'look' | 'watch') => {
        const [host, container] = [await filesIn(rig.host), await filesIn(rig.container)]
        if (kind === 'look') await rig.look()
        // The watcher sees what a look wrote before the user does something else.
        const seen = await filesIn(rig.host)
        const names = ['a', 'b'].filter(name => seen.get(name) !== reported.get(name))
        reported = seen
        await rig.give(...names.map(name => rig.edit(name)))
        const after = await filesIn(rig.host)
        for (const name of ['a', 'b']) {
          const [mine, theirs] = [host.get(name), container.get(name)]
          if (mine !== undefined && mine !== common.get(name)) expect(after.get(name)).toBe(mine)
          const now = (await filesIn(rig.container)).get(name)
          if (theirs !== undefined && theirs !== common.get(name) && now !== theirs)
            expect([...after.values()]).toContain(theirs)
          if (now === after.get(name)) common.set(name, now)
        }
      }
      for (const one of steps) {
        if (one.side === 'look' || one.side === 'watch') await exchange(one.side)
        else if (one.isDeletion) await rm(`${rig[one.side]}/${one.name}`, { force: true })
        else await writeFile(`${rig[one.side]}/${one.name}`, randomUUID())
      }
      for (let i = 0; i < 3; i++) {
        await exchange('watch')
        await exchange('look')
      }
      const kept = ([name]: [string, string]) => !name.includes('.from-container')
      const [host, container] = [await filesIn(rig.host), await filesIn(rig.container)]
      expect([...host].filter(kept)).toEqual([...container])
    }),
    { numRuns: 25 },
  )
}, 60_000)

async function filesIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).sort()
  return new Map(
    await Promise.all(
      names.map(async name => [name, await readFile(`${folder}/${name}`, 'utf8')] as [string, string]),
    ),
  )
}
