import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BuilderDefinition, DockerDefinition } from '../../src/model/image.ts'
import type { ImageUse, SyncRules, SyncSetting } from '../../src/model/sync.ts'
import { openDecider } from '../../src/session/decider.ts'

let context = ''
beforeEach(async () => {
  context = await mkdtemp(path.join(tmpdir(), 'devloop-decider-'))
  await mkdir(`${context}/src`)
  await writeFile(`${context}/src/app.js`, '')
  await dockerfile('FROM node:20\nWORKDIR /app\nCOPY src src\nCMD ["node", "src/app.js"]\n')
})
afterEach(() => rm(context, { recursive: true, force: true }))

const dockerfile = (text: string) => writeFile(`${context}/Dockerfile`, text)
const use: ImageUse = { ending: [], initializing: [], commands: [{}] }
const nothing: Omit<SyncRules, 'sync'> = { runs: [], rebuildOn: [] }

async function decider(sync: SyncSetting = { kind: 'inferred', ...nothing }, used: Partial<ImageUse> = {}) {
  const builder: DockerDefinition = {
    kind: 'docker',
    context,
    dockerfile: `${context}/Dockerfile`,
    args: {},
    secrets: [],
    sync,
  }
  return openDecider({ ref: 'shop/web', builder }, { ...use, ...used }, undefined)
}

test('a copied file goes into the container and its process starts again, as the Dockerfile says', async () => {
  const { decide, explain, canSync, mayRestart } = await decider()
  const decision = decide(`${context}/src/app.js`)
  expect(decision).toMatchObject({ kind: 'sync', target: '/app/src/app.js', after: 'restart' })
  expect([canSync, mayRestart]).toEqual([true, true])
  expect(explain(`${context}/src/app.js`).join('\n')).toContain('Dockerfile:3')
})

test('a manifest whose command reloads by itself needs no restart', async () => {
  const { decide, mayRestart } = await decider(undefined, {
    commands: [{ command: ['node', '--watch', 'src/app.js'] }],
  })
  expect(decide(`${context}/src/app.js`)).not.toHaveProperty('after')
  expect(mayRestart).toBe(false)
})

test('where one of two manifests needs the restart, it is made', async () => {
  const { decide } = await decider(undefined, {
    commands: [{ command: ['node', '--watch', 'src/app.js'] }, {}],
  })
  expect(decide(`${context}/src/app.js`)).toMatchObject({ after: 'restart' })
})

test('rebuildOn and runs of the Devfile come on top of what the Dockerfile says', async () => {
  const { decide, explain } = await decider({
    kind: 'inferred',
    rebuildOn: [`${context}/src/config/**`],
    runs: [{ run: 'npm run styles', when: [`${context}/src/*.css`] }],
  })
  expect(decide(`${context}/src/a.css`)).toMatchObject({ kind: 'sync', runs: ['npm run styles'] })
  expect(decide(`${context}/src/a.js`)).toMatchObject({ kind: 'sync', runs: [] })
  expect(decide(`${context}/src/config/a.js`)).toMatchObject({ kind: 'rebuild' })
  expect(explain(`${context}/src/config/a.js`)).toEqual([expect.stringContaining('rebuildOn')])
})

test('what lies behind a linked folder needs an image, the link itself does not', async () => {
  await mkdir(`${context}/shared`)
  await symlink('../shared', `${context}/src/shared`)
  const { decide, explain } = await decider()
  expect(decide(`${context}/src/shared/deep/a.js`)).toMatchObject({ kind: 'rebuild' })
  expect(explain(`${context}/src/shared/a.js`)).toEqual([
    expect.stringContaining('behind the link src/shared'),
  ])
  expect(decide(`${context}/src/shared`)).toMatchObject({ kind: 'sync', target: '/app/src/shared' })
})

test('a file is decided on also when a file has taken the place of its folder', async () => {
  await rm(`${context}/src`, { recursive: true })
  await writeFile(`${context}/src`, '')
  expect((await decider()).decide(`${context}/src/deep/app.js`)).toMatchObject({ kind: expect.any(String) })
})

