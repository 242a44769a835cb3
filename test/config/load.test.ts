import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { LoadedDevfile } from '../../src/config/load.ts'
import type { Failure } from '../../src/model/failure.ts'
import type { Project } from '../../src/model/project.ts'
import { makeFolder } from './folder.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const head = "import { defineDevfile, docker } from 'devloop'\n"

test.each([
  [
    'TypeScript',
    'Devfile.ts',
    undefined,
    `${head}enum Name { A = 'a' }\nexport default defineDevfile({ name: Name.A as string })`,
  ],
  [
    'JavaScript of an ES package',
    'Devfile.js',
    'module',
    `${head}export default defineDevfile({ name: 'a' })`,
  ],
  [
    'JavaScript of a CommonJS package',
    'Devfile.js',
    'commonjs',
    `${head}export default defineDevfile({ name: 'a' })`,
  ],
  [
    'an ES module by its name',
    'Devfile.mjs',
    'commonjs',
    `${head}export default defineDevfile({ name: await 'a' })`,
  ],
  [
    'CommonJS',
    'Devfile.js',
    undefined,
    `const { defineDevfile } = require('devloop')\nmodule.exports = defineDevfile({ name: 'a' })`,
  ],
  [
    'a promise',
    'Devfile.ts',
    undefined,
    `${head}export default Promise.resolve(defineDevfile({ name: 'a' }))`,
  ],
  [
    'an async function',
    'Devfile.ts',
    undefined,
    `${head}export default defineDevfile(async () => ({ name: await 'a' }))`,
  ],
])('a Devfile may be %s, and needs no devloop beside it', async (_, name, type, text) => {
  const folder = makeFolder({ [name]: text, ...(type && { 'package.json': JSON.stringify({ type }) }) })
  expect(projectOf(await folder.load({ path: folder.file(name) }))).toMatchObject({ name: 'a' })
})

test('a Devfile’s function knows the profile, the arguments, the environment and where devloop was started', async () => {
  const folder = makeFolder({
    'Devfile.ts': `${head}export default defineDevfile(({ profile, args, env, cwd }) => ({
      name: 'a', contexts: [profile ?? 'none', ...args, env.REGION ?? '', cwd], profiles: { debug: {} } }))`,
  })
  const loaded = await folder.load({
    profile: 'debug',
    args: ['--fast'],
    env: { REGION: 'eu' },
    cwd: '/tmp/here',
  })
  expect(projectOf(loaded).contexts).toEqual(['debug', '--fast', 'eu', '/tmp/here'])
})

test('an edit of any file that the Devfile imports is seen by the next load', async () => {
  const folder = makeFolder({
    'package.json': JSON.stringify({ type: 'module' }),
    'Devfile.ts': `${head}
      import { a } from './a.ts'
      import { b } from './lib/b.js'
      import { c } from './c.mjs'
      import d from './d.cjs'
      import e from './e.json' with { type: 'json' }
      import { f } from 'fixed'
      export default defineDevfile(async () => ({
        name: 'a', contexts: [a, b, c, d.d, e.e, f, (await import('./g.ts')).g] }))`,
    'node_modules/fixed/package.json': JSON.stringify({
      name: 'fixed',
      type: 'module',
      exports: { import: './f.js' },
    }),
    'node_modules/fixed/f.js': "export const f = 'f'",
  })
  for (const round of ['1', '2', '3']) {
    folder.write({
      'a.ts': `export const a: string = 'a${round}'`,
      'lib/b.js': `export const b = 'b${round}'`,
      'c.mjs': `export const c = 'c${round}'`,
      'd.cjs': `exports.d = require('./d2.cjs')`,
      'd2.cjs': `module.exports = 'd${round}'`,
      'e.json': JSON.stringify({ e: `e${round}` }),
      'g.ts': `export const g = 'g${round}'`,
    })
    const loaded = await folder.load()
    const seen = ['a', 'b', 'c', 'd', 'e'].map(letter => `${letter}${round}`)
    expect(projectOf(loaded).contexts).toEqual([...seen, 'f', `g${round}`])
    expect(loaded.files[0]).toBe(folder.file('Devfile.ts'))
    const files = ['Devfile.ts', 'a.ts', 'c.mjs', 'd.cjs', 'd2.cjs', 'e.json', 'g.ts', 'lib/b.js'].map(
      folder.file,
    )
    expect(loaded.files.toSorted()).toEqual(files.toSorted())
  }
})

