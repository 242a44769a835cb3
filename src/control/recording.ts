import type { Event } from '../engine/events.ts'
import type { Port, Snapshot } from '../engine/port.ts'
import type { Project } from '../model/project.ts'
import type { Closable } from '../util/scope.ts'
import { difference, formatValue, type Patch } from './patch.ts'

/** One event, and how the snapshot after it differs from the one before; absent: not at all. */
export interface RecordedStep {
  readonly event: Event
  readonly change?: Patch
}

/** What a screen that is added later is shown: a snapshot, and what has happened since. */
export interface Recorded {
  readonly base: Snapshot
  /** Each a `RecordedStep` as a line of JSON. */
  readonly lines: readonly string[]
}

interface Part {
  readonly base: Snapshot
  readonly lines: string[]
  length: number
}

/** Characters of each of the two parts. */
const defaultPartLength = 512 * 1024

/** Keeps what has happened lately, within a fixed size, and tells it to any number of readers. */
export class Recording implements Closable {
  readonly #port: Pick<Port, 'snapshot'>
  readonly #partLength: number
  readonly #readers = new Set<(line: string) => void>()
  readonly #subscription: Closable
  /** When the newer part is full, the older one is forgotten as a whole: it needs no snapshot of each step. */
  #older: Part | undefined
  #newer: Part

  constructor(port: Pick<Port, 'snapshot' | 'subscribe'>, partLength = defaultPartLength) {
    this.#port = port
    this.#partLength = partLength
    this.#newer = { base: port.snapshot(), lines: [], length: 0 }
    this.#subscription = port.subscribe((event, snapshot, before) => this.#take(event, snapshot, before))
  }

  /** All that is kept. */
  get past(): Recorded {
    const { base } = this.#older ?? this.#newer
    return { base: withoutImages(base), lines: [...(this.#older?.lines ?? []), ...this.#newer.lines] }
  }

  get present(): Recorded {
    return { base: withoutImages(this.#port.snapshot()), lines: [] }
  }

  /** @param onLine every step from now on, a `RecordedStep` as a line of JSON */
  follow(onLine: (line: string) => void): Closable {
    this.#readers.add(onLine)
    return { close: () => void this.#readers.delete(onLine) }
  }

  close(): void {
    void this.#subscription.close()
  }

  #take(event: Event, snapshot: Snapshot, before: Snapshot): void {
    const change =
      snapshot === before ? undefined : difference(withoutImages(before), withoutImages(snapshot))
    const step: RecordedStep = { event: shownEvent(event), ...(change && { change }) }
    const line = `${formatValue(step)}\n`
    if (this.#newer.length + line.length > this.#partLength) {
      this.#older = this.#newer
      this.#newer = { base: before, lines: [], length: 0 }
    }
    this.#newer.lines.push(line)
    this.#newer.length += line.length
    for (const reader of this.#readers) reader(line)
  }
}

/** One array for all: no difference between one snapshot and the next. */
const noImages: Project['images'] = []

/** No screen shows how images are made; a builder of the user's own is no data, and arguments may be secret. */
function withoutImages({ state, ...rest }: Snapshot): Snapshot {
  return { ...rest, state: { ...state, project: { ...state.project, images: noImages } } }
}

function shownEvent(event: Event): Event {
  return event.type === 'project-reloaded'
    ? { ...event, project: { ...event.project, images: noImages } }
    : event
}
