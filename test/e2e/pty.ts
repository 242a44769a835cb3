import { spawn } from '@lydell/node-pty'
import headless, { type Terminal } from '@xterm/headless'

export interface PtyOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
  readonly rows?: number
}

/** A command on a real pseudo-terminal, whose screen is read as text. */
export interface Pty extends AsyncDisposable {
  readonly pid: number
  readonly terminal: Terminal
  /** Everything that was sent to the terminal. */
  readonly sent: string
  /** The rows that are seen, without the blanks at their ends. */
  screen(): string[]
  /** Waits until the screen holds a text, or fits a pattern. Gives its rows. */
  shows(wanted: string | RegExp): Promise<string[]>
  type(text: string): void
  resize(columns: number, rows: number): void
  readonly ended: Promise<number>
}

/** How long (ms) any one screen may take to come. */
const patienceMs = 60_000

export function openPty(command: string, args: readonly string[], options: PtyOptions): Pty {
  const { cwd, env = {}, columns = 100, rows = 24 } = options
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 })
  const { NO_COLOR: _, CI: __, ...inherited } = process.env
  const pty = spawn(command, [...args], {
    cols: columns,
    rows,
    cwd,
    env: { ...inherited, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env },
  })
  let sent = ''
  let hasEnded = false
  pty.onData(data => {
    sent += data
    terminal.write(data)
  })
  const ended = new Promise<number>(resolve => {
    pty.onExit(({ exitCode }) => {
      hasEnded = true
      resolve(exitCode)
    })
  })

  const screen = () => {
    const { active } = terminal.buffer
    return Array.from(
      { length: terminal.rows },
      (_, row) =>
        active
          .getLine(active.viewportY + row)
          ?.translateToString()
          .trimEnd() ?? '',
    )
  }
  return {
    pid: pty.pid,
    terminal,
    get sent() {
      return sent
    },
    screen,
    shows(wanted) {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>()
      const look = () => {
        const rows = screen()
        const text = rows.join('\n')
        if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) resolve(rows)
      }
      const subscription = terminal.onWriteParsed(look)
      const timer = setTimeout(
        () => reject(new Error([`the screen never showed ${wanted}:`, ...screen()].join('\n'))),
        patienceMs,
      )
      look()
      return promise.finally(() => {
        clearTimeout(timer)
        subscription.dispose()
      })
    },
    type: text => pty.write(text),
    resize(columns, rows) {
      terminal.resize(columns, rows)
      pty.resize(columns, rows)
    },
    ended,
    async [Symbol.asyncDispose]() {
      if (!hasEnded) {
        pty.kill('SIGTERM')
        const limit = setTimeout(() => pty.kill('SIGKILL'), 5_000)
        await ended
        clearTimeout(limit)
      }
      terminal.dispose()
    },
  }
}

/** Works in a shell of the container of `hello`, in a terminal whose size changes meanwhile, and comes back to the app. */
export async function tryShell(pty: Pty): Promise<void> {
  pty.type('s')
  await pty.shows('exit leads back to devloop')
  await pty.shows(/[$#] $|[$#]$/m)
  pty.resize(90, 20)
  pty.type('until [ "$(stty size)" = "20 90" ]; do sleep 0.1; done; echo size $(stty size), $((6*7))\r')
  await pty.shows('size 20 90, 42')
  pty.type('exit\r')
  await pty.shows(/▌ ● hello +live/)
}
