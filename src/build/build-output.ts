import { maxOutputLines } from '../model/failure.ts'

/** Reads what builds print when they fail: BuildKit (behind docker and nerdctl), docker's classic builder, and podman. */

/** The line that says why. */
export function lastError(output: readonly string[]): string {
  return (
    output.findLast(line => /^error:? /i.test(line)) ??
    // The classic builder's own, which what the command printed may come after.
    output.findLast(line =>
      /^(?:The command '.*' returned a non-zero code|(?:COPY|ADD) failed)/.test(line),
    ) ??
    output.at(-1) ??
    ''
  )
}

/** The error without the layers of plumbing around it. */
export function plainError(error: string): string {
  return error
    .replace(/^error:? /i, '')
    .replace(/^response from daemon: /, '')
    .replace(/failed to solve(?: with frontend \S+)?: /g, '')
    .replace(/rpc error: code = \w+ desc = /g, '')
    .replace(
      /failed to (?:build|create LLB definition|compute cache key|read dockerfile|calculate checksum of ref \S+): /g,
      '',
    )
    .replace(/^process "(?:\/bin\/sh -c )?(.*)" did not complete successfully: /, '`$1` ended with ')
    .replace(/^executor failed running \[(?:\/bin\/sh -c )?(.*)\]: /, '`$1` ended with ')
    .replace(
      /^The command '(?:\/bin\/sh -c )?(.*)' returned a non-zero code: /,
      '`$1` ended with exit code: ',
    )
    .replace(/^building at STEP "(?:RUN )?(.*)": exit status /, '`$1` ended with exit code: ')
    .replace(/^building at STEP ".*?": /, '')
    .replace(/: not found$/, '')
}

/** A line of the Dockerfile that is none of its language: where the tool names it, and its words. */
export function syntaxError(output: readonly string[]): { line?: number; message: string } | undefined {
  const error = lastError(output)
  const placed = /dockerfile parse error(?: on)? line (\d+): (.+)$/i.exec(error)
  if (placed) return { line: Number(placed[1]), message: placed[2] ?? '' }
  const unknown = /Build error: (Unknown instruction: "\w+")/.exec(error)?.[1]
  return unknown === undefined ? undefined : { message: unknown }
}

/** The instruction that failed, as the tool shows it: BuildKit in a heading, the others as the last step they began. */
export function failingInstruction(output: readonly string[]): string | undefined {
  const heading = output.findLast(line => /^ > \[[^\]]*\d+\/\d+\] /.test(line))
  if (heading !== undefined) return heading.replace(/^ > \[[^\]]*\] /, '').replace(/:$/, '')
  return output.findLast(isStep)?.replace(/^.*? ?: /, '')
}

/** The line that newer BuildKits show: `Dockerfile:12`, then an excerpt between rules. */
export function namedLine(output: readonly string[]): number | undefined {
  for (let index = output.length - 2; index >= 0; index--) {
    const place = /^\S+:(\d+)$/.exec(output[index] ?? '')
    if (place && /^-{5,}$/.test(output[index + 1] ?? '')) return Number(place[1])
  }
  return undefined
}

/** The base image that BuildKit could not find out about. */
export function missingBase(output: readonly string[]): string | undefined {
  const heading = output.findLast(line => line.startsWith(' > ')) ?? ''
  return /load metadata for (\S+?):?$/.exec(heading)?.[1]?.replace(/^docker\.io\/(?:library\/)?/, '')
}

/** The lines that help: the failed command's own output, without the steps that went well. */
export function withoutNoise(output: readonly string[]): readonly string[] {
  return excerpt(output)
    .filter(line => !/^#\d+ (?:DONE|CACHED|\[internal\]|transferring)/.test(line))
    .slice(-maxOutputLines)
}

/** BuildKit repeats what the failed step printed, between rules; with the others it is what follows the last step's beginning. */
function excerpt(output: readonly string[]): readonly string[] {
  const start = output.indexOf('------')
  const end = output.lastIndexOf('------')
  if (start >= 0 && end > start) return output.slice(start + 1, end)
  return output.slice(Math.max(0, output.findLastIndex(isStep)))
}

function isStep(line: string): boolean {
  return /^step \d+\/\d+ ?: /i.test(line)
}
