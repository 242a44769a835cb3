import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BuildInputs } from '../../src/build/builder.ts'
import { dockerInputs } from '../../src/build/docker-inputs.ts'
import type { DockerDefinition } from '../../src/model/image.ts'
import type { SyncRules } from '../../src/model/sync.ts'
import { filesOf } from '../../src/watch/files-of.ts'
import type { FileBatch } from '../../src/watch/watcher.ts'
import { createFileWatcher } from '../../src/watch/watcher.ts'

let context = ''

beforeEach(async () => {
  context = await mkdtemp(path.join(tmpdir(), 'devloop-inputs-'))
  for (const file of [
    'src/a.js',
    'docs/guide.md',
    'node_modules/x/index.js',
    'package.json',
    'docker/Dockerfile',
  ])
    await write(file, 'FROM node\nCOPY package*.json /app/\nCOPY src node_modules /app/\n')
})
afterEach(() => rm(context, { recursive: true, force: true }))

test('an image is made from what is copied and not ignored, the Dockerfile and the ignore file', async () => {
  await write('.dockerignore', '**/node_modules\n')
  expect(await inputFiles()).toEqual(['.dockerignore', 'docker/Dockerfile', 'package.json', 'src/a.js'])
})

test('a file of a secret counts, also where it is outside of the context', async () => {
  await write('.npmrc', 'token')
  const outside = path.join(context, '../outside')
  const found = await inputsOf({
    secrets: [
      { id: 'npm', file: path.join(context, '.npmrc') },
      { id: 'x', file: outside },
    ],
  })
  expect(found.roots).toContain(outside)
  expect(await filesOf({ id: 'image:web', ...found })).toContain(path.join(context, '.npmrc'))
})

test('what rules of the Devfile name counts, though the image does not hold it; what is ignored does not', async () => {
  await write('.dockerignore', '**/node_modules\n')
  const files = async (rules: Partial<SyncRules>) => {
    const sync = { kind: 'rules', rules: { sync: [], runs: [], rebuildOn: [], ...rules } } as const
    return filesBelow(await inputsOf({ sync }))
  }
  const from = { from: path.join(context, 'docs/**/*.md'), to: '/docs' }
  expect(await files({ sync: [from] })).toContain('docs/guide.md')
  expect(await files({ rebuildOn: [path.join(context, 'docs')] })).toContain('docs/guide.md')
  expect(await files({ sync: [{ from: context, to: '/app' }] })).not.toContain('node_modules/x/index.js')
})

test('with a context that is copied whole every file counts', async () => {
  await write('docker/Dockerfile', 'FROM node\nCOPY . /app/\n')
  expect(await inputFiles()).toContain('docs/guide.md')
})

test('a file that a wildcard finds is seen when it is made; what is not copied is not', async () => {
  const batches: FileBatch[] = []
  const seen = Promise.withResolvers<void>()
  const watcher = createFileWatcher({
    onBatch(batch) {
      batches.push(batch)
      if (batch.changes.some(({ path: file }) => file.endsWith('package-lock.json'))) seen.resolve()
    },
    onFailure: failure => seen.reject(failure),
  })
  await watcher.watch([{ id: 'image:web', ...(await inputsOf({})) }])
  await write('docs/guide.md', 'other')
  await write('package-lock.json', '{}')
  await seen.promise
  await watcher.close()
  expect(
    batches.flatMap(({ changes }) => changes.map(change => path.relative(context, change.path))),
  ).toEqual(['package-lock.json'])
})

async function inputFiles(): Promise<readonly string[]> {
  return filesBelow(await inputsOf({}))
}

async function filesBelow(inputs: BuildInputs): Promise<readonly string[]> {
  const files = await filesOf({ id: 'image:web', ...inputs })
  return files.map(file => path.relative(context, file)).sort()
}

function inputsOf(options: Partial<DockerDefinition>): Promise<BuildInputs> {
  const dockerfile = path.join(context, 'docker/Dockerfile')
  return dockerInputs({
    kind: 'docker',
    context,
    dockerfile,
    args: {},
    secrets: [],
    sync: { kind: 'off' },
    ...options,
  })()
}

async function write(file: string, text: string) {
  await mkdir(path.dirname(path.join(context, file)), { recursive: true })
  await writeFile(path.join(context, file), text)
}
