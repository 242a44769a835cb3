import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { customBuilder } from '../../src/build/custom.ts'
import { dockerCommand } from '../../src/build/docker-command.ts'

const name = 'localhost:5000/shop/web:devloop'
const id = `sha256:${'ab'.repeat(32)}`

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-pushed-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Builds with a docker command for which an image is there when its name is a file, in the engine or in the registry. */
async function build(command: string, { hasRegistry }: { hasRegistry: boolean }) {
  const script = `#!/bin/sh
echo "$*" >>'${folder}/asked'
cd '${folder}'
case $1 in
  pull) [ -e registry ] && touch engine ;;
  image) case $2 in
    inspect) [ -e engine ] && echo ${id} ;;
    rm) rm engine ;;
  esac ;;
esac
`
  await writeFile(path.join(folder, 'docker'), script)
  await chmod(path.join(folder, 'docker'), 0o755)
  const docker = dockerCommand({ PATH: `${folder}:${process.env.PATH}` })
  const builder = customBuilder(
    { kind: 'custom', command, cwd: folder, inputs: [folder], ignore: [], sync: { kind: 'off' } },
    docker,
  )
  return builder.build({
    ref: 'shop/web',
    bases: new Map(),
    pushName: async () => (hasRegistry ? 'localhost:5000/shop/web' : undefined),
    signal: new AbortController().signal,
    onLine: () => {},
  })
}

async function asked(): Promise<readonly string[]> {
  return (await readFile(path.join(folder, 'asked'), 'utf8')).trim().split('\n')
}

const built = { ok: true, value: { reference: 'shop/web:devloop-abababababababab' } }

test('a command may push its image to the registry and leave none in the engine', async () => {
  expect(await build('echo "$DEVLOOP_IMAGE" >registry', { hasRegistry: true })).toEqual(built)
  expect(await readFile(path.join(folder, 'registry'), 'utf8')).toBe(`${name}\n`)
  expect(await asked()).toContain(`pull --quiet ${name}`)
  expect((await asked()).at(-1)).toBe(`image rm ${name}`)
})

test('what a command leaves in the engine is not fetched, and does not stay there by the registry’s name', async () => {
  expect(await build('touch engine', { hasRegistry: true })).toEqual(built)
  const lines = await asked()
  expect(lines.filter(line => line.startsWith('pull'))).toEqual([])
  expect(lines.at(-1)).toBe(`image rm ${name}`)
})

test('without a registry the name is that of the manifests, and the image stays for the tool’s next build', async () => {
  expect(await build('echo "$DEVLOOP_IMAGE" >engine', { hasRegistry: false })).toEqual(built)
  expect(await readFile(path.join(folder, 'engine'), 'utf8')).toBe('shop/web:devloop\n')
})

test('an image that is in neither is missed', async () => {
  expect(await build('true', { hasRegistry: true })).toMatchObject({
    failure: { code: 'build/failed', message: expect.stringContaining(`left no image ${name}`) },
  })
})
