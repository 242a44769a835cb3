import { type Failure, maxOutputLines, type Place } from '../../model/failure.ts'
import { errorLines, firstPlace } from './errors.ts'

/** A run of Gradle or Maven that failed. */
export interface FailedTool {
  readonly tool: 'Gradle' | 'Maven'
  /** The command as a person would write it: `./gradlew bootBuildImage`. */
  readonly shown: string
  /** Where it ran, absolute. */
  readonly context: string
  /** The plugin that brings the task or goal. */
  readonly plugin?: string
}

/**
 * Says what went wrong in a run of Gradle or Maven, and where, from what they and the compilers behind them print.
 *
 * @param outcome `output` are the tool's last lines, oldest first.
 */
export function explainToolFailure(
  outcome: { readonly exit: string; readonly output: readonly string[] },
  failed: FailedTool,
): Failure {
  const output = outcome.output.map(withoutColours)
  const known = missingJava(output) ?? missingWrapperJar(output, failed) ?? missingEngine(output)
  if (known) return known
  const errors = errorLines(output)
  const place = firstPlace(output, failed.context)
  const message = `\`${failed.shown}\` ended with ${outcome.exit}.`
  const missing = missingGoal(output, failed)
  return {
    code: 'build/failed',
    message,
    ...(place && { at: placeOf(place) }),
    ...whyOf(place?.message ?? summary(output)),
    cure:
      missing ??
      mainClassCure(output) ??
      repositoryCure(output) ??
      (place
        ? 'Correct the line; the build starts again when the file is saved.'
        : `Correct what ${failed.tool} complains of; the build starts again when a file is saved.`),
    output: excerpt(errors.length > 0 ? errors : output, place?.text),
  }
}

function placeOf({ file, line, column }: Place): Place {
  return {
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  }
}

function whyOf(why: string | undefined): { why?: string } {
  return why === undefined ? {} : { why }
}

/** Both tools may colour their lines, whatever they write to. */
function withoutColours(line: string): string {
  return line.replace(/\u001b\[[\d;]*[A-Za-z]/g, '')
}

/** The start scripts' own words; where there is no Java at all, macOS has a stand-in that says so. */
function missingJava(output: readonly string[]): Failure | undefined {
  const said = output.find(line =>
    /JAVA_HOME is (?:not set|not defined|set to an invalid)|JAVA_HOME environment variable is not defined|Unable to locate a Java Runtime|java: (?:command )?not found/.test(
      line,
    ),
  )
  if (said === undefined) return undefined
  return {
    code: 'build/no-tool',
    message: 'No Java was found.',
    why: said.replace(/^ERROR: |^Error: /, '').replace(/,$/, '.'),
    cure: 'Install a JDK (`sdk install java`, `brew install openjdk`, or the package openjdk-21-jdk) so that `java -version` works, or let JAVA_HOME name its folder; then start devloop again.',
  }
}

function missingWrapperJar(output: readonly string[], { tool, context }: FailedTool): Failure | undefined {
  const said = output.find(line =>
    /Could not find or load main class org\.(?:gradle\.wrapper\.GradleWrapperMain|apache\.maven\.wrapper\.MavenWrapperMain)|Unable to access jarfile .*wrapper\.jar/.test(
      line,
    ),
  )
  if (said === undefined) return undefined
  return {
    code: 'build/no-tool',
    message: `The wrapper's jar is missing.`,
    at: { file: context },
    why: said,
    cure:
      tool === 'Gradle'
        ? 'Make the wrapper anew with `gradle wrapper`, and commit gradle/wrapper/gradle-wrapper.jar (a .gitignore with *.jar leaves it out).'
        : 'Make the wrapper anew with `mvn wrapper:wrapper`, and commit .mvn/wrapper (a .gitignore with *.jar leaves its jar out).',
  }
}

/** Spring's plugins speak to the engine themselves; Jib calls the docker command. */
function missingEngine(output: readonly string[]): Failure | undefined {
  const said = output
    .map(
      line => /Connection to the Docker daemon at .*|Cannot connect to the Docker daemon.*/.exec(line)?.[0],
    )
    .find(line => line !== undefined)
  if (said === undefined) return undefined
  return {
    code: 'build/no-engine',
    message: 'The Docker engine does not answer.',
    why: said.replace(/ -> \[Help \d+\]$/, ''),
    cure: 'Start Docker (or set DOCKER_HOST to a running engine); devloop goes on by itself.',
  }
}

/** The build does not know the task, or Maven does not know the plugin by its short name. */
function missingGoal(output: readonly string[], { tool, plugin }: FailedTool): string | undefined {
  if (output.some(line => /\bproject '[^']*' not found in |Could not find the selected project/.test(line)))
    return 'Correct module in the Devfile: the build has none of that name.'
  const isUnknown = output.some(line =>
    /\b[Tt]ask '[^']*' not found in |No plugin found for prefix '[^']*'/.test(line),
  )
  if (!isUnknown || plugin === undefined) return undefined
  return tool === 'Gradle'
    ? `Apply the plugin ${plugin} in the build file of the module that becomes the image, or name that module in the Devfile.`
    : `Add ${plugin} to the plugins in pom.xml; with modules, in that of the parent.`
}

/** With `-am`, Maven runs a goal of the command line in the modules that are only depended on, too. */
function mainClassCure(output: readonly string[]): string | undefined {
  if (!output.some(line => line.includes('Unable to find main class'))) return undefined
  return 'Where this module is a library, say so in its pom.xml: <spring-boot.build-image.skip>true</spring-boot.build-image.skip> among its properties.'
}

/** Plugins and libraries come from repositories, which may be out of reach. */
function repositoryCure(output: readonly string[]): string | undefined {
  const isAway = output.some(line =>
    /Cannot access \S+ \(.*\) in offline mode|No cached version .* available for offline mode|Could not transfer artifact|Could not (?:GET|HEAD) '|Unknown host|UnknownHostException/.test(
      line,
    ),
  )
  return isAway
    ? 'Check whether the repository can be reached (network, proxy, the tool’s offline mode); the build starts again when a file is saved.'
    : undefined
}

/** The tool's own account of the failure, in one line. */
function summary(output: readonly string[]): string | undefined {
  const heading = output.lastIndexOf('* What went wrong:')
  if (heading >= 0) {
    const rest = output.slice(heading + 1)
    const end = rest.findIndex(line => line.trim() === '')
    const account = (end < 0 ? rest : rest.slice(0, end)).slice(0, 2)
    return account.map(line => line.replace(/^\s*> /, '')).join(' ')
  }
  const said = output.find(line => /^\[ERROR\] \S/.test(line) && !line.includes('[ERROR] [ERROR]'))
  return said
    ?.replace(/^\[ERROR\] /, '')
    .replace(/ -> \[Help \d+\]$/, '')
    .replace(
      /^Failed to execute goal \S+?:([^:\s]+:[^:\s]+:\S+) (?:\(\S+\) )?on project (\S+): /,
      '$1 of $2: ',
    )
    .replace(/: Execution \S+ of goal \S+ failed: /, ': ')
}

/** The last lines, but never without the one that names the place. */
function excerpt(lines: readonly string[], first: string | undefined): readonly string[] {
  const last = Math.max(0, lines.length - maxOutputLines)
  const start = first === undefined ? -1 : lines.indexOf(first)
  const from = start < 0 ? last : Math.min(start, last)
  return lines.slice(from, from + maxOutputLines)
}
