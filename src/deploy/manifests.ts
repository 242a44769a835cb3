import { glob, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import picomatch from 'picomatch'
import { type Document, LineCounter, parseAllDocuments } from 'yaml'
import type { Failure } from '../model/failure.ts'
import type { InputSet } from '../model/files.ts'
import { describeObject, type KubeObject } from '../model/kube.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { type FieldPath, parseFieldPath } from './field-path.ts'

/** One object of a manifest, and where it was written. */
export interface ManifestObject {
  readonly object: KubeObject
  readonly source: { readonly file: string; readonly line: number }
  /** The 1-based line of a field as the API server names it, or of the nearest field above it. */
  readonly lineOf: (field: string) => number
}

const manifestFiles = /\.(?:ya?ml|json)$/

/**
 * Reads all objects of a service's manifests, in the order of the patterns and, below them, of the file names.
 *
 * @param patterns absolute files, folders (their manifests, without those of folders below) and globs.
 */
export async function readManifests(patterns: readonly string[]): Promise<Result<readonly ManifestObject[]>> {
  const files = new Set<string>()
  for (const pattern of patterns) {
    const found = await expand(pattern)
    if (found.length === 0) return fail(missing(pattern))
    for (const file of found) files.add(file)
  }
  const objects: ManifestObject[] = []
  for (const file of files) {
    const read = await readFileObjects(file)
    if (!read.ok) return read
    objects.push(...read.value)
  }
  return findDuplicate(objects) ?? ok(objects)
}

/** What to watch for a service's manifests: files that a pattern may match, those that do not exist yet included. */
export function manifestInputs(patterns: readonly string[]): Pick<InputSet, 'roots' | 'ignores'> {
  const matchers = patterns.map(pattern => {
    if (isGlob(pattern)) return picomatch(pattern)
    return (file: string) => file === pattern || (path.dirname(file) === pattern && manifestFiles.test(file))
  })
  return {
    roots: patterns.map(pattern => (isGlob(pattern) ? picomatch.scan(pattern).base : pattern)),
    ignores: (file, isFolder) => !isFolder && !matchers.some(matches => matches(file)),
  }
}

function isGlob(pattern: string): boolean {
  return picomatch.scan(pattern).isGlob
}

async function expand(pattern: string): Promise<readonly string[]> {
  const here = isGlob(pattern) ? undefined : await stat(pattern).catch(() => undefined)
  if (here?.isFile()) return [pattern]
  if (here?.isDirectory()) return collect('*.{yaml,yml,json}', pattern)
  return isGlob(pattern) ? collect(pattern) : []
}

/** @param folder what a relative pattern is relative to; characters of a glob in its name stand for themselves. */
async function collect(pattern: string, folder = '/'): Promise<readonly string[]> {
  const found: string[] = []
  for await (const file of glob(pattern, { cwd: folder })) {
    if (manifestFiles.test(file)) found.push(path.resolve(folder, file))
  }
  return found.sort()
}

async function readFileObjects(file: string): Promise<Result<readonly ManifestObject[]>> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return fail(missing(file))
  const lines = new LineCounter()
  const objects: ManifestObject[] = []
  for (const document of parseAllDocuments(text, { lineCounter: lines })) {
    const error = document.errors[0]
    if (error) return fail(wrongSyntax(file, error.linePos?.[0], error.message))
    let value: unknown
    try {
      value = document.toJS({ maxAliasCount: 1_000 })
    } catch (cause) {
      return fail(wrongSyntax(file, undefined, cause instanceof Error ? cause.message : String(cause)))
    }
    if (value === null || value === undefined) continue
    const items = listItems(value) ?? [{ value, at: [] }]
    for (const item of items) {
      const line = lineAt(document, lines, item.at)
      const object = checkObject(item.value, file, line)
      if (!object.ok) return object
      const lineOf = (field: string) => lineAt(document, lines, [...item.at, ...parseFieldPath(field)])
      objects.push({ object: object.value, source: { file, line }, lineOf })
    }
  }
  return ok(objects)
}

/** The objects of a `kind: List`, with their places in it. */
function listItems(value: unknown): readonly { value: unknown; at: FieldPath }[] | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('items' in value))
    return undefined
  if (typeof value.kind !== 'string' || !value.kind.endsWith('List') || !Array.isArray(value.items))
    return undefined
  return value.items.map((item, index) => ({ value: item, at: ['items', index] }))
}

