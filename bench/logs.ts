import { setTimeout as pause } from 'node:timers/promises'
import { openPty, type Pty } from '../test/e2e/pty.ts'
import { pagesOfNode, timeEdits } from './pages.ts'
import { addPrinter, lastPrinted, print } from './printer.ts'
import { cpuSeconds, forgetPeak, peakMegabytes, residentMegabytes } from './processes.ts'
import { median, type Row, row } from './report.ts'

const bin = new URL('../bin/devloop', import.meta.url).pathname

export interface LogTimes {
  /** Percent of one core that the app uses while nothing happens. */
  readonly idleCpu: number
  /** The same while it shows the logs of a pod that prints 2,000 lines a second. */
  readonly shownCpu: number
  /** Lines from the oldest to the newest in the buffer after 5,000 a second for a minute, those that lack, and all that there were. */
  readonly kept: number
  readonly lost: number
  readonly printed: number
  /** Milliseconds meanwhile from a key until the screen shows what it asks for. */
  readonly keys: readonly number[]
  /** Resident megabytes before. */
  readonly memory: number
  /** The most of it while the pod prints and the buffer is filled, and nothing else happens. */
  readonly flooded: number
  /** Milliseconds from the save of a file until it is served, while no pod prints, and meanwhile. */
  readonly quietEdits: readonly number[]
  readonly floodedEdits: readonly number[]
}

const linesPerSecond = { shown: 2_000, flood: 5_000 } as const
const floodMs = 60_000
const cpuMs = 30_000
/** Of the buffer, and of what is being read. */
const ringMegabytes = 10
const readMegabytes = 5
/** Until the buffer is full, with some to spare. */
const fillingMs = 25_000
const edits = 100
/** After a change of what the pod prints, until all is as it stays. */
const settlingMs = 5_000
const calmingMs = 15_000
const size = { columns: 120, rows: 40 }
/** Of the terminal on which the buffer is read, so that it has few pages. */
const readingRows = 1_000

/** Times the terminal app while a pod prints without end: as a user sees it, on a pseudo-terminal. */
export async function timeLogs(say: (text: string) => void): Promise<LogTimes> {
  await using site = await pagesOfNode('bench-logs')
  await addPrinter(site)
  await using app = openPty(process.execPath, [bin, 'up'], { cwd: site.folder, env: site.env, ...size })
  await app.shows(/● site +live/)
  await pause(settlingMs)

  say(`edit of a copied file beside it, ${edits} times`)
  const untilTold = () => pause(100)
  const quietEdits = await timeEdits(site, edits, untilTold)
  // V8 collects and compiles for some seconds after it had much to do, once: that is no part of being idle.
  await pause(calmingMs)
  say(`the terminal app, idle for ${cpuMs / 1_000} s`)
  const idleCpu = await cpuOf(app)

  const memory = residentMegabytes(app.pid)
  forgetPeak(app.pid)
  say(`a pod prints ${linesPerSecond.flood} lines a second for ${floodMs / 1_000} s`)
  const floodedUntil = performance.now() + floodMs
  await print(site, linesPerSecond.flood)
  await app.shows('number')
  await pause(fillingMs)
  const flooded = peakMegabytes(app.pid)
  const keys = await timeKeys(app, floodedUntil - floodMs / 3)
  const floodedEdits = await timeEdits(site, edits, untilTold)
  await pause(Math.max(0, floodedUntil - performance.now()))
  await print(site, 0)
  await pause(settlingMs)
  const printed = await lastPrinted(site)
  const { kept, lost } = await readBuffer(app, printed)

  say(`the same with ${linesPerSecond.shown} lines for ${cpuMs / 1_000} s`)
  await print(site, linesPerSecond.shown)
  await pause(settlingMs)
  const shownCpu = await cpuOf(app)
  return {
    idleCpu,
    shownCpu,
    kept,
    lost,
    printed,
    keys,
    memory,
    flooded,
    quietEdits,
    floodedEdits,
  }
}

/** What is measured of it, and what it should be. */
export function logRows(times: LogTimes): readonly Row[] {
  const { keys, quietEdits, floodedEdits, memory, flooded } = times
  const worstKey = Math.max(...keys)
  return [
    {
      what: `a pod prints 5,000 lines/s: lost of ${times.kept} kept of ${times.printed}`,
      unit: 'lines',
      value: times.lost,
      target: 0,
    },
    row('  key → screen', 'ms', keys, 100),
    { what: '  the slowest', unit: 'ms', value: worstKey, target: 100 },
    {
      what: '  the most resident memory: more than before',
      unit: 'MB',
      value: flooded - memory,
      target: ringMegabytes + readMegabytes,
    },
    row('  edit of a copied file → served', 'ms', floodedEdits, 1.1 * median(quietEdits) + 5),
    row('    the same while it prints nothing', 'ms', quietEdits, Number.NaN),
    { what: 'CPU, the terminal app at 2,000 lines/s', unit: '%', value: times.shownCpu, target: 3 },
    { what: 'CPU, the terminal app, idle', unit: '%', value: times.idleCpu, target: 0.5 },
    { what: 'resident memory, the terminal app, idle', unit: 'MB', value: memory, target: 160 },
  ]
}

/** Percent of one core. */
async function cpuOf({ pid }: Pty): Promise<number> {
  const before = cpuSeconds(pid)
  await pause(cpuMs)
  return ((cpuSeconds(pid) - before) / (cpuMs / 1_000)) * 100
}

/** The keys' page comes and goes: every second key is pressed while lines stream by. */
async function timeKeys(app: Pty, until: number): Promise<readonly number[]> {
  const times: number[] = []
  while (performance.now() < until) {
    for (const wanted of [/this page/, /^(?!.*this page)/s]) {
      const begun = performance.now()
      app.type('?')
      await app.shows(wanted)
      times.push(performance.now() - begun)
      await pause(200 + Math.random() * 300)
    }
  }
  return times
}

/** Reads all that the app has kept, as a user does: from the first line on, page by page. */
async function readBuffer(app: Pty, last: number): Promise<Pick<LogTimes, 'kept' | 'lost'>> {
  app.resize(size.columns, readingRows)
  await app.shows(`number ${last}`)
  const begin = app.sent.length
  app.type('g')
  for (let page = await app.shows(below); ; page = await app.shows(below)) {
    const left = below.exec(page.join('\n'))?.[0] ?? ''
    app.type(' ')
    const next = await app.shows(new RegExp(`^(?!.*${left})`, 's'))
    if (!below.test(next.join('\n'))) break
  }
  await app.shows(`number ${last}`)
  const read = new Set(
    Array.from(app.sent.slice(begin).matchAll(/number (\d+)/g), ([, number]) => Number(number)),
  )
  const kept = last - Math.min(...read) + 1
  app.type('G')
  app.resize(size.columns, size.rows)
  return { kept, lost: kept - read.size }
}

const below = /\d+ more below/
