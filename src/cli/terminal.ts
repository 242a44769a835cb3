import type { ScreenPort } from '../engine/port.ts'
import { openTerminalApp, type TerminalApp } from '../ui/app/open.tsx'
import { showShell } from '../ui/terminal/show-shell.ts'
import { createTheme, showsUnicode } from '../ui/theme.ts'
import { openAddress } from './browse.ts'
import { beforeBugMessage, exitWithBug } from './bug.ts'
import { showsColours } from './colours.ts'
import type { ShowOptions } from './show.ts'

/** Shows a project on the whole terminal. */
export function showOnTerminal(shown: ScreenPort, { places }: Pick<ShowOptions, 'places'>): TerminalApp {
  const { stdin, stdout, env, platform } = process
  const theme = createTheme({ hasColour: showsColours(stdout), hasUnicode: showsUnicode(env, platform) })
  const app = openTerminalApp({
    port: shown,
    logs: shown.logs,
    stdin,
    stdout,
    theme,
    cwd: process.cwd(),
    places,
    actions: {
      quit: () => process.kill(process.pid, 'SIGINT'),
      browse: address => openAddress(address, platform),
      restart: service => shown.restart(service),
      async shell(service) {
        const { columns, rows } = stdout
        const opened = await shown.openShell(service, { columns, rows })
        return opened.ok ? showShell(opened.value, { stdin, stdout }) : opened.failure
      },
    },
    now: Date.now,
    onBug: exitWithBug,
  })
  beforeBugMessage(app.leave)
  return app
}
