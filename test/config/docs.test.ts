import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type * as core from 'zod/v4/core'
import { devfileSchema } from '../../src/config/schema.ts'
import { makeFolder } from './folder.ts'

const reference = readFileSync(path.join(import.meta.dirname, '../../docs/devfile.md'), 'utf8')

test('every option that a Devfile takes is in the reference, and no other', () => {
  const options = new Set(optionsOf(devfileSchema))
  const members = ['profile', 'args', 'env', 'cwd']
  const documented = [...reference.matchAll(/^\| `([a-z]\w*)` +\|/gm)].map(([, name = '']) => name)
  // Secrets and ssh are described in sentences.
  const inSentence = ['id', 'file', 'env', 'path'].filter(name => reference.includes(`\`${name}\``))
  expect(new Set([...documented, ...inSentence])).toEqual(new Set([...options, ...members]))
})

test('every example of the reference loads', async () => {
  const examples = [...reference.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  expect(examples.length).toBeGreaterThan(5)
  for (const example of examples) {
    const { result } = await makeFolder({ 'Devfile.ts': example }).load()
    expect(result, example).toMatchObject({ ok: true })
  }
})

function optionsOf(schema: core.$ZodType): readonly string[] {
  const { def } = (schema as core.$ZodTypes)._zod
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape)
        .filter(([key]) => key !== 'kind')
        .flatMap(([key, value]) => [key, ...optionsOf(value)])
    case 'record':
      return optionsOf(def.valueType)
    case 'array':
      return optionsOf(def.element)
    case 'union':
      return def.options.flatMap(optionsOf)
    case 'optional':
    case 'readonly':
      return optionsOf(def.innerType)
    default:
      return []
  }
}
