import { expect, test } from 'vitest'
import type { Builder } from '../../src/build/builder.ts'
import type { BuilderDefinition } from '../../src/model/image.ts'
import type { ImageEngine } from '../../src/model/image-engine.ts'
import { createBuilder } from '../../src/session/builders.ts'

const sync = { kind: 'off' } as const
const own: Builder = {
  inputs: async () => ({ ok: true, value: { roots: [], bases: [] } }),
  build: async () => ({ ok: true, value: { reference: 'shop:1' } }),
}
const jvm = { context: '/shop', args: [], sync }

const definitions: readonly (readonly [string, BuilderDefinition])[] = [
  ['buildpacks()', { kind: 'buildpacks', context: '/shop', buildpacks: [], env: {}, sync }],
  ['custom()', { kind: 'custom', command: 'make', cwd: '/shop', inputs: [], ignore: [], sync }],
  ['gradle()', { kind: 'gradle', task: 'bootBuildImage', ...jvm }],
  ['maven()', { kind: 'maven', ...jvm }],
  ['jib()', { kind: 'jib', ...jvm }],
  ['that is written in the Devfile', { kind: 'own', builder: own }],
]

test.each(definitions)(
  'without an engine the builder %s is refused once, with what to do',
  async (name, definition) => {
    const images = {} as ImageEngine
    const request = { ref: 'shop', bases: new Map(), signal: new AbortController().signal, onLine: () => {} }
    const built = await createBuilder(definition, { images }).build(request)
    // Not a code of something that is away: that would be looked for, found, and built again.
    expect(built).toMatchObject({
      failure: {
        code: 'build/failed',
        message: `The builder ${name} needs a Docker engine, and the sandbox has none.`,
        cure: expect.stringContaining('docker()'),
      },
    })
  },
)
