import path from 'node:path'
import { expect, test } from 'vitest'
import { buildpacks } from '../../src/config/define.ts'
import type { BuildpacksOptions } from '../../src/config/input.ts'
import { resolveProject } from '../../src/config/resolve.ts'
import type { BuildpacksDefinition } from '../../src/model/image.ts'
import { matchSync } from '../../src/sync/match.ts'

const root = '/home/me/shop [1]'

test('without options pack decides, in the folder of the Devfile, and nothing is synced', () => {
  expect(resolve()).toEqual({
    kind: 'buildpacks',
    context: root,
    buildpacks: [],
    env: {},
    sync: { kind: 'off' },
  })
})

test('paths begin at the Devfile, and names of images, ids and volumes stay as they are', () => {
  const { context, buildpacks, envFile, volumes } = resolve({
    context: 'web',
    buildpacks: [
      'paketo-buildpacks/nodejs@1.2.3',
      './buildpacks/own',
      '../shared.tgz',
      'docker://example/pack',
    ],
    envFile: 'build.env',
    volumes: ['./certificates:/platform/bindings/ca', 'cache:/cache:rw'],
  })
  expect({ context, buildpacks, envFile, volumes }).toEqual({
    context: `${root}/web`,
    buildpacks: [
      'paketo-buildpacks/nodejs@1.2.3',
      `${root}/buildpacks/own`,
      '/home/me/shared.tgz',
      'docker://example/pack',
    ],
    envFile: `${root}/build.env`,
    volumes: [`${root}/certificates:/platform/bindings/ca`, 'cache:/cache:rw'],
  })
})

test('numbers and booleans become text for the build', () => {
  expect(resolve({ env: { BP_NODE_VERSION: 22, BP_KEEP: false } }).env).toEqual({
    BP_NODE_VERSION: '22',
    BP_KEEP: 'false',
  })
})

test('an image that reloads by itself is given edits where the application lies, but for what is installed', () => {
  const definition = resolve({ context: 'web (old)', live: true, rebuildOn: 'web \\(old\\)/native' })
  expect(definition.env).toEqual({ BP_LIVE_RELOAD_ENABLED: 'true' })
  const decide = deciderOf(definition)
  const inApp = (name: string) => decide(path.join(definition.context, name))
  expect(inApp('src/server.js')).toMatchObject({ kind: 'sync', target: '/workspace/src/server.js' })
  expect(inApp('src/server.js')).not.toHaveProperty('after')
  for (const name of [
    'package.json',
    'packages/a/package-lock.json',
    'requirements-dev.txt',
    'project.toml',
  ]) {
    expect(inApp(name), name).toMatchObject({ kind: 'rebuild' })
  }
  expect(inApp('native/a.c')).toMatchObject({ kind: 'rebuild' })
})

test('rules of the user’s own stand in place of those of live, and so does false', () => {
  const own = deciderOf(resolve({ live: true, sync: [{ from: 'src', to: '/workspace/dist' }] }))
  expect(own(`${root}/src/a.js`)).toMatchObject({ target: '/workspace/dist/a.js' })
  expect(own(`${root}/lib/a.js`)).toMatchObject({ kind: 'rebuild' })
  expect(resolve({ live: true, sync: false }).sync).toEqual({ kind: 'off' })
})

test('a profile changes what it names, and leaves the rest', () => {
  const images = { web: buildpacks({ context: 'web', builder: 'example/builder' }) }
  const profiles = { debug: { images: { web: buildpacks({ env: { BP_DEBUG_ENABLED: true } }) } } }
  const project = resolveProject({ images, profiles }, { root, hasDockerfile: false, profile: 'debug' })
  expect(project.ok && project.value.images[0]?.builder).toMatchObject({
    context: `${root}/web`,
    builder: 'example/builder',
    env: { BP_DEBUG_ENABLED: 'true' },
  })
})

test('a sync rule for files that the application does not hold is a fault', () => {
  const images = { web: buildpacks({ context: 'web', sync: [{ from: 'src', to: '/workspace/src' }] }) }
  const project = resolveProject({ name: 'shop', images }, { root, hasDockerfile: false })
  expect(!project.ok && project.failure).toMatchObject([
    { path: ['images', 'web', 'sync', 0, 'from'], cure: expect.stringContaining("'web/src'") },
  ])
})

function resolve(options: BuildpacksOptions = {}): BuildpacksDefinition {
  const input = { name: 'shop', images: { web: buildpacks(options) } }
  const project = resolveProject(input, { root, hasDockerfile: false })
  const builder = project.ok ? project.value.images[0]?.builder : undefined
  if (builder?.kind !== 'buildpacks') throw new Error(JSON.stringify(project))
  return builder
}

function deciderOf({ sync }: BuildpacksDefinition) {
  if (sync.kind !== 'rules') throw new Error('nothing is synced')
  return matchSync(sync.rules)
}
