import type { Snapshot } from '../../engine/port.ts'
import { troubleOf } from '../../feed/trouble.ts'
import type { Failure } from '../../model/failure.ts'
import { formatTime } from '../columns.ts'
import { keyTable } from '../keys.ts'
import type { Told } from '../narrate.ts'
import { formatFailure } from '../text.ts'
import type { Theme } from '../theme.ts'
import type { History } from './history.ts'
import { fixedLines, type PaneLines } from './pane-lines.ts'
import { imagesOf } from './rows.ts'
import { type Pane, panes } from './view.ts'

interface Line {
  readonly plain: string
  readonly styled: string
}

/** What is said where there is nothing to be read. */
export const emptyWords: Readonly<Record<Pane, string>> = {
  logs: 'Its containers have said nothing yet.',
  build: 'Nothing has been built since devloop started.',
  events: 'Nothing has happened yet.',
  failure: 'Nothing is wrong.',
}

/** What a service complains of: itself first, then its ports. */
export function failuresOf({ statuses, state }: Snapshot, service: string): readonly Failure[] {
  const own = troubleOf(statuses.get(service))
  const ports = (state.services.get(service)?.forwards ?? []).flatMap(({ failure }) => failure ?? [])
  return [...(own ? [own] : []), ...ports]
}

/** The panes that have something to say, and those that may have. */
export function availablePanes(snapshot: Snapshot, service: string): readonly Pane[] {
  return panes.filter(pane => pane !== 'failure' || failuresOf(snapshot, service).length > 0)
}

/** What matters most of a service: why it failed, until it is there how it is built, then what it says. */
export function chiefPane(snapshot: Snapshot, service: string): Pane {
  if (snapshot.statuses.get(service)?.phase === 'failed') return 'failure'
  const { rollout, wasLive } = snapshot.state.services.get(service) ?? {}
  return rollout || wasLive ? 'logs' : 'build'
}

export function buildLines(
  { state }: Snapshot,
  service: string,
  history: Pick<History, 'outputOf'>,
  { paint }: Theme,
): PaneLines {
  const found = state.services.get(service)
  const images = found ? imagesOf(state, found) : []
  const outputs = images.map(image => ({ image, lines: history.outputOf(image) }))
  const told = outputs.filter(({ lines }) => lines.length > 0)
  return fixedLines(
    told.flatMap(({ image, lines }) => [
      ...(told.length > 1 ? [{ plain: image, styled: paint('bold', image) }] : []),
      ...lines.map(plain => ({
        plain,
        // Where a step begins.
        styled: /^\[[^\]]*\d+\/\d+\]/.test(plain) ? paint('cyan', plain) : plain,
      })),
    ]),
  )
}

export function eventLines(
  { state }: Snapshot,
  service: string,
  history: Pick<History, 'eventsOf'>,
  theme: Theme,
): PaneLines {
  const found = state.services.get(service)
  const images = found ? imagesOf(state, found) : []
  // What concerns all of them belongs to each.
  const subjects = new Set([service, ...images, 'cluster', 'Devfile', 'watch', 'devloop'])
  const told = history.eventsOf(subjects)
  return fixedLines(told.flatMap(one => describeTold(one, service, theme)))
}

function describeTold(
  { at, subject, word, text, more, style }: Told,
  service: string,
  { paint }: Theme,
): readonly Line[] {
  const time = formatTime(at)
  const of = subject === service ? '' : `${subject} `
  const first = {
    plain: `${time} ${word.padEnd(9)} ${of}${text}`,
    styled: `${paint('dim', time)} ${style === 'reset' ? word.padEnd(9) : paint(style, word.padEnd(9))} ${paint('dim', of)}${text}`,
  }
  return [first, ...more.map(line => ({ plain: line, styled: `         ${line}` }))]
}

/** What went wrong, where and why, what mends it, and the last words of the tool or container. */
export function failureLines(failures: readonly Failure[], cwd: string, { paint }: Theme): PaneLines {
  return fixedLines(
    failures.flatMap((failure, index) => {
      const [message = '', ...more] = formatFailure(failure, cwd)
      const rest = more.map(plain => {
        const [, word = '', text = ''] = /^ {2}(at|why|fix) +(.*)$/.exec(plain) ?? []
        if (word === '') return { plain, styled: paint('dim', plain) }
        const style = word === 'fix' ? 'green' : 'dim'
        return { plain, styled: `  ${paint(style, word.padEnd(4))} ${text}` }
      })
      const gap = index > 0 ? [{ plain: '', styled: '' }] : []
      return [...gap, { plain: message, styled: paint(['red', 'bold'], message) }, ...rest]
    }),
  )
}

export function helpLines({ paint }: Theme): PaneLines {
  const width = Math.max(...keyTable.map(({ name }) => name.length))
  const lines = keyTable.map(({ name, help }) => ({
    plain: `${name} ${help}`,
    styled: `  ${paint('bold', name.padEnd(width))}  ${help}`,
  }))
  const wheel = 'the pane scrolls; a click on a service chooses it; with shift held the terminal selects text'
  return fixedLines([
    ...lines,
    { plain: wheel, styled: `  ${paint('bold', 'mouse'.padEnd(width))}  ${wheel}` },
  ])
}
