import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What the compiler finds wrong in a source. */
export interface CompileError {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
  readonly source: string
}

/** Where the classes and resources of a module go, relative to it. */
export interface Outputs {
  readonly classes: string
  readonly resources: string
}

/**
 * "Compiles" the sources of a module: a class is its source behind the number that all classes begin with. The one error that it
 * finds is a `return` without its semicolon. What is no longer in the sources goes from the outputs.
 */
export function compileModule(module: string, { classes, resources }: Outputs): readonly CompileError[] {
  const sources = path.join(module, 'src/main/java')
  const files = filesIn(sources).filter(file => file.endsWith('.java'))
  const errors = files.flatMap(file => errorsIn(path.join(sources, file)))
  if (errors.length > 0) return errors
  for (const folder of [classes, resources])
    rmSync(path.join(module, folder), { recursive: true, force: true })
  const given = path.join(module, 'src/main/resources')
  if (filesIn(given).length > 0) cpSync(given, path.join(module, resources), { recursive: true })
  for (const file of files) {
    const target = path.join(module, classes, file.replace(/java$/, 'class'))
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, `\xca\xfe\xba\xbe${readFileSync(path.join(sources, file), 'utf8')}`, 'latin1')
  }
  return []
}

/** As javac prints them. */
export function javacLines(errors: readonly CompileError[]): readonly string[] {
  return [
    ...errors.flatMap(({ file, line, column, message, source }) => [
      `${file}:${line}: error: ${message}`,
      source,
      `${' '.repeat(column - 1)}^`,
    ]),
    errors.length === 1 ? '1 error' : `${errors.length} errors`,
  ]
}

/** Paths below a folder; none where there is no such folder. */
export function filesIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter(entry => entry.isFile())
      .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .sort()
  } catch {
    return []
  }
}

function errorsIn(file: string): readonly CompileError[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((source, index) =>
      /^\s*return\b.*[\w")]$/.test(source)
        ? [{ file, line: index + 1, column: source.length + 1, message: "';' expected", source }]
        : [],
    )
}
