import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { inspect } from 'node:util'
import { type Failure, maxOutputLines, type Place } from '../model/failure.ts'
import { nearest } from '../util/nearest.ts'

/** What the user's files are, when something is thrown while they are loaded. */
export interface LoadedFiles {
  /** The Devfile, absolute. */
  readonly devfile: string
  /** All files of the user's that were loaded, absolute. */
  readonly files: readonly string[]
}

/** Explains what a Devfile threw while it was loaded. */
export function explainThrown(thrown: unknown, loaded: LoadedFiles): Failure {
  if (!(thrown instanceof Error)) {
    return failure(loaded, { file: loaded.devfile }, `The Devfile threw ${inspect(thrown, { depth: 0 })}.`)
  }
  return (
    syntaxError(thrown) ??
    awaitError(thrown, loaded) ??
    missingImport(thrown, loaded) ??
    exception(thrown, loaded)
  )
}

/** The absolute path of a file that an import means and that is not there: once it is, the Devfile may load. */
export function wantedFile(thrown: unknown): string | undefined {
  const missing = missingModule(thrown)
  return missing?.importer !== undefined && isPath(missing.name)
    ? path.resolve(path.dirname(missing.importer), missing.name)
    : undefined
}

/** jiti words a syntax error as `ParseError: what \n file:line:column`, lines counted from 1 and columns from 0. */
function syntaxError({ message }: Error): Failure | undefined {
  const match = /^ParseError: ([\s\S]*?)\s*\n\s*(.+):(\d+):(\d+)$/.exec(message)
  if (!match) return undefined
  const [, words = '', file = '', line = '', column = ''] = match
  return {
    code: 'config/load',
    message: `Syntax error: ${words}`,
    at: { file, line: Number(line), column: Number(column) + 1 },
    cure: 'Correct the line.',
    output: excerpt(file, Number(line), Number(column)),
  }
}

/** The line, and a mark below the place. */
function excerpt(file: string, line: number, column: number): readonly string[] {
  const text = readText(file).split('\n')[line - 1]
  if (text === undefined) return []
  const expand = (part: string) => part.replaceAll('\t', '  ')
  return [expand(text), `${expand(text.slice(0, column)).replace(/./g, ' ')}^`]
}

function awaitError(error: Error, loaded: LoadedFiles): Failure | undefined {
  if (!(error instanceof SyntaxError) || !/\bawait\b/.test(error.message)) return undefined
  const [file, line] = /^(.+):(\d+)\n/.exec(error.stack ?? '')?.slice(1) ?? []
  if (file === undefined) return undefined
  return {
    ...failure(loaded, { file, line: Number(line) }, 'This file uses await outside of a function.'),
    cure: 'Only the Devfile itself can: export an async function here, and await it in the Devfile.',
  }
}

function missingImport(error: Error, loaded: LoadedFiles): Failure | undefined {
  const missing = missingModule(error)
  if (!missing) return undefined
  const { name, importer = loaded.devfile } = missing
  const line = lineOfImport(readText(importer), name)
  return {
    ...failure(loaded, { file: importer, ...(line !== undefined && { line }) }, `'${name}' cannot be found.`),
    cure: isPath(name) ? cureForPath(name, importer) : cureForPackage(name, importer),
  }
}

function missingModule(thrown: unknown): { name: string; importer: string | undefined } | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  if (thrown.code !== 'MODULE_NOT_FOUND' && thrown.code !== 'ERR_MODULE_NOT_FOUND') return undefined
  const name = /^Cannot find (?:module|package) '([^']+)'/.exec(thrown.message)?.[1]
  const stack: unknown = 'requireStack' in thrown ? thrown.requireStack : undefined
  const importer = Array.isArray(stack) && typeof stack[0] === 'string' ? stack[0] : undefined
  return name === undefined ? undefined : { name, importer }
}

function cureForPath(name: string, importer: string): string {
  const wanted = path.resolve(path.dirname(importer), name)
  const folder = path.dirname(wanted)
  const similar = existsSync(folder) ? nearest(path.basename(wanted), readdirSync(folder)) : undefined
  if (similar === undefined) return `Create ${path.basename(wanted)}, or correct the path.`
  return `Did you mean '${name.slice(0, name.lastIndexOf('/') + 1)}${similar}'?`
}

function cureForPackage(name: string, importer: string): string {
  const [scope = name, rest] = name.split('/')
  const wanted = scope.startsWith('@') && rest !== undefined ? `${scope}/${rest}` : scope
  const known = ['devloop', ...dependencies(path.dirname(importer))].filter(other => other !== wanted)
  const similar = nearest(wanted, known)
  const hint = similar === undefined ? '' : `Did you mean '${similar}'? If not, install it: `
  return isBuiltin(wanted)
    ? `Write 'node:${wanted}'.`
    : `${hint || 'Install it: '}npm install --save-dev ${wanted}`
}

/** What the nearest package.json names. */
function dependencies(folder: string): readonly string[] {
  const file = path.join(folder, 'package.json')
  if (!existsSync(file)) return folder === path.dirname(folder) ? [] : dependencies(path.dirname(folder))
  try {
    const { dependencies: used = {}, devDependencies = {} } = JSON.parse(readText(file))
    return [...Object.keys(used), ...Object.keys(devDependencies)]
  } catch {
    return []
  }
}

function lineOfImport(text: string, name: string): number | undefined {
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const match = new RegExp(`(?:from|import|require\\(|import\\()\\s*(['"])${quoted}\\1`).exec(text)
  return match ? text.slice(0, match.index + match[0].length).split('\n').length : undefined
}

/** Something that the Devfile's code threw: shown with the innermost line of the user's own. */
function exception(error: Error, loaded: LoadedFiles): Failure {
  const stack = error.stack ?? ''
  const frames = stack.matchAll(/(?:\(|at (?:async )?)(?:file:\/\/)?([^()\n]+):(\d+):\d+\)?$/gm)
  const frame = [...frames].find(([, file = '']) => loaded.files.includes(file))
  const place = frame ? { file: frame[1] ?? '', line: Number(frame[2]) } : { file: loaded.devfile }
  const name = error.name === 'Error' ? '' : `${error.name}: `
  const [first = '', ...more] = error.message.split('\n')
  return {
    ...failure(loaded, place, `The Devfile threw an error: ${name}${first}`),
    ...(error.cause instanceof Error && { why: error.cause.message }),
    ...(more.length > 0 && { output: more.slice(0, maxOutputLines) }),
  }
}

function failure({ devfile }: LoadedFiles, at: Place, message: string): Failure {
  return {
    code: 'config/load',
    message,
    at,
    cure: `Correct ${at.file === devfile ? 'the Devfile' : path.basename(at.file ?? '')}.`,
  }
}

function isPath(name: string): boolean {
  return name.startsWith('.') || path.isAbsolute(name)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
