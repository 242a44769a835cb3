import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/* What the stand-ins for Gradle and Maven have in common. They are told by environment variables what to do besides. */

/** One call, as `FAKE_TOOL_LOG` keeps it: one a line. */
export interface ToolCall {
  readonly args: readonly string[]
  readonly cwd: string
  readonly dockerHost: string | undefined
}

/** Notes the call; with `FAKE_TOOL_HANGS` it never comes to an end, and neither does a process that it starts. */
export async function begin(args: readonly string[]): Promise<void> {
  const call: ToolCall = { args, cwd: process.cwd(), dockerHost: process.env.DOCKER_HOST }
  if (process.env.FAKE_TOOL_LOG) appendFileSync(process.env.FAKE_TOOL_LOG, `${JSON.stringify(call)}\n`)
  if (process.env.FAKE_TOOL_HANGS === undefined) return
  const child = spawn('sleep', ['300'], { stdio: 'ignore' })
  say(`started ${child.pid}`)
  await new Promise(resolve => child.once('exit', resolve))
}

/** The start scripts look for Java before anything else. `invalid` are their words for a JAVA_HOME without one. */
export function checkJava(invalid: (home: string) => readonly string[]): void {
  const home = process.env.JAVA_HOME
  if (home !== undefined && !existsSync(path.join(home, 'bin', 'java'))) endWith(invalid(home))
}

/** Writes lines to the standard output. */
export function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Ends as both tools do when something is wrong. */
export function endWith(lines: readonly string[]): never {
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exit(1)
}

export function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
