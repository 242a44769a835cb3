import { expect, test } from 'vitest'
import { custom, docker, gradle, jib, maven } from '../../src/config/define.ts'
import type { DevfileInput } from '../../src/config/input.ts'
import { resolveProject } from '../../src/config/resolve.ts'
import type { Project } from '../../src/model/project.ts'

const root = '/home/me/Shop Front'

test('a folder with a Dockerfile and k8s/ needs no options at all', () => {
  expect(resolve({}, { hasDockerfile: true })).toEqual({
    name: 'shop-front',
    root,
    contexts: [],
    namespace: 'default',
    images: [
      {
        ref: 'shop-front',
        builder: {
          kind: 'docker',
          context: root,
          dockerfile: `${root}/Dockerfile`,
          args: {},
          secrets: [],
          sync: { kind: 'inferred', runs: [], rebuildOn: [] },
        },
      },
    ],
    services: [{ name: 'shop-front', manifests: [`${root}/k8s`], ports: [], dependsOn: [] }],
  })
})

test('what a build is given besides is kept as written, keys with absolute paths', () => {
  const given = {
    platform: 'linux/arm64',
    cacheFrom: ['shop/web:cache'],
    pull: true,
    network: 'host',
    labels: { team: 'web' },
  }
  const images = {
    'shop/web': docker({ ...given, ssh: [{ id: 'git', path: 'keys/deploy' }] }),
    'shop/api': docker({ ssh: 'default' }),
  }
  expect(resolve({ images }).images.map(image => image.builder)).toMatchObject([
    { ...given, ssh: [{ id: 'git', path: `${root}/keys/deploy` }] },
    { ssh: 'default' },
  ])
})

test('without a Dockerfile, images come from elsewhere and none is built', () => {
  expect(resolve({}).images).toEqual([])
})

test('all paths of a Devfile are relative to its folder', () => {
  const { images, services } = resolve({
    images: {
      'shop/web': docker({
        context: 'web',
        secrets: [
          { id: 'npm', file: '.npmrc' },
          { id: 'key', env: 'KEY' },
        ],
      }),
      'shop/api': docker({
        context: 'api',
        dockerfile: 'docker/api.Dockerfile',
        args: { NODE: 22, DEBUG: true },
      }),
      'shop/job': custom({ command: 'make image', cwd: 'job', ignore: ['out/**'] }),
      'shop/tool': custom({ command: 'make tool', inputs: ['tool/src', '/usr/share/dict'] }),
    },
    services: { web: { manifests: 'k8s/web/*.yaml' }, api: { manifests: ['api/k8s', '/etc/api.yaml'] } },
  })
  const inferred = { kind: 'inferred', runs: [], rebuildOn: [] }
  expect(images.map(({ builder }) => builder)).toEqual([
    {
      kind: 'docker',
      context: `${root}/web`,
      dockerfile: `${root}/web/Dockerfile`,
      args: {},
      secrets: [
        { id: 'npm', file: `${root}/.npmrc` },
        { id: 'key', env: 'KEY' },
      ],
      sync: inferred,
    },
    {
      kind: 'docker',
      context: `${root}/api`,
      dockerfile: `${root}/docker/api.Dockerfile`,
      args: { NODE: '22', DEBUG: 'true' },
      secrets: [],
      sync: inferred,
    },
    {
      kind: 'custom',
      command: 'make image',
      cwd: `${root}/job`,
      inputs: [`${root}/job`],
      ignore: ['out/**'],
      sync: { kind: 'off' },
    },
    {
      kind: 'custom',
      command: 'make tool',
      cwd: root,
      inputs: [`${root}/tool/src`, '/usr/share/dict'],
      ignore: [],
      sync: { kind: 'off' },
    },
  ])
  expect(services.map(({ manifests }) => manifests)).toEqual([
    [`${root}/k8s/web/*.yaml`],
    [`${root}/api/k8s`, '/etc/api.yaml'],
  ])
})

