import { expect, test } from 'vitest'
import { findDevfile } from '../../src/config/load.ts'
import { makeFolder } from './folder.ts'

test('devloop started anywhere in a project finds its Devfile, the nearest one', () => {
  const folder = makeFolder({
    'Devfile.ts': '',
    'web/src/app.ts': '',
    'api/Devfile.mjs': '',
    'api/src/app.ts': '',
  })
  expect(findDevfile(folder.root)).toEqual({ ok: true, value: folder.file('Devfile.ts') })
  expect(findDevfile(folder.file('web/src'))).toEqual({ ok: true, value: folder.file('Devfile.ts') })
  expect(findDevfile(folder.file('api/src'))).toEqual({ ok: true, value: folder.file('api/Devfile.mjs') })
})

test('a Devfile that is named is taken, by its file or its folder', () => {
  const folder = makeFolder({ 'Devfile.ts': '', 'other.ts': '', 'api/Devfile.js': '' })
  expect(findDevfile(folder.file('api'), '../other.ts')).toEqual({ ok: true, value: folder.file('other.ts') })
  expect(findDevfile(folder.root, 'api')).toEqual({ ok: true, value: folder.file('api/Devfile.js') })
})

test.each([
  ['devfile.ts', undefined, 'Rename devfile.ts to Devfile.ts, or name it with --file.'],
  ['README.md', undefined, expect.stringContaining('Write a Devfile.ts')],
  ['Devfile.dev.ts', 'Devfile.dve.ts', 'Did you mean Devfile.dev.ts?'],
  ['web/app.ts', 'web', expect.stringContaining('Name the file itself')],
  ['web/app.ts', 'nowhere/Devfile.ts', 'Correct the path given with --file.'],
])('where only %s is and %s is asked for, devloop says how to go on', (name, given, cure) => {
  const folder = makeFolder({ [name]: '' })
  expect(findDevfile(folder.root, given)).toMatchObject({
    ok: false,
    failure: { code: 'config/not-found', cure },
  })
})
