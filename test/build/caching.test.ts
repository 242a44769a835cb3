import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { seeded } from '../e2e/torture/random.ts'
import { type CachingRig, cachingRig, ref } from './caching-rig.ts'

let rig: CachingRig
beforeEach(async () => {
  rig = await cachingRig()
  await write('Dockerfile', 'FROM node:20\nCOPY . /app\n')
  await write('src/app.js', 'one')
  await write('src/start.sh', 'exec node app.js')
  await symlink('app.js', path.join(rig.folder, 'src/link.js'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rig[Symbol.asyncDispose]()
})

test('after a restart of devloop, what was built before is not built again', async () => {
  const first = await buildOnce()
  expect(await rig.start().build()).toEqual({ reference: first.reference, isCached: true })
  expect(rig.builds()).toBe(1)
})

test('a file whose time alone is another one is no change', async () => {
  await buildOnce()
  await utimes(path.join(rig.folder, 'src/app.js'), 1, 1)
  expect(await rig.start().build()).toMatchObject({ isCached: true })
})

test('there and back again, as git checkout does, builds only what is new', async () => {
  const session = rig.start()
  const here = await session.build()
  await session.settle()
  await write('src/app.js', 'there')
  await session.build()
  await session.settle()
  await write('src/app.js', 'one')
  expect(await session.build()).toEqual({ reference: here.reference, isCached: true })
  expect(rig.builds()).toBe(2)
})

const changes: Readonly<Record<string, () => Promise<void>>> = {
  'another content': () => write('src/app.js', 'two'),
  'another content of the same size and time': async () => {
    await write('src/app.js', 'eno')
    await utimes(path.join(rig.folder, 'src/app.js'), 1, 1)
  },
  'a permission': () => chmod(path.join(rig.folder, 'src/start.sh'), 0o755),
  'a new file': () => write('src/new.js', ''),
  'a deleted file': () => rm(path.join(rig.folder, 'src/start.sh')),
  'another name': () => rename(path.join(rig.folder, 'src/app.js'), path.join(rig.folder, 'src/main.js')),
  'where a link leads': async () => {
    await rm(path.join(rig.folder, 'src/link.js'))
    await symlink('start.sh', path.join(rig.folder, 'src/link.js'))
  },
  'a link in the place of its file': async () => {
    await rm(path.join(rig.folder, 'src/link.js'))
    await write('src/link.js', 'one')
  },
  'the Dockerfile': () => write('Dockerfile', 'FROM node:20\nCOPY src /app\n'),
}
for (const [what, change] of Object.entries(changes)) {
  test(`${what} is a new build`, async () => {
    await utimes(path.join(rig.folder, 'src/app.js'), 1, 1)
    await buildOnce()
    await change()
    expect(await rig.start().build()).not.toHaveProperty('isCached')
    expect(rig.builds()).toBe(2)
  })
}

test('another argument in the Devfile is a new build, another sync rule is not', async () => {
  await buildOnce()
  const sync = { kind: 'inferred', runs: [], rebuildOn: [] } as const
  expect(await rig.start({ definition: { sync } }).build()).toMatchObject({ isCached: true })
  await rig.start({ definition: { args: { DEBUG: '1' } } }).build()
  expect(rig.builds()).toBe(2)
})

test('another value of a secret is a new build', async () => {
  const definition = { secrets: [{ id: 'token', env: 'SHOP_TOKEN' }] }
  vi.stubEnv('SHOP_TOKEN', 'first')
  await buildOnce({ definition })
  expect(await rig.start({ definition }).build()).toMatchObject({ isCached: true })
  vi.stubEnv('SHOP_TOKEN', 'second')
  await rig.start({ definition }).build()
  expect(rig.builds()).toBe(2)
})

test('a base that was pulled anew is a new build', async () => {
  const inputs = { bases: ['node:20'] }
  rig.names.set('node:20', 'sha256:old')
  await buildOnce({ inputs })
  expect(await rig.start({ inputs }).build()).toMatchObject({ isCached: true })
  rig.names.set('node:20', 'sha256:new')
  expect(await rig.start({ inputs }).build()).not.toHaveProperty('isCached')
  expect(rig.builds()).toBe(2)
})

test('a base that is pulled anew while devloop runs is seen when what was built before comes back', async () => {
  const inputs = { bases: ['node:20'] }
  rig.names.set('node:20', 'sha256:old')
  const session = rig.start({ inputs })
  await session.build()
  await session.settle()
  rig.names.set('node:20', 'sha256:new')
  expect(await session.build()).not.toHaveProperty('isCached')
})

test('a base that is pulled anew during the build leaves no record of which one it was', async () => {
  const inputs = { bases: ['node:20'] }
  rig.names.set('node:20', 'sha256:old')
  rig.duringBuild = async () => void rig.names.set('node:20', 'sha256:new')
  await buildOnce({ inputs })
  expect(recorded()).toEqual([])
})

test('a base that only a registry has is known by its name', async () => {
  const inputs = { bases: ['node:20'] }
  await buildOnce({ inputs })
  expect(await rig.start({ inputs }).build()).toMatchObject({ isCached: true })
})

test('a new build of another image of the Devfile is a new build of what is made from it', async () => {
  const inputs = { bases: ['shop/base:dev'] }
  const on = (tag: string) => ({ bases: new Map([['shop/base', `shop/base:devloop-${tag}`]]) })
  const session = rig.start({ inputs })
  await session.build(on('1'))
  await session.settle()
  expect(await rig.start({ inputs }).build(on('1'))).toMatchObject({ isCached: true })
  await rig.start({ inputs }).build(on('2'))
  expect(rig.builds()).toBe(2)
})

test('a build that is asked for runs, whatever is there', async () => {
  await buildOnce()
  expect(await rig.start().build({ isForced: true })).not.toHaveProperty('isCached')
  expect(rig.builds()).toBe(2)
})

test('what reads more than its files, and a builder of the user’s own, is built each time', async () => {
  for (const options of [
    { inputs: { readsMore: true } },
    { definition: { kind: 'own', builder: {} } },
  ] as const) {
    const before = rig.builds()
    await buildOnce(options)
    await buildOnce(options)
    expect(rig.builds()).toBe(before + 2)
  }
})

test('an engine that does not answer leaves it to the build to say so', async () => {
  await buildOnce()
  rig.isAway = true
  await rig.start().build()
  expect(rig.builds()).toBe(2)
})

test('an image whose tag of its content was removed by hand is built again', async () => {
  const { reference } = await buildOnce()
  rig.names.delete(reference)
  expect(await rig.start().build()).not.toHaveProperty('isCached')
})

test('what another project has built under the same name is not taken', async () => {
  await buildOnce({ project: 'other' })
  await rig.start({ project: 'shop' }).build()
  expect(rig.builds()).toBe(2)
})

test('an edit does not wait for a question to the engine', async () => {
  const session = rig.start({ inputs: { bases: ['node:20'] } })
  await session.build()
  await session.settle()
  await write('src/app.js', 'two')
  const before = rig.questions()
  let asked = Number.NaN
  rig.duringBuild = async () => {
    asked = rig.questions() - before
  }
  await session.build()
  expect(asked).toBe(0)
})

test('edits that make no difference to an image do not fill it with tags', async () => {
  const session = rig.start()
  for (let round = 0; round < 20; round++) {
    await chmod(path.join(rig.folder, 'src/start.sh'), 0o600 + round)
    await session.build()
    await session.settle()
  }
  expect(new Set(rig.names.values()).size).toBe(1)
  expect(recorded()).toHaveLength(8)
  expect(await rig.start().build()).toMatchObject({ isCached: true })
})

test('a file that was another one only while it was read leaves no record', async () => {
  rig.duringBuild = () => write('src/start.sh', 'half')
  const session = rig.start()
  await session.build()
  await write('src/start.sh', 'exec node app.js')
  await session.settle()
  rig.duringBuild = async () => {}
  expect(await rig.start().build()).not.toHaveProperty('isCached')
})

test('a file that is saved during a build never makes that build pass for what is saved, at whatever moment', async () => {
  const contents = ['a', 'b', 'c']
  const random = seeded(7)
  const files = ['src/app.js', 'src/start.sh', 'src/new.js']
  const save = () => write(random.pick(files), random.pick(contents))
  rig.duringBuild = async () => {
    for (let saves = random.integer(0, 3); saves > 0; saves--) await save()
  }
  let hits = 0
  let session = rig.start()
  for (let round = 0; round < 300; round++) {
    if (random.chance(1 / 3)) session = rig.start()
    if (random.chance(1 / 2)) await save()
    const built = await session.build()
    if (built.isCached) {
      hits++
      const { duringBuild } = rig
      rig.duringBuild = async () => {}
      // What a build of the very same files makes, which nobody changes now.
      expect(built.reference).toBe((await rig.start().build({ isForced: true })).reference)
      rig.duringBuild = duringBuild
    }
    if (random.chance(1 / 2)) await session.settle()
  }
  expect(hits).toBeGreaterThan(10)
})

async function buildOnce(options: Parameters<CachingRig['start']>[0] = {}) {
  const session = rig.start(options)
  const built = await session.build()
  await session.settle()
  return built
}

/** Names of images by their inputs. */
function recorded(): readonly string[] {
  return [...rig.names.keys()].filter(name => name.startsWith(`${ref}:devloop-inputs-`))
}

async function write(name: string, text: string): Promise<void> {
  const file = path.join(rig.folder, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
}
