import { styleText } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import { examine, type Finding, type RunningUp } from '../session/doctor.ts'
import type { ProjectOptions } from '../session/project.ts'
import { clean } from '../ui/text.ts'
import { killAllProcesses } from '../util/exec.ts'
import { connectControl } from './connect.ts'
import { hideStep, showStep } from './step-line.ts'

/** Says what is wrong between an edit and the cluster, and how to mend it. Gives the exit code: 1 where something is. */
export async function doctor(options: ProjectOptions): Promise<number> {
  const stop = new AbortController()
  process.once('exit', killAllProcesses)
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  let isWell = true
  show({
    topic: 'devloop',
    state: 'good',
    text: `${packageJson.version}, Node.js ${process.versions.node}, ${process.platform} ${process.arch}`,
  })
  const up = await findUp(options)
  await examine({
    ...options,
    ...(up && { up }),
    signal: stop.signal,
    onStep: showStep,
    onFinding(finding) {
      if (finding.state === 'wrong') isWell = false
      show(finding)
    },
  })
  hideStep()
  if (stop.signal.aborted) return 130
  return isWell ? 0 : 1
}

/** The `devloop up` of the Devfile that is meant, as far as its ports go. */
async function findUp(options: ProjectOptions): Promise<RunningUp | undefined> {
  const client = connectControl(options)
  const asked = client.ok ? await client.value.status() : client
  if (!asked.ok) return undefined
  const { pid, services } = asked.value
  const open = services.flatMap(({ forwards }) => forwards.filter(({ state }) => state !== 'failed'))
  return { pid, ports: open.map(({ port }) => port) }
}

const { stdout } = process

function show({ topic, state, text, why, cure }: Finding): void {
  hideStep()
  const [mark, colour] = marks[state]
  const lines = [
    `${styleText(colour, mark, { stream: stdout })} ${topic.padEnd(11)} ${clean(text)}`,
    ...(why === undefined ? [] : [`${indent}why  ${clean(why)}`]),
    ...(cure === undefined ? [] : [`${indent}${state === 'wrong' ? 'fix' : 'tip'}  ${clean(cure)}`]),
  ]
  stdout.write(`${lines.join('\n')}\n`)
}

const marks = { good: ['✓', 'green'], notice: ['!', 'yellow'], wrong: ['✗', 'red'] } as const
const indent = ' '.repeat(14)
