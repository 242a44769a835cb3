import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SyncRule, SyncRules } from '../../src/model/sync.ts'
import { matchSync } from '../../src/sync/match.ts'

function decide(rules: Partial<SyncRules>, file: string) {
  return matchSync({ sync: [], runs: [], rebuildOn: [], ...rules })(file)
}

function target(rule: SyncRule, file: string): string | undefined {
  const decision = decide({ sync: [rule] }, file)
  return decision.kind === 'sync' ? decision.target : undefined
}

describe('a synced file lands where the rule says', () => {
  test.each([
    ['a folder', '/web/public', '/app/public', '/web/public/css/a.css', '/app/public/css/a.css'],
    [
      'a folder with a slash behind it',
      '/web/public/',
      '/app/public/',
      '/web/public/a.css',
      '/app/public/a.css',
    ],
    [
      'a glob, with the folders below its start',
      '/web/src/**',
      '/app/src',
      '/web/src/lib/a.js',
      '/app/src/lib/a.js',
    ],
    ['a glob of one kind of file', '/web/**/*.js', '/app', '/web/src/.hidden/a.js', '/app/src/.hidden/a.js'],
    ['one file to a name', '/web/a.conf', '/etc/app.conf', '/web/a.conf', '/etc/app.conf'],
    ['one file into a folder', '/web/a.conf', '/etc/app/', '/web/a.conf', '/etc/app/a.conf'],
    ['a file’s name with a glob’s characters', '/web/pages/**', '/p', '/web/pages/[id].tsx', '/p/[id].tsx'],
    ['a folder’s name with a glob’s characters', '/web/\\[x\\]/**', '/p', '/web/[x]/a.js', '/p/a.js'],
    ['the root', '/web/**', '/', '/web/a.js', '/a.js'],
    ['a target with dots', '/web/**', '/app/x/../src', '/web/a.js', '/app/src/a.js'],
  ])('%s', (_, from, to, file, expected) => {
    expect(target({ from, to }, file)).toBe(expected)
  })

  test.each([
    ['beside the folder', '/web/src', '/web/srcs/a.js'],
    ['above it', '/web/src', '/web/a.js'],
    ['of another kind', '/web/src/*.js', '/web/src/a.css'],
    ['deeper than one star reaches', '/web/src/*.js', '/web/src/lib/a.js'],
    ['that climbs out', '/web/src', '/web/src/../../etc/passwd'],
  ])('a file %s needs a new image, since nothing says where it belongs', (_, from, file) => {
    expect(decide({ sync: [{ from, to: '/app' }] }, file).kind).toBe('rebuild')
  })

  test('no file ever leaves the target, whatever it is called', () => {
    const segment = fc.oneof(fc.constantFrom('..', '.', '', '...', '..a', '~', '*', 'src'), fc.string())
    fc.assert(
      fc.property(fc.array(segment), fc.constantFrom('/web/src', '/web/src/**'), (segments, from) => {
        const found = target({ from, to: '/app/src' }, `/web/src/${segments.join('/')}`)
        if (found === undefined) return
        expect(found.startsWith('/app/src')).toBe(true)
        expect(path.posix.normalize(found)).toBe(found)
        expect(found === '/app/src' || found.startsWith('/app/src/')).toBe(true)
      }),
    )
  })
})

test('the first rule that a file belongs to decides, and says so', () => {
  const sync: SyncRule[] = [
    { from: '/web/src/static/**', to: '/static' },
    { from: '/web/src/**', to: '/app/src', after: 'restart', ignore: ['**/*.test.js', 'tmp'] },
  ]
  expect(decide({ sync }, '/web/src/static/a.js')).toEqual({
    kind: 'sync',
    target: '/static/a.js',
    runs: [],
    reason: 'a.js → /static/a.js: by the sync rule to /static',
  })
  expect(decide({ sync }, '/web/src/a.js')).toMatchObject({ target: '/app/src/a.js', after: 'restart' })
  expect(decide({ sync }, '/web/src/lib/a.test.js').kind).toBe('ignored')
})

test('a file that is named in rebuildOn gets a new image, whatever the rules say', () => {
  const rules = { sync: [{ from: '/web/**', to: '/app' }], rebuildOn: ['/web/package*.json'] }
  expect(decide(rules, '/web/package-lock.json').kind).toBe('rebuild')
  expect(decide(rules, '/web/packages.json').kind).toBe('rebuild')
  expect(decide(rules, '/web/src/package.json').kind).toBe('sync')
})

test('every command that waits for a file is run, in order', () => {
  const rules: Partial<SyncRules> = {
    sync: [{ from: '/web/**', to: '/app' }],
    runs: [
      { run: 'npm ci', when: ['/web/package.json', '/web/package-lock.json'] },
      { run: 'make css', when: ['/web/**/*.scss'] },
      { run: 'touch reload', when: ['/web/*.json'] },
    ],
  }
  expect(decide(rules, '/web/package.json')).toMatchObject({ runs: ['npm ci', 'touch reload'] })
  expect(decide(rules, '/web/src/a.js')).toMatchObject({ runs: [] })
})
