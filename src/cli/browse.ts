import { exec } from '../util/exec.ts'

/** Milliseconds for the platform's own command, which leaves the browser behind and ends. */
const browseMs = 10_000

/** Opens an address as the platform opens a link. Gives why it could not, for the user. */
export async function openAddress(address: string, platform: NodeJS.Platform): Promise<string | undefined> {
  const [command, ...args] = commandFor(address, platform)
  const outcome = await exec({
    command,
    args,
    signal: new AbortController().signal,
    timeoutMs: browseMs,
  })
  if (outcome.status === 'succeeded') return undefined
  return `could not open ${address}: open it yourself`
}

function commandFor(address: string, platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open', address]
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address]
  // The browser may become the command's child: in a session of its own it outlives it. What has not left the command's group when
  // that ends is ended, so the shell waits until its output is closed, by which time it has left. It also tells whether there is
  // such a command.
  return [
    'sh',
    '-c',
    'command -v xdg-open >/dev/null && left=$(setsid --fork sh -c \'exec xdg-open "$1" >/dev/null 2>&1\' sh "$1" </dev/null 2>/dev/null)',
    'sh',
    address,
  ]
}
