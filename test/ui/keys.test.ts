import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { keyTable } from '../../src/ui/keys.ts'

test('no key has two meanings', () => {
  const keys = keyTable.flatMap(binding => binding.keys)
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
})

test('the page about the terminal lists all keys as the help does', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/terminal.md'), 'utf8')
  const [, table = ''] = /<!-- keys -->\n([\s\S]*)<!-- \/keys -->/.exec(page) ?? []
  const rows = [...table.matchAll(/^\| `([^`]+)` +\| (.*?) +\|$/gm)].map(([, name, help]) => ({ name, help }))
  expect(rows).toEqual(keyTable.map(({ name, help }) => ({ name, help })))
})
