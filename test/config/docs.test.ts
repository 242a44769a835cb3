import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type * as core from 'zod/v4/core'
import { makeReference, referenceFile } from '../../src/config/reference/reference.ts'
import { devfileSchema } from '../../src/config/schema.ts'
import { makeFolder } from './folder.ts'

const docs = path.join(import.meta.dirname, '../../docs')

test('the reference is what the sources say of the options (npm run docs)', () => {
  expect(readFileSync(referenceFile, 'utf8')).toBe(makeReference())
})

test('every option that a Devfile takes is in the reference, and no other', () => {
  const reference = makeReference().split('## A function')[0] ?? ''
  const inTables = [...reference.matchAll(/^\| `([a-z]\w*)` +\|/gm)].map(([, name = '']) => name)
  const inTypes = [...reference.matchAll(/(?<=[{,] )(\w+)(?=: string\b)/g)].map(([name]) => name)
  expect(new Set([...inTables, ...inTypes])).toEqual(new Set(optionsOf(devfileSchema)))
})

test('a builder has the options in the reference that it takes, and no others', () => {
  const sections = makeReference().split(/^#+ /m)
  for (const [kind, options] of optionsByKind(devfileSchema)) {
    const section = sections.find(text => text.startsWith(`${kind}()`)) ?? ''
    const documented = [...section.matchAll(/^\| `([a-z]\w*)` +\|/gm)].map(([, name = '']) => name)
    expect(documented.sort(), kind).toEqual([...options].sort())
  }
})

test('every example of the guide, of the way here from other tools and of the README loads', async () => {
  const pages = ['devfile.md', 'moving.md', '../README.md'].map(page =>
    readFileSync(path.join(docs, page), 'utf8'),
  )
  const examples = pages.flatMap(page => [...page.matchAll(/```ts\n([\s\S]*?)```/g)])
  expect(examples.length).toBeGreaterThan(10)
  for (const [, example = ''] of examples) {
    const { result } = await makeFolder({ 'Devfile.ts': example }).load()
    expect(result, example).toMatchObject({ ok: true })
  }
})

/** Of each builder, by its name. */
function optionsByKind(schema: core.$ZodType): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  visit(schema, ({ shape }) => {
    const kind = (shape.kind as core.$ZodTypes | undefined)?._zod.def
    if (kind?.type === 'literal') {
      found.set(
        String(kind.values[0]),
        Object.keys(shape).filter(key => key !== 'kind'),
      )
    }
  })
  return found
}

function optionsOf(schema: core.$ZodType): readonly string[] {
  const found: string[] = []
  visit(schema, ({ shape }) => found.push(...Object.keys(shape).filter(key => key !== 'kind')))
  return found
}

/** Calls `onObject` for each object that a Devfile is made of. */
function visit(schema: core.$ZodType, onObject: (object: core.$ZodObjectDef) => void): void {
  const { def } = (schema as core.$ZodTypes)._zod
  switch (def.type) {
    case 'object':
      onObject(def)
      for (const member of Object.values(def.shape)) visit(member, onObject)
      break
    case 'record':
      visit(def.valueType, onObject)
      break
    case 'array':
      visit(def.element, onObject)
      break
    case 'union':
      for (const option of def.options) visit(option, onObject)
      break
    case 'optional':
    case 'readonly':
      visit(def.innerType, onObject)
  }
}