test('what is left to Gradle or Maven begins in the Devfile’s folder, and says nothing that the user did not', () => {
  const { images } = resolve({
    images: {
      'shop/a': gradle(),
      'shop/b': gradle({
        context: 'b',
        module: ':web',
        task: 'bootBuildTinyImage',
        args: ['-Pfast'],
        live: true,
      }),
      'shop/c': maven({ context: 'c', rebuildOn: 'c/pom.xml' }),
      'shop/d': jib({ sync: false, live: false }),
    },
  })
  const inferred = { kind: 'inferred', runs: [], rebuildOn: [] }
  expect(images.map(({ builder }) => builder)).toEqual([
    { kind: 'gradle', context: root, task: 'bootBuildImage', args: [], sync: inferred },
    {
      kind: 'gradle',
      context: `${root}/b`,
      module: ':web',
      task: 'bootBuildTinyImage',
      args: ['-Pfast'],
      live: true,
      sync: inferred,
    },
    {
      kind: 'maven',
      context: `${root}/c`,
      args: [],
      sync: { ...inferred, rebuildOn: [`${root}/c/pom.xml`, `${root}/c/pom.xml/**`] },
    },
    { kind: 'jib', context: root, args: [], live: false, sync: { kind: 'off' } },
  ])
})

test('a builder of your own stays the object that it is, with its class and its state', () => {
  class Bazel {
    #target = '//web:image'
    async inputs() {
      return { ok: true as const, value: { roots: [this.#target], bases: [] } }
    }
    async build() {
      return { ok: true as const, value: { reference: `shop/web:${this.#target}` } }
    }
  }
  const builder = new Bazel()
  const [image] = resolve({ images: { 'shop/web': builder } }).images
  expect(image?.builder).toEqual({ kind: 'own', builder })
  expect(image?.builder).toHaveProperty('builder', builder)
})

test('a profile changes the fields that it names, and adds what is new', () => {
  const input: DevfileInput = {
    namespace: 'shop',
    images: {
      'shop/web': docker({ context: 'web', args: { A: '1' } }),
      'shop/job': custom({ command: 'make' }),
    },
    services: { web: { manifests: 'k8s/web', ports: [8080] } },
    profiles: {
      debug: {
        namespace: undefined,
        images: { 'shop/web': docker({ target: 'debug', args: undefined }), 'shop/job': docker() },
        services: { web: { ports: [9229] }, tools: { manifests: 'k8s/tools' } },
      },
    },
  }
  const { namespace, images, services } = resolve(input, { profile: 'debug' })
  expect(namespace).toBe('shop')
  expect(images.map(({ builder }) => builder)).toMatchObject([
    { kind: 'docker', context: `${root}/web`, target: 'debug', args: { A: '1' } },
    { kind: 'docker', context: root },
  ])
  expect(services).toMatchObject([
    { name: 'web', manifests: [`${root}/k8s/web`], ports: [{ localPort: 9229 }] },
    { name: 'tools', manifests: [`${root}/k8s/tools`] },
  ])
  expect(resolve(input).services).toMatchObject([{ name: 'web', ports: [{ localPort: 8080 }] }])
})

test('a profile over a builder of the same kind keeps what it does not name; over another kind, or a command, it keeps nothing', () => {
  const input: DevfileInput = {
    images: {
      'shop/a': gradle({ context: 'a', module: 'web' }),
      'shop/b': maven({ context: 'b' }),
      'shop/c': custom({ command: 'make', cwd: 'c' }),
    },
    profiles: {
      fast: {
        images: {
          'shop/a': gradle({ args: ['-Pfast'] }),
          'shop/b': jib({ live: true }),
          'shop/c': custom({ command: 'make fast' }),
        },
      },
    },
  }
  expect(resolve(input, { profile: 'fast' }).images.map(({ builder }) => builder)).toMatchObject([
    { kind: 'gradle', context: `${root}/a`, module: 'web', args: ['-Pfast'] },
    { kind: 'jib', context: root, live: true },
    { kind: 'custom', command: 'make fast', cwd: root },
  ])
})

test('a profile can change what devloop took for granted', () => {
  const profiles = { debug: { images: { shop: docker({ target: 'debug' }) } } }
  const { images } = resolve({ name: 'shop', profiles }, { hasDockerfile: true, profile: 'debug' })
  expect(images).toMatchObject([{ ref: 'shop', builder: { context: root, target: 'debug' } }])
})

function resolve(input: DevfileInput, options: { hasDockerfile?: boolean; profile?: string } = {}): Project {
  const project = resolveProject(input, { root, hasDockerfile: false, ...options })
  if (!project.ok) throw new Error(JSON.stringify(project.failure))
  return project.value
}
