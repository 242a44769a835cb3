// biome-ignore-all lint/suspicious/noThenProperty: a Devfile's word for what comes after a sync.
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { custom, docker } from '../../src/config/define.ts'
import type { DevfileInput, ImageInput, SyncInput } from '../../src/config/input.ts'
import { resolveProject } from '../../src/config/resolve.ts'
import type { SyncSetting } from '../../src/model/sync.ts'
import { matchSync } from '../../src/sync/match.ts'

const root = '/home/me/shop'

test('an image from a Dockerfile is synced as its Dockerfile copies, without a word in the Devfile', () => {
  expect(settingOf(docker())).toEqual({ kind: 'inferred', runs: [], rebuildOn: [] })
})

test('what a command of your own makes is synced only by rules', () => {
  expect(settingOf(custom({ command: 'make' }))).toEqual({ kind: 'off' })
  const rules = settingOf(custom({ command: 'make', sync: [{ from: 'src', to: '/app' }] }))
  expect(rules).toEqual({
    kind: 'rules',
    rules: { sync: [{ from: `${root}/src`, to: '/app' }], runs: [], rebuildOn: [] },
  })
})

test('false switches the sync off, and leaves the rest of the image as it is', () => {
  expect(settingOf(docker({ sync: false, rebuildOn: 'x', runs: [{ run: 'x', when: 'x' }] }))).toEqual({
    kind: 'off',
  })
})

test('every part of a rule arrives', () => {
  const setting = settingOf(
    docker({
      context: 'web',
      sync: [
        { from: './web/src/', to: '/app/src', then: 'restart', ignore: ['./**/*.test.js', 'tmp'] },
        { from: 'web/nginx.conf', to: '/etc/nginx/', then: { run: 'nginx -s reload' } },
        { from: 'web/gen', to: '/app/gen', ignore: 'tmp', back: true },
        { from: 'web/public', to: '/app/public', back: false },
      ],
      runs: [{ run: 'npm ci', when: ['web/package.json'] }],
      rebuildOn: 'web/native/**',
    }),
  )
  expect(setting).toEqual({
    kind: 'rules',
    rules: {
      sync: [
        {
          from: `${root}/web/src`,
          to: '/app/src',
          after: 'restart',
          ignore: ['**/*.test.js', '**/*.test.js/**', 'tmp', 'tmp/**'],
        },
        { from: `${root}/web/nginx.conf`, to: '/etc/nginx/', after: { run: 'nginx -s reload' } },
        { from: `${root}/web/gen`, to: '/app/gen', ignore: ['tmp', 'tmp/**'], back: true },
        { from: `${root}/web/public`, to: '/app/public' },
      ],
      runs: [{ run: 'npm ci', when: [`${root}/web/package.json`, `${root}/web/package.json/**`] }],
      rebuildOn: [`${root}/web/native/**`],
    },
  })
})

test('with an inferred sync, commands and files that need a new image are of use too', () => {
  const image = docker({ runs: [{ run: 'npm ci', when: 'package.json' }], rebuildOn: ['native'] })
  expect(settingOf(image)).toEqual({
    kind: 'inferred',
    runs: [{ run: 'npm ci', when: [`${root}/package.json`, `${root}/package.json/**`] }],
    rebuildOn: [`${root}/native`, `${root}/native/**`],
  })
})

test('a folder in rebuildOn, when or ignore stands for the files in it', () => {
  const decide = decisions(
    docker({
      sync: [{ from: 'src', to: '/app', ignore: 'tmp' }],
      runs: [{ run: 'make', when: 'src/c' }],
      rebuildOn: 'src/native/',
    }),
  )
  expect(decide('src/native/lib/a.c')).toMatchObject({ kind: 'rebuild' })
  expect(decide('src/c/lib/a.c')).toMatchObject({ kind: 'sync', runs: ['make'] })
  expect(decide('src/tmp/lib/a')).toMatchObject({ kind: 'ignored' })
  expect(decide('src/tmpl')).toMatchObject({ kind: 'sync', runs: [] })
})

test.each(['/a (copy)/[x]', '/a+b', '/what?*', '/!a', '/@(x)', '/a|b', '/"a"', '/a\\b', '/$a^.b', '/a, b'])(
  'the sync works in a folder of any name: %s',
  folder => {
    const image = docker({
      context: 'web',
      sync: [
        { from: 'web/a.conf', to: '/etc/' },
        { from: 'web/public', to: '/public' },
        { from: 'web/**/*.js', to: '/app' },
      ],
      runs: [{ run: 'npm ci', when: 'web/**/package.js' }],
      rebuildOn: 'web/lock',
    })
    const decide = decisions(image, folder)
    expect(decide('web/a.conf')).toMatchObject({ target: '/etc/a.conf' })
    expect(decide('web/public/a/b')).toMatchObject({ target: '/public/a/b' })
    expect(decide('web/src/package.js')).toMatchObject({ target: '/app/src/package.js', runs: ['npm ci'] })
    expect(decide('web/lock')).toMatchObject({ kind: 'rebuild', reason: 'lock: named in rebuildOn' })
  },
)