test('a Dockerfile that is missing or says nothing makes every change a new image', async () => {
  await dockerfile('')
  expect((await decider()).decide(`${context}/src/app.js`)).toMatchObject({ kind: 'rebuild' })
  await rm(`${context}/Dockerfile`)
  expect((await decider()).decide(`${context}/src/app.js`)).toMatchObject({ kind: 'rebuild' })
})

test('a file that is not in the image changes nothing', async () => {
  await writeFile(`${context}/.dockerignore`, 'src/*.md\n')
  const { decide } = await decider()
  expect(decide(`${context}/src/notes.md`)).toMatchObject({ kind: 'ignored' })
  expect(decide(`${context}/README`)).toMatchObject({ kind: 'ignored' })
})

test.each([
  ['a Job', { ending: ['Job/migrate'] }, 'Job/migrate'],
  ['an init container', { initializing: ['Deployment/web'] }, 'Deployment/web'],
])('an image that %s runs is built anew for every change, and says why', async (_, used, reason) => {
  const { decide, canSync, mayRestart } = await decider(undefined, used)
  expect(decide(`${context}/src/app.js`)).toMatchObject({
    kind: 'rebuild',
    reason: expect.stringContaining(reason),
  })
  expect([canSync, mayRestart]).toEqual([false, false])
})

test('sync: false is kept to', async () => {
  const { decide, canSync } = await decider({ kind: 'off' })
  expect(decide(`${context}/src/app.js`)).toMatchObject({
    kind: 'rebuild',
    reason: expect.stringContaining('sync: false'),
  })
  expect(canSync).toBe(false)
})

test('rules of the Devfile stand in place of what the Dockerfile says', async () => {
  const rules: SyncRules = { ...nothing, sync: [{ from: `${context}/src`, to: '/srv', after: 'restart' }] }
  const { decide, mayRestart } = await decider({ kind: 'rules', rules })
  expect(decide(`${context}/src/app.js`)).toMatchObject({ kind: 'sync', target: '/srv/app.js' })
  expect(decide(`${context}/other`)).toMatchObject({ kind: 'rebuild' })
  expect(mayRestart).toBe(true)
})

test('of a builder that devloop does not know nothing is guessed', async () => {
  const builder = { kind: 'own', builder: {} } as unknown as BuilderDefinition
  const { canSync, decide } = await openDecider({ ref: 'shop/web', builder }, use, undefined)
  expect(canSync).toBe(false)
  expect(decide(`${context}/src/app.js`)).toMatchObject({ kind: 'rebuild' })
})

test('what its compiler reads is compiled, what it makes is synced, and the rest of the files need a new image', async () => {
  const { decide, canSync, mayRestart } = await compiled({ kind: 'inferred', ...nothing })
  expect(decide(`${context}/src/main/App.java`).kind).toBe('compile')
  expect(decide(`${context}/build/classes/App.class`)).toMatchObject({
    kind: 'sync',
    target: '/app/App.class',
  })
  expect(decide(`${context}/build.gradle`).kind).toBe('rebuild')
  expect([canSync, mayRestart]).toEqual([true, false])
})

test('the rules of the Devfile come before the compiler', async () => {
  const rules = { sync: [{ from: `${context}/src/main/site`, to: '/site' }], runs: [] }
  const rebuildOn = [`${context}/src/main/schema.sql`]
  const { decide } = await compiled({ kind: 'rules', rules: { ...rules, rebuildOn } })
  expect(decide(`${context}/src/main/site/a.html`)).toMatchObject({ kind: 'sync', target: '/site/a.html' })
  expect(decide(`${context}/src/main/schema.sql`).kind).toBe('rebuild')
  expect(decide(`${context}/src/main/App.java`).kind).toBe('compile')
})

function compiled(sync: SyncSetting) {
  const builder: BuilderDefinition = {
    kind: 'custom',
    command: 'true',
    cwd: context,
    inputs: [context],
    ignore: [],
    sync,
  }
  return openDecider({ ref: 'shop/web', builder }, use, {
    sources: [`${context}/src/main`],
    outputs: [{ from: `${context}/build/classes`, to: '/app' }],
    compile: async () => ({ ok: true, value: undefined }),
  })
}