test('a syntax error shows file, line and column, and the line itself', async () => {
  const folder = makeFolder({
    'Devfile.ts': `${head}import './lib.ts'\nexport default defineDevfile({})`,
    'lib.ts': 'const a = 1\n\tconst const b = 2',
  })
  const loaded = await folder.load()
  expect(failureOf(loaded)).toMatchObject({
    code: 'config/load',
    message: "Syntax error: Unexpected keyword 'const'.",
    at: { file: folder.file('lib.ts'), line: 2, column: 8 },
    output: ['  const const b = 2', '        ^'],
  })
  expect(loaded.files).toContain(folder.file('lib.ts'))
})

test('an error that is thrown shows the line of the user’s own code', async () => {
  const folder = makeFolder({
    'Devfile.ts': `${head}interface Options {\n  a: string\n}\nimport { read } from './lib.ts'\n\nexport default defineDevfile(() => read())`,
    'lib.ts': `export function read(): never {\n  throw new RangeError('no region\\nsecond line', { cause: new Error('offline') })\n}`,
  })
  expect(failureOf(await folder.load())).toMatchObject({
    code: 'config/load',
    message: 'The Devfile threw an error: RangeError: no region',
    at: { file: folder.file('lib.ts'), line: 2 },
    why: 'offline',
    output: ['second line'],
  })
  folder.write({
    'Devfile.ts': `${head}export default defineDevfile({\n  images: {\n    a: docker('web' as never) } })`,
  })
  expect(failureOf(await folder.load())).toMatchObject({
    message: "The Devfile threw an error: TypeError: docker() takes an object of options, not 'web'",
    at: { file: folder.file('Devfile.ts'), line: 4 },
  })
  folder.write({ 'Devfile.ts': "throw 'nothing'" })
  expect(failureOf(await folder.load()).message).toBe("The Devfile threw 'nothing'.")
})

test.each([
  ['./libs/web.ts', "Did you mean './libs/webs.ts'?"],
  ['./nowhere/at-all', 'Create at-all, or correct the path.'],
  ['zodd', "Did you mean 'zod'? If not, install it: npm install --save-dev zodd"],
  ['@acme/tools/ports', 'Install it: npm install --save-dev @acme/tools'],
  ['devlop', "Did you mean 'devloop'? If not, install it: npm install --save-dev devlop"],
])('an import of %s that is not there says what to do', async (name, cure) => {
  const folder = makeFolder({
    'package.json': JSON.stringify({ devDependencies: { zod: '4' } }),
    'libs/webs.ts': '',
    'Devfile.ts': `${head}\nimport x from '${name}'\nexport default defineDevfile({ name: x })`,
  })
  expect(failureOf(await folder.load())).toMatchObject({
    code: 'config/load',
    message: `'${name}' cannot be found.`,
    at: { file: folder.file('Devfile.ts'), line: 3 },
    cure,
  })
})

test('a file whose import failed is among those to watch, so that creating it mends the Devfile', async () => {
  const folder = makeFolder({
    'Devfile.ts': `${head}import { name } from './name.ts'\nexport default defineDevfile({ name })`,
  })
  expect((await folder.load()).files).toEqual([folder.file('Devfile.ts'), folder.file('name.ts')])
  folder.write({ 'name.ts': "export const name = 'a'" })
  expect(projectOf(await folder.load())).toMatchObject({ name: 'a' })
})

