import type { Session } from '../session.ts'
import { openTerminalApp, type TerminalApp } from '../ui/app/open.tsx'
import { createTheme, showsUnicode } from '../ui/theme.ts'
import { openAddress } from './browse.ts'
import { beforeBugMessage, exitWithBug } from './bug.ts'
import { showsColours } from './colours.ts'

/** Shows a session on the whole terminal. */
export function showOnTerminal(session: Session, profile: string | undefined): TerminalApp {
  const { stdin, stdout, env, platform } = process
  const theme = createTheme({ hasColour: showsColours(stdout), hasUnicode: showsUnicode(env, platform) })
  const app = openTerminalApp({
    port: session,
    logs: session.logs,
    stdin,
    stdout,
    theme,
    cwd: process.cwd(),
    ...(profile !== undefined && { profile }),
    actions: {
      quit: () => process.kill(process.pid, 'SIGINT'),
      browse: address => openAddress(address, platform),
      restart: async service => await session.restart(service),
      shell: async service => await session.shell(service, { stdin, stdout }),
    },
    now: Date.now,
    onBug: exitWithBug,
  })
  beforeBugMessage(app.leave)
  return app
}
