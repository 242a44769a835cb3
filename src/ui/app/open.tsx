import { PassThrough } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { render } from 'ink'
import type { Port } from '../../engine/port.ts'
import type { LogReader } from '../../model/log.ts'
import type { Closable } from '../../util/scope.ts'
import { FrameClock, type FrameReason } from '../terminal/frame-clock.ts'
import { FrameStream } from '../terminal/frames.ts'
import { readInput } from '../terminal/read-input.ts'
import { createScreen } from '../terminal/screen.ts'
import type { Theme } from '../theme.ts'
import { App } from './app.tsx'
import { type AppActions, AppController } from './controller.ts'
import { createHistory } from './history.ts'
import { paneRow } from './scene.ts'

export interface TerminalAppOptions {
  readonly port: Port
  readonly logs: LogReader
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly theme: Theme
  /** Paths are shown relative to it. */
  readonly cwd: string
  /** What else the header says of where this is, such as the profile. */
  readonly places: readonly string[]
  readonly actions: TerminalActions
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** devloop's own fault: nothing more can be shown. */
  readonly onBug: (error: unknown) => void
}

export interface TerminalActions extends Omit<AppActions, 'suspend' | 'shell'> {
  /** Has the terminal for as long as it takes. */
  shell(service: string): Promise<string | undefined>
}

export interface TerminalApp extends Closable {
  /** Gives the terminal back at once, for last words. */
  leave(): void
}

/** Shows the project on the whole terminal until it is closed. */
export function openTerminalApp(options: TerminalAppOptions): TerminalApp {
  const { port, logs, stdin, stdout, theme, cwd, places, actions, now, onBug } = options
  const screen = createScreen({ stdin, stdout })
  const frames = new FrameStream(stdout)
  const clock = new FrameClock(draw)
  const history = createHistory(cwd)
  let isAway = false
  /** Where the logs ended in the last frame, and how their next one is asked for. */
  let drawnLogs = logs.next
  let logsReason: FrameReason = 'logs'
  let tick: NodeJS.Timeout | undefined

  const controller = new AppController({
    port,
    logs,
    history,
    theme,
    cwd,
    places,
    actions: { ...actions, shell: service => away(() => actions.shell(service)), suspend },
    onChange: () => clock.request('state'),
  })
  const input = readInput(stdin, event => {
    // What was typed ahead is for whoever has the terminal now.
    if (!isAway) controller.input(event)
  })
  let { scene } = picture()
  const ink = render(<App scene={scene} theme={theme} />, {
    // Ink makes whole frames, and `frames` draws their differences: so what is on the screen is known at any time.
    debug: true,
    stdout: frames as unknown as NodeJS.WriteStream,
    // Keys and mouse are read here: Ink knows no mouse.
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  ink.waitUntilExit().catch(onBug)

  function picture() {
    const size = { columns: stdout.columns, rows: stdout.rows }
    const next = controller.picture(size, now())
    frames.inset({ row: paneRow(next.scene), height: next.scene.table.layout.pane, rows: next.paneRows })
    return next
  }

  function draw() {
    if (isAway) return
    clearTimeout(tick)
    // By what has come since the last frame: lines come one after the other, and the first few of many say nothing.
    logsReason = logs.next - drawnLogs > scene.table.layout.pane ? 'flood' : 'logs'
    drawnLogs = logs.next
    const next = picture()
    // Mostly only the pane has changed, of which Ink knows nothing.
    if (!isDeepStrictEqual(next.scene, scene)) ink.rerender(<App scene={next.scene} theme={theme} />)
    scene = next.scene
    frames.draw()
    if (controller.isTicking) tick = setTimeout(() => clock.request('state'), 1_000)
  }

  function take() {
    screen.enter()
    input.resume()
    isAway = false
    frames.redraw()
    clock.request('state')
  }

  function give() {
    isAway = true
    clearTimeout(tick)
    frames.hold()
    input.pause()
    screen.leave()
  }

  async function away<T>(run: () => Promise<T>): Promise<T> {
    give()
    try {
      return await run()
    } finally {
      if (!isClosed) take()
    }
  }

  /** As a shell's job: the terminal is the shell's until the job is continued. */
  function suspend() {
    process.kill(0, 'SIGTSTP')
  }

  function onStop() {
    if (isAway) return
    give()
    process.once('SIGCONT', take)
    process.kill(process.pid, 'SIGSTOP')
  }

  function onResize() {
    frames.forget()
    if (!isAway) stdout.write('\x1b[2J')
    clock.request('state')
  }

  let isClosed = false
  const subscriptions = [
    port.subscribe(history.listener),
    port.subscribe(event => clock.request(event.type === 'task-output' ? 'logs' : 'state')),
    logs.subscribe(() => {
      if (controller.showsLogs && !isAway) clock.request(logsReason)
    }),
  ]
  process.on('SIGTSTP', onStop)
  stdout.on('resize', onResize)
  take()

  return {
    leave() {
      if (!isAway) give()
    },
    async close() {
      isClosed = true
      await Promise.all(subscriptions.map(one => one.close()))
      process.off('SIGTSTP', onStop)
      process.off('SIGCONT', take)
      stdout.off('resize', onResize)
      controller.close()
      clock.close()
      ink.unmount()
      if (!isAway) give()
    },
  }
}