test.each([
  ['nothing', 'export const a = 1', 'The Devfile has no default export.'],
  ['nothing at all', '', 'The Devfile has no default export.'],
  [
    'a bare object',
    "export default { name: 'a' }",
    "The Devfile's default export does not come from defineDevfile.",
  ],
  [
    'a bare function',
    'export default () => ({})',
    "The Devfile's default export does not come from defineDevfile.",
  ],
])('a Devfile that exports %s is told how to write it', async (_, text, message) => {
  const folder = makeFolder({ 'Devfile.ts': text })
  const failure = failureOf(await folder.load())
  expect(failure).toMatchObject({ code: 'config/load', message, at: { file: folder.file('Devfile.ts') } })
  expect(failure.cure).toContain("import { defineDevfile } from 'devloop'")
})

test('a file that awaits at its top level, other than the Devfile, is told where it may', async () => {
  const folder = makeFolder({
    'Devfile.ts': `${head}import { a } from './lib.ts'\nexport default defineDevfile({ name: await a })`,
    'lib.ts': "export const b = 1\nexport const a = await Promise.resolve('a')",
  })
  expect(failureOf(await folder.load())).toMatchObject({
    message: 'This file uses await outside of a function.',
    at: { file: folder.file('lib.ts'), line: 2 },
  })
})

test('a Devfile that never ends is given up after 30 seconds', async () => {
  const called = Promise.withResolvers<void>()
  vi.stubGlobal('devfileCalled', called.resolve)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const folder = makeFolder({
    'Devfile.ts': `${head}export default defineDevfile(() => { globalThis.devfileCalled(); return new Promise(() => {}) })`,
  })
  const loading = folder.load()
  await called.promise
  vi.advanceTimersByTime(30_000)
  expect(failureOf(await loading).message).toBe('The Devfile did not come to its end within 30 s.')
})

test('a Devfile that was deleted while devloop runs is said to be gone', async () => {
  const folder = makeFolder()
  const { result, files } = await folder.load()
  expect(result).toMatchObject({ ok: false, failure: [{ code: 'config/not-found' }] })
  expect(files).toEqual([folder.file('Devfile.ts')])
})

test('every fault of the options is shown with its line', async () => {
  const folder = makeFolder({
    'Devfile.ts': `${head}export default defineDevfile({\n  services: {\n    web: { port: 1 },\n    api: { ports: 80 },\n  },\n} as {})`,
  })
  const { result } = await folder.load()
  expect(result).toMatchObject({
    ok: false,
    failure: [
      {
        code: 'config/invalid',
        at: { file: folder.file('Devfile.ts'), line: 4, object: 'services.web.port' },
      },
      {
        code: 'config/invalid',
        at: { file: folder.file('Devfile.ts'), line: 5, object: 'services.api.ports' },
      },
    ],
  })
})

test('nothing is written but into the user’s own cache, which others cannot read', async () => {
  const folder = makeFolder({
    'Devfile.ts': `${head}export default defineDevfile({})`,
    'node_modules/.keep': '',
  })
  await folder.load()
  expect(readdirSync(folder.root).toSorted()).toEqual(['Devfile.ts', 'node_modules'])
  expect(existsSync(folder.file('node_modules/.cache'))).toBe(false)
  const cache = path.join(folder.root, '../cache/devloop/devfiles')
  expect(readdirSync(cache)).toHaveLength(1)
  expect(statSync(cache).mode & 0o077).toBe(0)
})

function projectOf({ result }: LoadedDevfile): Project {
  if (!result.ok) throw new Error(JSON.stringify(result.failure, undefined, 2))
  return result.value
}

function failureOf({ result }: LoadedDevfile): Failure {
  const [failure, ...more] = result.ok ? [] : result.failure
  expect(more).toEqual([])
  if (!failure) throw new Error('It loaded.')
  return failure
}
