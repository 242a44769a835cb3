import type { Listener } from '../../engine/port.ts'
import type { Task } from '../../engine/task.ts'
import { narrate, type Told } from '../narrate.ts'
import { clean } from '../text.ts'

/** What snapshots do not hold: what tools have printed, and what has happened. */
export interface History {
  readonly listener: Listener
  /** The newest build and compile of an image, the oldest line first. */
  outputOf(image: string): readonly string[]
  /** What has happened to a subject (a service, an image, or another part), the oldest first. */
  eventsOf(subjects: ReadonlySet<string>): readonly Told[]
  /** The last step that a running task's tool has told of, such as `[3/7] RUN npm ci`; else its last line. */
  progressOf(task: Task): string | undefined
  /** Grows with every change. */
  readonly version: number
}

const maxOutputLines = 2_000
const maxEvents = 1_000
/** What builders print at the beginning of a step: `[3/7] RUN …`, `Step 3/7`, `> Task :jar`. */
const stepStart = /^(?:\[[^\]]*\d+\/\d+\]|> Task )/

/** @param cwd paths are told relative to it */
export function createHistory(cwd: string): History {
  const outputs = new Map<string, { readonly task: string; readonly lines: string[] }>()
  const progress = new Map<string, string>()
  let events: Told[] = []
  let version = 0
  const narrator = narrate(cwd, told => {
    if (told.isOutput) return
    events.push(told)
    if (events.length > 2 * maxEvents) events = events.slice(-maxEvents)
  })

  function takeLine(task: Task, text: string) {
    const line = clean(text)
    const last = progress.get(task.id)
    const isWithinStep = last !== undefined && stepStart.test(last) && !stepStart.test(line)
    if (!isWithinStep) progress.set(task.id, line)
    if (task.kind !== 'build' && task.kind !== 'compile') return
    const known = outputs.get(task.image)
    const output = known?.task === task.id ? known : { task: task.id, lines: [] }
    outputs.set(task.image, output)
    output.lines.push(line)
    if (output.lines.length > 2 * maxOutputLines) output.lines.splice(0, output.lines.length - maxOutputLines)
  }

  return {
    listener(event, snapshot, before) {
      version++
      if (event.type === 'task-output') takeLine(event.task, event.line)
      if (event.type === 'task-ended') progress.delete(event.task.id)
      narrator(event, snapshot, before)
    },
    outputOf: image => outputs.get(image)?.lines ?? [],
    eventsOf: subjects => events.filter(({ subject }) => subjects.has(subject)),
    progressOf: task => progress.get(task.id),
    get version() {
      return version
    },
  }
}
