import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Result } from '../../src/model/result.ts'
import { openSyncStream, type SyncStream } from '../../src/sync/stream.ts'
import { type LocalAgent, localAgent } from './shell-agent.ts'

/** A folder with a `head` and a `dd` that cannot be trusted with contents, so that these go as text. */
export const inexactTools = path.join(import.meta.dirname, '../fixtures/inexact-tools')

/** A temporary folder that stands for a container's, and streams to local agents, all gone at the end. */
export interface StreamRig extends AsyncDisposable {
  readonly root: string
  open(
    shell: readonly string[],
    environment?: Record<string, string>,
  ): Promise<{ readonly stream: SyncStream; readonly agent: LocalAgent }>
}

export async function streamRig(): Promise<StreamRig> {
  const root = await mkdtemp(path.join(tmpdir(), 'devloop-stream-'))
  const opened: SyncStream[] = []
  return {
    root,
    open: async (shell, environment) => {
      const agent = localAgent(shell, environment)
      const stream = value(await openSyncStream(agent.open, AbortSignal.timeout(10_000)))
      opened.push(stream)
      return { stream, agent }
    },
    [Symbol.asyncDispose]: async () => {
      for (const stream of opened) stream.close()
      await chmod(root, 0o755)
      await rm(root, { recursive: true, force: true })
    },
  }
}

export function value<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

/** What stands for a full disk: a write beyond a few KiB fails, and does not end the writer. */
export function withFileLimit(shell: readonly string[]): readonly string[] {
  return ['dash', '-c', 'trap \'\' XFSZ; ulimit -f 16; exec "$@"', 'limit', ...shell]
}

/** Names that a shell, a `tar` or a list of lines might take for something else. */
export const awkwardNames: readonly string[] = [
  'plain.js',
  'two words',
  "it's",
  '"quoted"',
  '-rf',
  '--help',
  '$HOME `id`',
  'a\nb',
  '\nfirst',
  'last\n',
  '\\n\\',
  '*',
  '[a]',
  '.hidden',
  '..twice',
  '...',
  'ünïcode-日本',
  '\u0001\u007f',
  ' lead',
  'trail ',
  '%s%b',
  'tab\there',
  ...Array.from({ length: 64 }, (_, i) => String.fromCodePoint(0x80 + i, 0x141 + i)),
]
