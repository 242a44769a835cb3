import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { customBuilder } from '../../src/build/custom.ts'
import type { DockerCommand } from '../../src/build/docker-command.ts'
import { ok } from '../../src/model/result.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-custom-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a build command finds the name to give in DEVLOOP_IMAGE, and one written for Tilt in EXPECTED_REF', async () => {
  const docker: DockerCommand = {
    command: 'docker',
    env: {},
    run: async args => ok(args[0] === 'image' ? [`sha256:${'ab'.repeat(32)}`] : []),
  }
  const command = 'echo "$DEVLOOP_IMAGE $EXPECTED_REF" >names'
  const builder = customBuilder(
    { kind: 'custom', command, cwd: folder, inputs: [folder], ignore: [], sync: { kind: 'off' } },
    docker,
  )
  const signal = new AbortController().signal
  const built = await builder.build({ ref: 'shop/web', bases: new Map(), signal, onLine: () => {} })
  expect(built).toEqual({ ok: true, value: { reference: 'shop/web:devloop-abababababababab' } })
  const [name, tiltName] = (await readFile(path.join(folder, 'names'), 'utf8')).trim().split(' ')
  expect(name).toMatch(/^shop\/web:/)
  expect(tiltName).toBe(name)
})
