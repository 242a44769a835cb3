import { inspect } from 'node:util'
import * as core from 'zod/v4/core'
import { nearest } from '../util/nearest.ts'
import type { Fault, KeyPath } from './fault.ts'
import { devfileSchema, type Words, words } from './schema.ts'

/** All faults of shape: unknown keys, wrong types, missing values. */
export function shapeFaults(input: unknown): readonly Fault[] {
  const parsed = devfileSchema.safeParse(input)
  if (parsed.success) return []
  return parsed.error.issues.flatMap(issue => explain(issue, { input, schemas: [devfileSchema], base: [] }))
}

interface Surroundings {
  /** What the issue's path leads through. */
  readonly input: unknown
  /** The schemas around `input`, the outermost first; the last one is its own. */
  readonly schemas: readonly core.$ZodType[]
  /** The way to `input`. */
  readonly base: KeyPath
}

function explain(issue: core.$ZodIssue, around: Surroundings): readonly Fault[] {
  const inner = issue.path as (string | number)[]
  const path = [...around.base, ...inner]
  const schemas = [...around.schemas, ...schemasBelow(around.schemas.at(-1), around.input, inner)]
  const input = valueAt(around.input, inner)
  if (issue.code === 'unrecognized_keys') {
    const schema = fittingForm(schemas.at(-1), input)
    return issue.keys.map(key => unknownKey([...path, key], key, schema))
  }
  if (issue.code === 'invalid_union') {
    const form = meantForm(issue.errors)
    const schema = form && formOf(schemas.at(-1), form.index)
    if (form && schema) {
      return form.issues.flatMap(one => explain(one, { input, schemas: [...schemas, schema], base: path }))
    }
  }
  return [wrongValue(path, input, schemas)]
}

interface Form {
  readonly index: number
  readonly issues: readonly core.$ZodIssue[]
}

/** Which of several forms the user meant: the only one whose faults are all inside of the value. */
function meantForm(errors: readonly (readonly core.$ZodIssue[])[]): Form | undefined {
  const forms = errors.map((issues, index) => ({ index, issues }))
  const candidates = forms.filter(({ issues }) => issues.every(isInside))
  return candidates.length === 1 ? candidates[0] : undefined
}

/** The value itself is of the right type, and of the right `kind`. */
function isInside({ code, path }: core.$ZodIssue): boolean {
  return code === 'unrecognized_keys' || (path.length > 0 && path[0] !== 'kind')
}

function unknownKey(path: KeyPath, key: string, schema: core.$ZodType | undefined): Fault {
  const def = schema && definitionOf(schema)
  const known = def?.type === 'object' ? Object.keys(def.shape).filter(name => name !== 'kind') : []
  const similar = nearest(key, known)
  return {
    path,
    message: `'${key}' is no option of ${schema && wordsOf(schema)?.what}.`,
    cure: similar === undefined ? `The options are ${known.join(', ')}.` : `Did you mean '${similar}'?`,
  }
}

function wrongValue(path: KeyPath, found: unknown, schemas: readonly core.$ZodType[]): Fault {
  const innermost = schemas.at(-1)
  const what = (innermost && wordsOf(innermost)?.what) ?? 'text'
  const example = schemas.flatMap(schema => wordsOf(schema) ?? []).at(-1)?.example
  const takesList = innermost !== undefined && definitionOf(innermost).type === 'array'
  const isForgottenList = takesList && (typeof found === 'string' || typeof found === 'number')
  return {
    path,
    message:
      found === undefined && path.length > 0
        ? `'${path.at(-1)}' is missing: ${what}.`
        : `Expected ${what}, but found ${show(found, path)}.`,
    cure: isForgottenList ? `Write a list: [${inspect(found)}].` : `Write it as in: ${example}`,
  }
}

function show(value: unknown, path: KeyPath): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (value instanceof Promise) return 'a promise, which needs await'
  if (typeof value === 'object') return 'an object'
  const isConfidential = path.includes('args') || path.includes('secrets')
  const text = inspect(value)
  return isConfidential || text.length > 60 ? `a ${typeof value}` : text
}

/** The schemas that a path leads to one after the other, through the forms that `input` takes. */
function schemasBelow(
  schema: core.$ZodType | undefined,
  input: unknown,
  [key, ...rest]: KeyPath,
): readonly core.$ZodType[] {
  if (key === undefined) return []
  const form = fittingForm(schema, input)
  const below = form && schemaBelow(form, key)
  return below ? [below, ...schemasBelow(below, valueAt(input, [key]), rest)] : []
}

function schemaBelow(schema: core.$ZodType, key: string | number): core.$ZodType | undefined {
  const def = definitionOf(schema)
  switch (def.type) {
    case 'object':
      return def.shape[key]
    case 'record':
      return def.valueType
    case 'array':
      return def.element
    default:
      return undefined
  }
}

function formOf(schema: core.$ZodType | undefined, index: number): core.$ZodType | undefined {
  const def = schema && definitionOf(schema)
  return def?.type === 'union' ? def.options[index] : undefined
}

/** Of several forms the one that fits but for unknown keys, which zod reports as if there were no other. */
function fittingForm(schema: core.$ZodType | undefined, input: unknown): core.$ZodType | undefined {
  const def = schema && definitionOf(schema)
  if (def?.type !== 'union') return schema
  return def.options.find(option =>
    core.safeParse(option, input).error?.issues.every(({ code }) => code === 'unrecognized_keys'),
  )
}

/** What a schema is, without wrappers such as `optional`. */
function definitionOf(schema: core.$ZodType): core.$ZodTypes['_zod']['def'] {
  const { def } = (schema as core.$ZodTypes)._zod
  return isWrapper(def) ? definitionOf(def.innerType) : def
}

function wordsOf(schema: core.$ZodType): Words | undefined {
  const { def } = (schema as core.$ZodTypes)._zod
  return words.get(schema) ?? (isWrapper(def) ? wordsOf(def.innerType) : undefined)
}

function isWrapper(
  def: core.$ZodTypes['_zod']['def'],
): def is core.$ZodOptionalDef<core.$ZodTypes> | core.$ZodReadonlyDef<core.$ZodTypes> {
  return def.type === 'optional' || def.type === 'readonly'
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null ? Reflect.get(current, key) : undefined,
    value,
  )
}