test('files from a folder above the Devfile are synced', () => {
  const image = docker({ context: '..', sync: [{ from: '../lib/**', to: '/lib' }] })
  expect(decisions(image, '/home/[me]/shop')('../lib/x/a.js')).toMatchObject({ target: '/lib/x/a.js' })
})

test('a name with a glob’s characters is written with backslashes', () => {
  const decide = decisions(docker({ sync: [{ from: 'pages/\\[id\\].js', to: '/app/' }] }))
  expect(decide('pages/[id].js')).toMatchObject({ target: '/app/[id].js' })
  expect(decide('pages/i.js')).toMatchObject({ kind: 'rebuild' })
})

test('a profile changes how an image is synced, and nothing else of it', () => {
  const input: DevfileInput = {
    images: { web: docker({ context: 'web', rebuildOn: 'web/lock' }) },
    profiles: {
      built: { images: { web: docker({ sync: false }) } },
      ruled: { images: { web: docker({ sync: [{ from: 'web/src', to: '/app' }] }) } },
    },
  }
  expect(builderOf(input, 'built')).toMatchObject({ context: `${root}/web`, sync: { kind: 'off' } })
  expect(builderOf(input, 'ruled')).toMatchObject({
    sync: { rules: { sync: [{ to: '/app' }], rebuildOn: [`${root}/web/lock`, `${root}/web/lock/**`] } },
  })
})

describe('a rule that cannot work is a fault', () => {
  test.each<[string, SyncInput, string, RegExp]>([
    ['into a relative path', { from: 'src', to: 'app' }, 'to', /as in '\/app\/src'/],
    ['into nothing', { from: 'src', to: '' }, 'to', /whole path/],
    ['out of its target', { from: 'src', to: '/app/../etc' }, 'to', /Write '\/etc'/],
    ['with an empty command', { from: 'src', to: '/app', then: { run: ' ' } }, 'then.run', /npm ci/],
    ['that goes round in circles', { from: 'src', to: '/app', then: 'restart', back: true }, 'back', /Leave/],
  ])('%s', (_, rule, place, cure) => {
    expect(faultsOf({ images: { web: docker({ sync: [rule] }) } })).toEqual({
      [`images.web.sync.0.${place}`]: expect.stringMatching(cure),
    })
  })

  test.each<[string, string, string, RegExp]>([
    ['twice the same', 'src', './src/', /Leave one/],
    ['a folder, and all that is in it', 'src', 'src/**', /Leave one/],
    ['a folder in a folder', 'src', 'src/assets', /before the rule for 'src'/],
    ['a kind of file in a folder', 'src/', 'src/**/*.css', /before/],
    ['a folder in all of another', 'src/**', 'src/assets/**', /before/],
  ])('because another one takes all its files: %s', (_, first, second, cure) => {
    const sync = [first, second].map(from => ({ from, to: '/app' }))
    expect(faultsOf({ images: { web: docker({ sync }) } })).toEqual({
      'images.web.sync.1.from': expect.stringMatching(cure),
    })
    const reversed = faultsOf({ images: { web: docker({ sync: sync.toReversed() }) } })
    expect(Object.keys(reversed)).toHaveLength(cure.test('Leave one') ? 1 : 0)
  })

  test('but not where an earlier rule takes only some of its files', () => {
    const sync = ['src/*.js', 'src', 'srcs', 'lib/**/*.js', 'lib/**'].map(from => ({ from, to: '/app' }))
    expect(faultsOf({ images: { web: docker({ sync }) } })).toEqual({})
  })

  test('for an empty list, which could mean never as well as always', () => {
    expect(faultsOf({ images: { web: docker({ sync: [] }) } })).toEqual({
      'images.web.sync': expect.stringMatching(/Leave it out .* or write false/),
    })
  })

  test('for a command that is empty or that nothing calls for', () => {
    expect(faultsOf({ images: { web: docker({ runs: [{ run: '', when: [] }] }) } })).toEqual({
      'images.web.runs.0.run': expect.stringMatching(/npm ci/),
      'images.web.runs.0.when': expect.stringMatching(/package\.json/),
    })
  })
})

