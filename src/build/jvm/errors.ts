import path from 'node:path'

/* What Gradle, Maven, javac and kotlinc print when something fails, as far as it helps. */

/** A place that a compiler or a build tool names. */
export interface ErrorPlace {
  /** Absolute. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column?: number
  /** What is wrong there, where the same line says it. */
  readonly message?: string
  /** The line that names the place, as it was printed. */
  readonly text: string
}

/**
 * The first place that is named. The forms, in this order: javac's (also Groovy's and Scala's); Kotlin's, with a URL since
 * 1.8 and a bare path before; that of Maven's compiler plugins; Gradle's of a build script; Maven's of a POM.
 *
 * @param context what relative paths are relative to, absolute.
 */
export function firstPlace(output: readonly string[], context: string): ErrorPlace | undefined {
  for (const [index, text] of output.entries()) {
    const found = compilerPlace(text) ?? scriptPlace(text) ?? pomPlace(output, index)
    if (found) return { ...found, file: path.resolve(context, found.file), text }
  }
  return undefined
}

type FoundPlace = Omit<ErrorPlace, 'text'>

const compilerForms: readonly RegExp[] = [
  /^\s*(?<file>\S.*\.(?:java|groovy|scala)):(?<line>\d+): error: (?<message>.+)$/,
  /^e: (?:file:\/\/)?(?<file>\/.*?\.kts?):(?<line>\d+):(?<column>\d+):? (?<message>.+)$/,
  /^e: (?<file>\S.*?\.kts?): \((?<line>\d+), (?<column>\d+)\): (?<message>.+)$/,
  /^\[ERROR\] (?<file>\S.*\.(?:java|kt|groovy|scala)):\s?[[(](?<line>\d+),\s?(?<column>\d+)[\])] (?<message>.+)$/,
]

function compilerPlace(text: string): FoundPlace | undefined {
  for (const form of compilerForms) {
    const { file, line, column, message } = form.exec(text)?.groups ?? {}
    if (file === undefined || message === undefined) continue
    return {
      file: fromUrl(file, text),
      line: Number(line),
      ...(column !== undefined && { column: Number(column) }),
      message,
    }
  }
  return undefined
}

/** `Build file '/shop/build.gradle' line: 12`, below `* Where:`; also of settings, included and initialization scripts. */
function scriptPlace(text: string): FoundPlace | undefined {
  const found =
    /^(?:Build|Settings|Script|Initialization script|Build script)(?: file)? '(.+)' line: (\d+)$/.exec(text)
  return found?.[1] === undefined ? undefined : { file: found[1], line: Number(found[2]) }
}

/** Below the line that names the POM: `… @ line 12, column 5`, or the parser's `… @2:1`. */
function pomPlace(output: readonly string[], index: number): FoundPlace | undefined {
  const file = /^\[ERROR\]\s+The project .*\((.+)\) has \d+ errors?$/.exec(output[index] ?? '')?.[1]
  if (file === undefined) return undefined
  const said = output.slice(index + 1).find(line => / @ ?(?:line \d+|\d+:\d+)/.test(line))
  const found = / @ ?(?:line (\d+), column (\d+)|(\d+):(\d+))/.exec(said ?? '')
  if (!said || !found) return undefined
  return {
    file,
    line: Number(found[1] ?? found[3]),
    column: Number(found[2] ?? found[4]),
    message: said.slice(0, said.indexOf(' @')).replace(/^\[ERROR\]\s+/, ''),
  }
}

function fromUrl(file: string, text: string): string {
  if (!text.startsWith('e: file://')) return file
  try {
    return decodeURI(file)
  } catch {
    // A name with a % that was not encoded.
    return file
  }
}

/** The lines that are about what failed: without progress, advice on other options, and stack traces. */
export function errorLines(output: readonly string[]): readonly string[] {
  const isMaven = output.some(line => line.startsWith('[ERROR]'))
  const kept = isMaven ? mavenErrors(output) : gradleErrors(output)
  return trimmed(withoutRepetition(kept))
}

function gradleErrors(output: readonly string[]): readonly string[] {
  const kept: string[] = []
  let isAdvice = false
  for (const line of output) {
    // "* Try:" and "* Exception is:" go on to the next heading; an empty line may lie between a stack trace's parts.
    if (/^\* /.test(line)) isAdvice = /^\* (?:Try|Exception is):/.test(line)
    if (/^BUILD FAILED/.test(line)) isAdvice = true
    if (!isAdvice && !gradleNoise.some(noise => noise.test(line))) kept.push(line)
  }
  return kept
}

const gradleNoise: readonly RegExp[] = [
  /^> Task \S+(?: (?:UP-TO-DATE|NO-SOURCE|FROM-CACHE|SKIPPED))?$/,
  /^FAILURE: Build failed with an exception\.$/,
  /^FAILURE: Build completed with \d+ failures\.$/,
  /^\[Incubating\] Problems report/,
  /^(?:Starting a Gradle Daemon|Daemon will be stopped|To honour the JVM settings)/,
  /^Welcome to Gradle|^Here are the highlights|^For more details see https:\/\/docs\.gradle\.org/,
  /^Downloading https?:\/\/|^\.{3,}|^Unzipping |^Set executable permissions/,
  /^={10,}$|^-{10,}$/,
  /^\s+at [\w.$/<>]+\(|^\s+\.\.\. \d+ more$/,
]

function mavenErrors(output: readonly string[]): readonly string[] {
  return output
    .filter(line => !/^\[(?:INFO|WARNING|DEBUG)\]/.test(line))
    .filter(line => !mavenNoise.some(noise => noise.test(line)))
    .map(line => line.replace(/ -> \[Help \d+\]$/, ''))
}

const mavenNoise: readonly RegExp[] = [
  /^\[ERROR\]\s*-*\s*$/,
  /^\s*@?\s*$/,
  /^\[ERROR\] (?:To see the full stack trace|Re-run Maven|For more information about the errors)/,
  /^\[ERROR\] \[Help \d+\]/,
  /^\[ERROR\] (?:After correcting the problems|\s+mvn <args>)/,
  /^(?:Downloading|Downloaded|Progress) /,
  /^\s+at [\w.$/<>]+\(|^\s+\.\.\. \d+ more$/,
]

/** Both tools end with a summary, in which newer ones say again what the compiler has said. */
function withoutRepetition(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex(
    line => line === '* What went wrong:' || line.startsWith('[ERROR] Failed to execute goal'),
  )
  if (start < 0) return lines
  const said = new Set(lines.slice(0, start).map(line => line.trim()))
  return [
    ...lines.slice(0, start),
    ...lines.slice(start).filter(line => line === '' || !said.has(line.trim())),
  ]
}

/** Without empty lines at the ends, and with one where there were several. */
function trimmed(lines: readonly string[]): readonly string[] {
  const single = lines.filter((line, index) => line.trim() !== '' || (lines[index - 1] ?? '').trim() !== '')
  const last = single.findLastIndex(line => line.trim() !== '')
  const first = single.findIndex(line => line.trim() !== '')
  return first < 0 ? [] : single.slice(first, last + 1)
}
