import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { customBuilder } from '../../src/build/custom.ts'
import type { DockerCommand } from '../../src/build/docker-command.ts'
import { custom, defineDevfile } from '../../src/config/define.ts'
import { resolveProject } from '../../src/config/resolve.ts'
import { ok } from '../../src/model/result.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-custom-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('what the command writes sets off no other build', async () => {
  const project = resolveProject(
    defineDevfile({
      name: 'shop',
      images: {
        'shop/web': custom({
          command: 'make',
          cwd: 'web',
          inputs: ['web', 'lib'],
          outputs: ['web/dist', 'lib/[gen]'],
        }),
      },
    }).input,
    { root: '/shop', hasDockerfile: false },
  )
  const builder = project.ok ? project.value.images[0]?.builder : undefined
  if (builder?.kind !== 'custom') throw new Error('no image')
  const inputs = await customBuilder(builder, {
    command: 'docker',
    env: {},
    run: async () => ok([]),
  }).inputs()
  const isIgnored = (file: string) => inputs.ok && inputs.value.ignores?.(file, false)
  expect(['web/dist/a.js', 'web/dist', 'lib/[gen]/b'].map(file => isIgnored(`/shop/${file}`))).toEqual([
    true,
    true,
    true,
  ])
  expect(['web/src/dist.js', 'lib/g/b', 'web/distant'].map(file => isIgnored(`/shop/${file}`))).toEqual([
    false,
    false,
    false,
  ])
})

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