function checkObject(value: unknown, file: string, line: number): Result<KubeObject> {
  const at = { file, line }
  const wrong = (message: string, cure: string): Result<never> =>
    fail({ code: 'deploy/manifest-invalid', message, at, cure })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong('This is no Kubernetes object.', 'Each document needs apiVersion, kind and metadata.name.')
  }
  const { apiVersion, kind, metadata } = value as Partial<Record<string, unknown>>
  if (typeof apiVersion !== 'string') {
    return wrong(
      `The ${typeof kind === 'string' ? kind : 'object'} has no apiVersion.`,
      'Add it, such as apiVersion: apps/v1.',
    )
  }
  if (typeof kind !== 'string') return wrong('The object has no kind.', 'Add it, such as kind: Deployment.')
  const name = (metadata as { name?: unknown } | undefined | null)?.name
  if (typeof name !== 'string' || name === '') {
    return wrong(
      `The ${kind} has no metadata.name.`,
      'Add it; generateName cannot be applied again and again.',
    )
  }
  return ok(value as KubeObject)
}

function findDuplicate(objects: readonly ManifestObject[]): Result<never> | undefined {
  const seen = new Map<string, ManifestObject>()
  for (const one of objects) {
    const { apiVersion, kind, metadata } = one.object
    const key = [apiVersion.replace(/\/.*/, ''), kind, metadata.namespace ?? '', metadata.name].join(' ')
    const first = seen.get(key)
    if (first) {
      return fail({
        code: 'deploy/manifest-invalid',
        message: `${describeObject(one.object)} is written twice.`,
        at: { ...one.source, object: describeObject(one.object) },
        why: `It is also in ${first.source.file}:${first.source.line}.`,
        cure: 'Rename or remove one of them.',
      })
    }
    seen.set(key, one)
  }
  return undefined
}

function lineAt(document: Document, lines: LineCounter, field: FieldPath): number {
  for (let length = field.length; length >= 0; length--) {
    const offset = offsetOf(document, field.slice(0, length))
    if (offset !== undefined) return lines.linePos(offset).line
  }
  return 1
}

/** Where a field begins: at its key, so that a value on the next line does not move it. */
function offsetOf(document: Document, field: FieldPath): number | undefined {
  let node: unknown = document.contents
  let offset: number | undefined = startOf(node)
  for (const segment of field) {
    const items = (node as { items?: unknown[] } | null)?.items
    if (!items) return undefined
    if (typeof segment === 'number') {
      node = items[segment]
      offset = startOf(node)
    } else if (typeof segment === 'string') {
      const pair = items.find(item => scalar((item as { key?: unknown }).key) === segment) as
        | { key: unknown; value: unknown }
        | undefined
      node = pair?.value
      offset = startOf(pair?.key)
    } else {
      node = items.find(item => matchesItem(item, segment.key, segment.value))
      offset = startOf(node)
    }
    if (offset === undefined) return undefined
  }
  return offset
}

function matchesItem(item: unknown, key: string, value: string): boolean {
  const pairs = (item as { items?: { key: unknown; value: unknown }[] } | null)?.items ?? []
  return pairs.some(pair => scalar(pair.key) === key && String(scalar(pair.value)) === value)
}

function scalar(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'value' in node ? node.value : node
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | null | undefined)?.range?.[0]
}

function missing(pattern: string): Failure {
  const isPattern = isGlob(pattern)
  return {
    code: 'deploy/manifest-missing',
    message: isPattern ? 'No manifest matches this pattern.' : 'There is no manifest here.',
    at: { file: pattern },
    cure: 'Create it, or correct manifests in the Devfile; devloop goes on when it is there.',
  }
}

function wrongSyntax(
  file: string,
  position: { line: number; col: number } | undefined,
  message: string,
): Failure {
  return {
    code: 'deploy/manifest-syntax',
    message: `The manifest is not valid YAML: ${message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}.`,
    at: { file, ...(position && { line: position.line, column: position.col }) },
    cure: 'Correct it; it is applied when the file is saved.',
  }
}
