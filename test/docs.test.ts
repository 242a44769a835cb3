import { existsSync, readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { anchorOf } from '../src/config/reference/anchor.ts'

const root = path.join(import.meta.dirname, '..')

test('every link from one page to another, and to a heading, leads somewhere', async () => {
  const dead: string[] = []
  for await (const page of glob(['*.md', 'docs/*.md', 'examples/*/README.md'], { cwd: root })) {
    for (const link of linksOf(read(page))) {
      const [target = '', anchor] = link.split('#')
      const file = target === '' ? page : path.join(path.dirname(page), target)
      const isThere = existsSync(path.join(root, file))
      if (!isThere || (anchor !== undefined && !anchorsOf(read(file)).includes(anchor))) {
        dead.push(`${page}: ${link}`)
      }
    }
  }
  expect(dead).toEqual([])
})

test('every command that a user can call is in the page about commands', () => {
  const main = read('src/cli/main.ts').replace(/.*hidden: true.*|\.command\('complete-services'.*/g, '')
  const names = [...main.matchAll(/(?<!new )\b\w*[cC]ommand\('([a-z]+)'\)/g)].map(([, name = '']) => name)
  const page = read('docs/commands.md')
  expect(names.length).toBeGreaterThan(15)
  expect(names.filter(name => !page.includes(`\`devloop ${name}`))).toEqual([])
})

test('what a failure is called has its place in the page about trouble, and nothing else has', () => {
  const [, union = ''] = /export type FailureCode =([\s\S]*)$/.exec(read('src/model/failure.ts')) ?? []
  const codes = [...union.matchAll(/'([a-z]+\/[a-z-]+)'/g)].map(([, code]) => code)
  const documented = [...read('docs/troubleshooting.md').matchAll(/^### `([a-z]+\/[a-z-]+)`$/gm)]
  expect(documented.map(([, code]) => code).sort()).toEqual([...codes].sort())
})

test('the messages in the page about trouble are those that devloop prints', async () => {
  let sources = ''
  const code = glob('src/**/*.{ts,tsx}', { cwd: root, exclude: file => file.endsWith('kubernetes-types.ts') })
  for await (const file of code) sources += read(file)
  const lines = sources.split('\n').filter(line => /['"`].* /.test(line))
  const messages = [...read('docs/troubleshooting.md').matchAll(/^\| \*\*(.+?)\*\* +\|/gm)]
  expect(messages.length).toBeGreaterThan(80)
  const isPrinted = (message: string) => lines.some(line => hasInOrder(line, message.split('…')))
  expect(messages.map(([, message = '']) => message).filter(message => !isPrinted(message))).toEqual([])
})

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

function linksOf(page: string): readonly string[] {
  const links = page.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)
  return [...links].map(([, link = '']) => link).filter(link => !/^[a-z]+:/.test(link))
}

function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
}

/** What stands between two parts is what devloop fills in. */
function hasInOrder(line: string, parts: readonly string[]): boolean {
  let from = 0
  return parts.every(part => {
    const at = line.indexOf(part, from)
    from = at + part.length
    return at !== -1
  })
}
