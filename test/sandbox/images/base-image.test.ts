import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeBaseImage } from '../../../src/sandbox/images/base-image.ts'
import { viewOf } from '../../../src/sandbox/images/build/image-view.ts'
import { busyboxLinks } from '../../../src/sandbox/images/busybox.ts'
import { ensureImage } from '../../../src/sandbox/images/ensure-image.ts'
import { findHostProgram } from '../../../src/sandbox/images/host-program.ts'
import { findKnownBase } from '../../../src/sandbox/images/known-bases.ts'
import { openImageStore, type StoredImages } from '../../../src/sandbox/images/stored-images.ts'

const { signal } = new AbortController()
let folder = ''
let store: StoredImages

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-bases-'))
  store = openImageStore(path.join(folder, 'state'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test.each([
  ['node', []],
  ['node:20-alpine', [20]],
  ['docker.io/library/node:22.3', [22]],
  ['public.ecr.aws/docker/library/node:lts', []],
  ['python:3.12-slim', [3, 12]],
  ['golang:1.22', [1, 22]],
  ['eclipse-temurin:17-jre', [17]],
  ['gcr.io/distroless/nodejs20-debian12', [20]],
  ['gcr.io/distroless/static-debian12:nonroot', []],
  ['debian:12', []],
])('%s is known, and the version that it asks for', (reference, version) => {
  expect(findKnownBase(reference)?.version).toEqual(version)
})

test.each(['acme/node:20', 'ghcr.io/acme/python', 'constructor', 'postgres:16'])('%s is not', reference => {
  expect(findKnownBase(reference)).toBeUndefined()
})

test('a program in somebody’s home is in the image, for every user, where images have it', async () => {
  const { prefix } = await installNode('22.1.0')
  const made = await makeBaseImage(store, 'node:22', signal)
  if (!made.ok) throw new Error(made.failure.message)
  const { image, isOtherVersion, description } = made.value
  expect(isOtherVersion).toBe(false)
  expect(description).toBe(`node:22 stands for this machine's node 22.1.0 (${prefix}/bin/node)`)
  expect(image.hostFolders).toContain(prefix)
  expect(image.config.env).toContainEqual(
    expect.stringMatching(new RegExp(`^PATH=${prefix}/bin:/usr/local/sbin:`)),
  )
  expect(image.config).toMatchObject({ cmd: ['node'] })
  const view = viewOf(image, store)
  expect(view.resolve('/usr/local/bin/npm')).toBe(`${prefix}/bin/npm`)
  expect(view.find(`${prefix}/bin/node`)).toBeDefined()
})

test('of several versions that is taken which the image asks for; another one is said', async () => {
  const { prefix: older } = await installNode('18.0.1')
  const { prefix: newer } = await installNode('19.9.9')
  vi.stubEnv('PATH', `${older}/bin:${newer}/bin`)
  const program = findKnownBase('node')?.base.program
  if (!program) throw new Error('node has no program')
  expect(await findHostProgram(program, [19], signal)).toMatchObject({ version: '19.9.9', prefix: newer })
  expect(await findHostProgram(program, [3], signal)).toMatchObject({ version: '18.0.1' })
  expect(await makeBaseImage(store, 'node:3', signal)).toMatchObject({ value: { isOtherVersion: true } })
})

test("the image has the users that it is known for, besides this machine's", async () => {
  await installNode('22.1.0')
  const made = await ensureImage(store, 'node:22', signal)
  const parts = made.ok ? store.partsOf(made.value.id) : undefined
  const view = parts && viewOf(parts, store)
  expect(view?.find('/home/node')?.stats.isDirectory()).toBe(true)
  expect(view?.find('/etc/passwd')?.stats.isFile()).toBe(true)
  expect(
    view?.list({ path: '/home', file: '', stats: view.find('/home')?.stats ?? expect.fail() }),
  ).toHaveLength(1)
})

test.skipIf(existsSync('/usr/bin/ruby'))(
  'an image without its program is refused, and it is said how to get it',
  async () => {
    vi.stubEnv('PATH', folder)
    expect(await makeBaseImage(store, 'ruby:3.3', signal)).toMatchObject({
      failure: {
        code: 'build/no-tool',
        message: 'ruby:3.3 needs the program ruby, and this machine has none.',
        cure: expect.stringContaining('apt install ruby-full'),
        tool: 'ruby',
      },
    })
  },
)

/** A program that answers as node does. */
async function installNode(version: string): Promise<{ prefix: string }> {
  const prefix = path.join(folder, `.nvm/v${version}`)
  await mkdir(path.join(prefix, 'bin'), { recursive: true })
  for (const name of ['node', 'npm']) {
    const file = path.join(prefix, 'bin', name)
    await writeFile(file, `#!/bin/sh\necho version=${version}\necho prefix=${prefix}\n`)
    await chmod(file, 0o755)
  }
  vi.stubEnv('PATH', `${prefix}/bin:${process.env.PATH}`)
  return { prefix }
}

test('of several who need a base at the same time each gets it, also while what nobody needs is removed', async () => {
  for (let round = 0; round < 10; round++) {
    const own = openImageStore(path.join(folder, `round-${round}`))
    const made = Array.from({ length: 5 }, () => ensureImage(own, 'debian', signal))
    await own.collect(() => false)
    const images = await Promise.all(made)
    expect(new Set(images.map(image => image.ok && image.value.id)).size).toBe(1)
    expect(own.find('debian')?.layers.every(layer => existsSync(layer))).toBe(true)
  }
})

const links = await busyboxLinks(signal)

test.skipIf(links.length === 0)(
  'images of busybox and Alpine have what only busybox has here, and others have this machine’s programs alone',
  async () => {
    const [[place] = ['']] = links
    for (const [reference, hasIt] of [
      ['busybox:1.36', true],
      ['alpine:3.20', true],
      ['node:20-alpine3.19', true],
      ['debian:12', false],
    ] as const) {
      const made = await makeBaseImage(store, reference, signal)
      if (!made.ok) throw new Error(made.failure.message)
      expect([reference, viewOf(made.value.image, store).find(place) !== undefined]).toEqual([
        reference,
        hasIt,
      ])
    }
  },
)
