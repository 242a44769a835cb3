import { describe, expect, test } from 'vitest'
import { parseDockerIgnore } from '../../src/dockerfile/dockerignore.ts'

const ignores = (text: string, file: string, isFolder = false) =>
  parseDockerIgnore('/app', text)(`/app/${file}`, isFolder)

describe('a change that .dockerignore leaves out is no change', () => {
  test.each([
    ['node_modules', 'node_modules/a/index.js', true],
    ['node_modules', 'packages/a/node_modules/b.js', false],
    ['**/node_modules', 'packages/a/node_modules/b.js', true],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['**/*.md', 'docs/deep/README.md', true],
    ['*/temp*', 'some/temporary.txt', true],
    ['temp?', 'tempa', true],
    ['/dist/', 'dist/a.js', true],
    ['./dist', 'dist/a.js', true],
    ['# node_modules', 'node_modules/a.js', false],
    ['{a,b}', 'a', false],
    ['.*', '.env', true],
    ['*\n!src', 'src/a.js', false],
    ['*\n!src\nsrc/*.test.js', 'src/a.test.js', true],
    ['*.md\n!README.md', 'README.md', false],
    ['', 'anything', false],
  ])('%j leaves out %s: %s', (text, file, expected) => {
    expect(ignores(text, file)).toBe(expected)
  })

  test('an ignored folder is not even read, unless an exception may bring something of it back', () => {
    expect(ignores('node_modules', 'node_modules', true)).toBe(true)
    expect(ignores('*\n!src', 'node_modules', true)).toBe(true)
    expect(ignores('*\n!src', 'src', true)).toBe(false)
    expect(ignores('packages\n!packages/a/src', 'packages/a', true)).toBe(false)
    expect(ignores('packages\n!packages/a/src', 'packages/b', true)).toBe(true)
    expect(ignores('*\n!**/*.md', 'node_modules', true)).toBe(false)
  })
})
