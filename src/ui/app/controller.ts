import type { Port } from '../../engine/port.ts'
import type { LogReader } from '../../model/log.ts'
import { type Action, actionOf } from '../keys.ts'
import type { InputEvent } from '../terminal/input.ts'
import type { Theme } from '../theme.ts'
import type { History } from './history.ts'
import type { Size } from './layout.ts'
import { availablePanes } from './pane-content.ts'
import { PaneReader, shownPane } from './pane-reader.ts'
import { compose, type Picture } from './picture.ts'
import { describeRows, type Row } from './rows.ts'
import type { Scene } from './scene.ts'
import { typeSearch } from './search-input.ts'
import { choose, cyclePane, initialView, showPane, stepBack, type View } from './view.ts'

/** What the keys ask of the rest of devloop. Each gives what to tell the user, if anything. */
export interface AppActions {
  quit(): void
  /** Stops the process as the terminal's own Ctrl-Z does. */
  suspend(): void
  browse(address: string): Promise<string | undefined>
  restart(service: string): Promise<string | undefined>
  shell(service: string): Promise<string | undefined>
}

export interface ControllerOptions {
  readonly port: Port
  readonly logs: LogReader
  readonly history: History
  readonly theme: Theme
  readonly cwd: string
  /** What else the header says of where this is. */
  readonly places: readonly string[]
  readonly actions: AppActions
  /** There is something new to be drawn. */
  readonly onChange: () => void
}

/** Milliseconds for which a notice is shown. */
const noticeMs = 5_000

/** Lines that the wheel scrolls at a step. */
const wheelLines = 3