describe('files that are not watched are no part of a sync', () => {
  test('paths that were meant to begin in the build context are corrected', () => {
    const image = docker({
      context: 'web',
      sync: [
        { from: 'src', to: '/app/src' },
        { from: '.', to: '/app' },
      ],
      runs: [{ run: 'npm ci', when: ['web/a.json', 'package.json'] }],
      rebuildOn: 'package-lock.json',
    })
    const faults = faultsOf({ images: { web: image } })
    expect(faults).toEqual({
      'images.web.sync.0.from': expect.stringContaining("'web/src'"),
      'images.web.sync.1.from': expect.stringContaining("'web'"),
      'images.web.runs.0.when.1': expect.stringContaining("'web/package.json'"),
      'images.web.rebuildOn': expect.stringContaining("'web/package-lock.json'"),
    })
  })

  test('of a custom builder only its inputs are watched', () => {
    const image = custom({
      command: 'make',
      cwd: 'web',
      inputs: ['web/src', 'web/main.go'],
      sync: [
        { from: 'web/src/assets', to: '/assets' },
        { from: 'web/main.go', to: '/main.go' },
        { from: 'web/docs', to: '/docs' },
      ],
    })
    expect(faultsOf({ images: { web: image } })).toEqual({
      'images.web.sync.2.from': expect.stringContaining('no others are watched'),
    })
  })

  test('a glob that looks further than the image is fine where nothing is to be placed', () => {
    const image = docker({ context: 'web', rebuildOn: '**/*.lock', runs: [{ run: 'x', when: '**/a' }] })
    expect(faultsOf({ images: { web: image } })).toEqual({})
  })

  test('a profile that changes the build context is asked too, and the fault is where the path is written', () => {
    const input = {
      images: { web: docker({ context: 'web', sync: [{ from: 'web/src', to: '/app' }] }) },
      profiles: {
        other: { images: { web: docker({ context: 'other' }) } },
        mine: { images: { web: docker({ sync: [{ from: 'src', to: '/app' }] }) } },
      },
    }
    expect(faultsOf(input)).toEqual({})
    expect(Object.keys(faultsOf(input, 'other'))).toEqual(['images.web.sync.0.from'])
    expect(Object.keys(faultsOf(input, 'mine'))).toEqual(['profiles.mine.images.web.sync.0.from'])
  })
})

test.each<[unknown, string, string | RegExp]>([
  [{ sync: true }, 'sync', /^Write it as in: sync: \[/],
  [{ sync: [{ form: 'src', to: '/app' }] }, 'sync.0.form', "Did you mean 'from'?"],
  [{ sync: [{ from: 'src', to: '/app', ignored: 'x' }] }, 'sync.0.ignored', "Did you mean 'ignore'?"],
  [{ sync: [{ from: 'src', to: '/app', then: 'reload' }] }, 'sync.0.then', /'restart' or then: \{ run/],
  [{ sync: [{ from: 'src', to: '/app', then: { exec: 'x' } }] }, 'sync.0.then.exec', /options are run/],
  [{ sync: [{ from: 'src', to: '/app', back: 'yes' }] }, 'sync.0.back', /back: true/],
  [{ runs: [{ run: 'npm ci' }] }, 'runs.0.when', /when: \['web\/package.json'\]/],
  [{ rebuildOn: 1 }, 'rebuildOn', /rebuildOn: \[/],
])('what is misspelt or of a wrong kind is named, with what to write: %o', (options, place, cure) => {
  expect(faultsOf({ images: { web: docker(options as object) } })).toHaveProperty(
    [`images.web.${place}`],
    typeof cure === 'string' ? cure : expect.stringMatching(cure),
  )
})

function decisions(image: ImageInput, folder = root) {
  const setting = settingOf(image, folder)
  if (setting.kind !== 'rules') throw new Error(`It has no rules: ${setting.kind}`)
  const decide = matchSync(setting.rules)
  return (file: string) => decide(path.resolve(folder, file))
}

function settingOf(image: ImageInput, folder = root): SyncSetting {
  const builder = builderOf({ name: 'shop', images: { web: image } }, undefined, folder)
  if (builder?.kind === 'own' || builder === undefined) throw new Error('It has no sync.')
  return builder.sync
}

function builderOf(input: DevfileInput, profile?: string, folder = root) {
  const project = resolve(input, profile, folder)
  if (!project.ok) throw new Error(JSON.stringify(project.failure))
  return project.value.images[0]?.builder
}

function faultsOf(input: unknown, profile?: string): Record<string, string | undefined> {
  const project = resolve(input, profile)
  return project.ok ? {} : Object.fromEntries(project.failure.map(({ path, cure }) => [path.join('.'), cure]))
}

function resolve(input: unknown, profile?: string, folder = root) {
  return resolveProject(input, {
    root: folder,
    hasDockerfile: false,
    ...(profile !== undefined && { profile }),
  })
}
