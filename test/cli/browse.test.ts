import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAddress } from '../../src/cli/browse.ts'

let folder: string
const { PATH } = process.env
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-browse-'))
})
afterEach(async () => {
  process.env.PATH = PATH
  await rm(folder, { recursive: true, force: true })
})

test('the address is given to the desktop’s own command, which may become the browser and live on', async () => {
  const told = path.join(folder, 'told')
  const script = `#!/bin/sh\nprintf '%s %s' "$1" "$(ps -o sid= -p $$ | tr -d ' ')" > ${told}.part && mv ${told}.part ${told}\n`
  await writeFile(path.join(folder, 'xdg-open'), script, { mode: 0o755 })
  process.env.PATH = `${folder}:${PATH}`
  expect(await openAddress('http://localhost:8080', 'linux')).toBeUndefined()
  await expect.poll(() => readFile(told, 'utf8').catch(() => '')).toMatch(/^http:\/\/localhost:8080 \d+$/)
  const [, session] = (await readFile(told, 'utf8')).split(' ')
  const own = await readFile('/proc/self/stat', 'utf8')
  // The sixth field of proc(5): what devloop ends at its own end is in its session.
  expect(session).not.toBe(own.slice(own.lastIndexOf(')') + 2).split(' ')[3])
})

test('where there is none, the user is told the address', async () => {
  process.env.PATH = '/nowhere'
  expect(await openAddress('http://localhost:8080', 'linux')).toBe(
    'could not open http://localhost:8080: open it yourself',
  )
})