/** What is drawn, and what keys make of it. */
export class AppController {
  readonly #options: ControllerOptions
  #view: View = initialView
  readonly #pane: PaneReader
  #noticeTimer: NodeJS.Timeout | undefined
  /** As it was drawn last: clicks go by what the user sees. */
  #scene: Scene | undefined

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#pane = new PaneReader(options)
  }

  /** Seconds are shown that grow. */
  get isTicking(): boolean {
    return this.#scene?.table.rows.some(({ state }) => state === 'working') ?? false
  }

  /** Lines of containers are shown as they come. */
  get showsLogs(): boolean {
    return this.#scene?.pane.shown === 'logs'
  }

  close(): void {
    clearTimeout(this.#noticeTimer)
  }

  /** @param now milliseconds since the epoch */
  picture(size: Size, now: number): Picture {
    const { port, history, cwd, places } = this.#options
    const snapshot = port.snapshot()
    const rows = describeRows({ snapshot, history, now, cwd })
    this.#settleChoice(rows)
    const picture = compose({ view: this.#view, snapshot, rows, pane: this.#pane, size, cwd, places })
    this.#scene = picture.scene
    return picture
  }

  input(event: InputEvent): void {
    if (event.kind === 'wheel') this.#onWheel(event.direction === 'up' ? -1 : 1, event.row)
    else if (event.kind === 'click') this.#onClick(event.row)
    else if (this.#view.search?.isTyping) this.#onSearchKey(event)
    else if (event.kind === 'key') this.#onKey(event.key)
    this.#options.onChange()
  }

  /** Something for the user to know, for a moment. */
  notice(text: string | undefined): void {
    clearTimeout(this.#noticeTimer)
    this.#view = { ...this.#view, notice: text }
    if (text !== undefined) this.#noticeTimer = setTimeout(() => this.notice(undefined), noticeMs)
    this.#options.onChange()
  }

  #onKey(key: string): void {
    if (key === 'ctrl+z') this.#options.actions.suspend()
    const action = actionOf(key, this.#view)
    if (action) this.#act(action)
  }

  #act(action: Action): void {
    const { port, actions } = this.#options
    const view = this.#view
    const { service } = view
    const scrolls = view.isOpen || view.isHelp
    const snapshot = port.snapshot()
    switch (action) {
      case 'quit':
        actions.quit()
        break
      case 'previous':
      case 'next': {
        const step = action === 'next' ? 1 : -1
        if (scrolls) this.#scroll(step)
        else this.#chooseBy(step)
        break
      }
      case 'first':
        this.#view = { ...view, position: this.#pane.lines.first }
        break
      case 'last':
        this.#view = {
          ...view,
          position: shownPane(view, snapshot) === 'failure' ? this.#pane.lines.next : 'end',
        }
        break
      case 'page-up':
        this.#scroll(-this.#pane.pageLines)
        break
      case 'page-down':
        this.#scroll(this.#pane.pageLines)
        break
      case 'open':
        this.#view = view.isHelp ? stepBack(view) : { ...view, isOpen: !view.isOpen, position: 'end' }
        break
      case 'close':
        this.#view = stepBack(view)
        break
      case 'next-pane':
      case 'previous-pane': {
        const shown = shownPane(view, snapshot)
        if (service === undefined || shown === 'help') break
        const step = action === 'next-pane' ? 1 : -1
        this.#view = cyclePane(view, shown, availablePanes(snapshot, service), step)
        break
      }
      case 'logs':
      case 'build':
      case 'events':
        this.#view = showPane(view, action)
        break
      case 'help':
        this.#view = view.isHelp ? stepBack(view) : { ...view, isHelp: true, search: undefined, position: 0 }
        break
      case 'search':
        this.#view = {
          ...view,
          search: { text: '', isTyping: true, isFilter: false, match: undefined },
        }
        break
      case 'older-match':
        this.#findFrom((view.search?.match ?? this.#pane.lines.next) - 1, -1)
        break
      case 'newer-match':
        this.#findFrom((view.search?.match ?? this.#pane.lines.first - 1) + 1, 1)
        break
      case 'filter':
        if (view.search) {
          const search = { ...view.search, isFilter: !view.search.isFilter, match: undefined }
          this.#view = { ...view, search, position: 'end' }
        }
        break
      case 'pause':
        if (snapshot.state.paused) port.resume()
        else port.pause()
        break
      case 'rebuild':
      case 'restart':
      case 'browse':
      case 'shell':
      case 'disable':
        if (service !== undefined) this.#actOn(service, action)
        break
      default:
        action satisfies never
    }
  }

  #actOn(name: string, action: 'rebuild' | 'restart' | 'browse' | 'shell' | 'disable'): void {
    const { port, actions } = this.#options
    const service = port.snapshot().state.services.get(name)
    const situation = this.#scene?.footer.situation
    switch (action) {
      case 'rebuild':
        if (service?.isDisabled) this.notice(`${name} is disabled: x enables it`)
        else port.trigger(name)
        break
      case 'disable':
        if (service?.isDisabled) port.enable(name)
        else port.disable(name)
        break
      case 'browse': {
        const address = service?.forwards.find(({ state }) => state !== 'failed')?.address
        if (address === undefined) this.notice(`${name} has no address: give it a port in the Devfile`)
        else this.#tell(actions.browse(`http://${address}`))
        break
      }
      case 'restart':
        if (!situation?.hasPod) this.notice(`${name} has no running pod`)
        else this.#tell(actions.restart(name))
        break
      case 'shell':
        if (!situation?.hasPod) this.notice(`${name} has no running pod`)
        else this.#tell(actions.shell(name))
        break
      default:
        action satisfies never
    }
  }

  #tell(outcome: Promise<string | undefined>): void {
    void outcome.then(text => this.notice(text))
  }

  #onSearchKey(event: Extract<InputEvent, { kind: 'key' | 'paste' }>): void {
    const { search } = this.#view
    if (!search) return
    const next = typeSearch(search, event)
    if (next === undefined) this.#view = stepBack(this.#view)
    else this.#view = { ...this.#view, search: next }
    if (next?.isTyping && next.text !== search.text) this.#findFrom(this.#pane.lines.next - 1, -1)
  }

  #findFrom(from: number, step: 1 | -1): void {
    const { search } = this.#view
    if (!search) return
    const found = this.#pane.find(search, from, step)
    if (found) {
      const { match, position } = found
      this.#view = { ...this.#view, search: { ...search, match }, position }
    } else if (!search.isTyping) this.notice(`no ${step === 1 ? 'newer' : 'older'} match`)
  }

  #onWheel(step: 1 | -1, row: number): void {
    const isOnTable = this.#serviceAt(row) !== undefined && !this.#view.isOpen
    if (isOnTable) this.#chooseBy(step)
    else this.#scroll(step * wheelLines)
  }

  #onClick(row: number): void {
    const service = this.#serviceAt(row)
    if (service !== undefined) this.#view = choose({ ...this.#view, isHelp: false }, service)
  }

  #serviceAt(row: number): string | undefined {
    if (!this.#scene) return undefined
    const { alerts, table } = this.#scene
    return table.rows[row - 1 - alerts.length - table.layout.titles]?.service
  }

  #scroll(lines: number): void {
    this.#view = { ...this.#view, position: this.#pane.scrolledBy(lines) }
  }

  #chooseBy(step: 1 | -1): void {
    const names = [...this.#options.port.snapshot().state.services.keys()]
    const index = names.indexOf(this.#view.service ?? '') + step
    const service = names[Math.min(Math.max(index, 0), names.length - 1)]
    this.#view = choose(this.#view, service)
  }

  /** The service that is chosen may have gone; at the beginning it is the first one. */
  #settleChoice(rows: readonly Row[]): void {
    const isThere = rows.some(({ service }) => service === this.#view.service)
    if (!isThere) this.#view = choose(this.#view, rows[0]?.service)
  }
}
