import { writeFile } from 'node:fs/promises'
import { type ServiceFailure, type WaitOutcome, waitFor } from '../control/wait.ts'
import type { Project } from '../model/project.ts'
import { type ChosenContext, chooseContext } from '../session/context.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { takeDown } from '../session/take-down.ts'
import { formatJunit, type JunitCase } from '../ui/junit.ts'
import { plainOutput } from '../ui/plain.ts'
import { describeWork } from '../ui/status.ts'
import { clean, formatFailure } from '../ui/text.ts'
import { exec, killAllProcesses } from '../util/exec.ts'
import { openControlledSession } from './controlled-session.ts'
import { onEndSignals } from './end-signals.ts'
import { printFailures } from './failures.ts'

export interface CiOptions extends Omit<ProjectOptions, 'args'> {
  /** Milliseconds until everything must be live. */
  readonly timeout: number
  /** The file to which the report goes. */
  readonly junit?: string
}

/**
 * Makes the stack live, runs a command, and takes the stack away again. Gives the command's exit code; 1 where the stack
 * did not become live or could not be taken away, 130 where it was broken off.
 */
export async function ci([command = '', ...args]: readonly string[], options: CiOptions): Promise<number> {
  const place: ProjectOptions = { ...options, args: [] }
  const loaded = await loadProject(place)
  if (!loaded.ok) return printFailures(loaded.failure)
  const { devfile, project } = loaded.value
  const context = chooseContext(place, project)
  if (!context.ok) return printFailures([context.failure])

  const end = new AbortController()
  const { signal } = end
  process.once('exit', killAllProcesses)
  onEndSignals(() => end.abort())
  const engine = await context.value.engine(signal)
  if (signal.aborted) return 130
  const opened = await openControlledSession({
    asked: place,
    devfile,
    project,
    context: context.value,
    engine,
    end,
  })
  if (!opened.ok) return printFailures([opened.failure])
  const { session, stop } = opened.value
  session.subscribe(plainOutput({ stream: process.stdout, cwd: process.cwd() }))
  const begun = Date.now()
  const cases: JunitCase[] = []
  await session.start()
  const outcome = await waitFor(session, { services: [], goal: 'live', timeoutMs: options.timeout }, signal)
  cases.push(...describeWait(outcome, project, Date.now() - begun))
  const code = outcome.outcome === 'reached' ? await runCommand(command, args, signal, cases) : 1
  await stop()
  const isGone = await takeAway(project, context.value, cases)
  if (options.junit !== undefined)
    await writeFile(options.junit, formatJunit(`devloop ${project.name}`, cases, begun))
  if (signal.aborted) return 130
  return code === 0 && !isGone ? 1 : code
}

async function runCommand(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
  cases: JunitCase[],
): Promise<number> {
  const begun = performance.now()
  const ended = await exec({
    command,
    args,
    signal,
    onLine: line => process.stdout.write(`${line}\n`),
  })
  const name = [command, ...args].join(' ')
  const tookMs = performance.now() - begun
  if (ended.status === 'succeeded') {
    cases.push({ name, tookMs })
    return 0
  }
  const why = ended.status === 'failed' ? ended.exit : words[ended.status]
  const output = 'output' in ended ? ended.output : []
  cases.push({ name, tookMs, failure: { message: why, text: output.join('\n') } })
  process.stderr.write(`${clean(name)}: ${why}\n`)
  if (ended.status === 'not-found') return notFound
  return ended.status === 'failed' ? (ended.code ?? 1) : 1
}

const words = {
  'not-found': 'There is no such command.',
  aborted: 'It was broken off.',
  'timed-out': 'It took too long.',
}

/** The exit code by which shells say that there is no such command. */
const notFound = 127

/** A row for each service, and one for what is none of a service's. */
function describeWait(outcome: WaitOutcome, { services }: Project, tookMs: number): readonly JunitCase[] {
  const failures = new Map(failuresOf(outcome).map(one => [one.name, one]))
  const rows = services.map(({ name }): JunitCase => {
    const failure = failures.get(name)
    failures.delete(name)
    return { name: `${name} is live`, tookMs, ...(failure && { failure: failure.failure }) }
  })
  const others = [...failures.values()].map(({ name, failure }): JunitCase => ({ name, tookMs, failure }))
  return [...rows, ...others]
}

interface NamedFailure {
  readonly name: string
  readonly failure: NonNullable<JunitCase['failure']>
}

function failuresOf(outcome: WaitOutcome): readonly NamedFailure[] {
  switch (outcome.outcome) {
    case 'reached':
      return []
    case 'failed':
      return outcome.failures.map(({ service = 'Devfile', failure }: ServiceFailure) => ({
        name: service,
        failure: { message: failure.message, text: formatFailure(failure, process.cwd()).join('\n') },
      }))
    case 'timed-out':
      return outcome.waitingFor.map(summary => {
        const message = `It is not live in time: ${describeWork(summary)}`
        process.stderr.write(`${summary.service}: ${message}\n`)
        return { name: summary.service, failure: { message, text: '' } }
      })
    case 'stopped':
      return [{ name: 'devloop', failure: { message: 'It was ended before everything was live.', text: '' } }]
    default:
      return outcome satisfies never
  }
}

/** Also what was broken off leaves nothing behind; who is in a hurry ends that with a second signal. */
async function takeAway(project: Project, context: ChosenContext, cases: JunitCase[]): Promise<boolean> {
  const begun = performance.now()
  const deleted = await takeDown({
    context,
    project,
    signal: new AbortController().signal,
    onLine: line => process.stdout.write(`${clean(line)}\n`),
  })
  const name = 'the stack is taken away'
  const tookMs = performance.now() - begun
  if (deleted.ok) {
    cases.push({ name, tookMs })
    return true
  }
  const text = formatFailure(deleted.failure, process.cwd()).join('\n')
  cases.push({ name, tookMs, failure: { message: deleted.failure.message, text } })
  printFailures([deleted.failure])
  return false
}
