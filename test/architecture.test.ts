import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'

const src = path.join(import.meta.dirname, '../src')

const stages = ['watch', 'build', 'cluster', 'deploy', 'sync', 'forward', 'logs']

/** What each room may import, besides itself: rooms, or single files; `type:` in front means as types only. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: ['type:util/scope.ts'],
  util: [],
  dockerfile: ['model', 'util'],
  ...Object.fromEntries(stages.map(stage => [stage, ['model', 'util']])),
  build: ['model', 'util', 'dockerfile'],
  sync: ['model', 'util', 'dockerfile'],
  config: ['model', 'util', 'type:build/builder.ts'],
  engine: ['model', 'type:util'],
  feed: ['model', 'type:engine'],
  ui: ['model', 'feed', 'type:engine', 'type:util/scope.ts'],
  control: ['model', 'type:engine', 'util', 'feed', 'logs/ring.ts'],
  sandbox: ['model', 'util', 'dockerfile'],
  session: ['model', 'util', 'dockerfile', 'config', 'engine', 'sandbox/client.ts', ...stages],
  cli: ['model', 'util', 'session', 'ui', 'control', 'sandbox', 'type:engine'],
  index: ['type:model', 'type:build/builder.ts', 'config/define.ts', 'type:config'],
}

test('every room imports only what the architecture allows it', async () => {
  const wrong: string[] = []
  for await (const file of glob('**/*.{ts,tsx}', { cwd: src })) {
    const text = readFileSync(path.join(src, file), 'utf8')
    for (const { target, isType } of relativeImports(text)) {
      const imported = path.normalize(path.join(path.dirname(file), target))
      if (imported.startsWith('..')) continue
      const from = roomOf(file)
      if (roomOf(imported) === from) continue
      const rules = mayImport[from] ?? []
      const isAllowed = rules.some(rule => {
        const [, typeOnly, place = ''] = /^(type:)?(.*)$/.exec(rule) ?? []
        const matches = place.endsWith('.ts') ? imported === place : roomOf(imported) === place
        return matches && (isType || !typeOnly)
      })
      if (!isAllowed) wrong.push(`${file} imports ${imported}${isType ? ' as a type' : ''}`)
    }
  }
  expect(wrong).toEqual([])
})

test('only util/exec.ts and sandbox/runtime/spawn.ts start processes', async () => {
  const places = [path.join('util', 'exec.ts'), path.join('sandbox', 'runtime', 'spawn.ts')]
  const wrong: string[] = []
  for await (const file of glob('**/*.{ts,tsx}', { cwd: src })) {
    const text = readFileSync(path.join(src, file), 'utf8')
    if (!places.includes(file) && /from '(?:node:child_process|execa)'/.test(text)) wrong.push(file)
  }
  expect(wrong).toEqual([])
})

test('the commands are loaded lazily, so that --help is quick', () => {
  const text = readFileSync(path.join(src, 'cli/main.ts'), 'utf8')
  const eager = relativeImports(text).filter(
    ({ target, isType, isDynamic }) => !isType && !isDynamic && target.endsWith('.ts'),
  )
  expect(eager).toEqual([])
})

function roomOf(file: string): string {
  const [first = ''] = file.split(path.sep)
  return first.replace(/\.tsx?$/, '')
}

function relativeImports(text: string): { target: string; isType: boolean; isDynamic: boolean }[] {
  const statements = text.matchAll(/(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s+'(\.[^']+)'/g)
  const found = [...statements].map(([, type, names = '', target = '']) => ({
    target,
    isType: type !== undefined || /^\{(?:\s*type\s+[^,}]+,?)+\s*\}$/.test(names),
    isDynamic: false,
  }))
  const dynamic = [...text.matchAll(/import\('(\.[^']+)'\)/g)].map(([, target = '']) => ({
    target,
    isType: false,
    isDynamic: true,
  }))
  return [...found, ...dynamic]
}
