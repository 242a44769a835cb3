import { expect, expectTypeOf, test } from 'vitest'
import type * as z from 'zod/mini'
import type { DevfileInput } from '../../src/config/input.ts'
import { devfileSchema, words } from '../../src/config/schema.ts'

test('the types that an editor shows are those that are checked when the Devfile is loaded', () => {
  // Held by `tsc`: nothing of it is left at run time.
  expectTypeOf<z.input<typeof devfileSchema>>().toEqualTypeOf<DevfileInput>()
  expectTypeOf<z.output<typeof devfileSchema>>().toEqualTypeOf<DevfileInput>()
})

test('every example in a message is one that devloop takes', () => {
  const shape = devfileSchema._zod.def.shape
  for (const [key, schema] of Object.entries(shape)) {
    const example = words.get(schema._zod.def.innerType)?.example ?? ''
    expect(example).toMatch(new RegExp(`^${key}: `))
    const value = evaluate(`({ ${example} })`)
    expect(devfileSchema.safeParse(value), example).toMatchObject({ success: true })
  }
})

function evaluate(code: string): unknown {
  const docker = (options: object) => ({ kind: 'docker', ...options })
  return new Function('docker', `return ${code}`)(docker)
}
