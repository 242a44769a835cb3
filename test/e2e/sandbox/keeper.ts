// Starts a sandbox in a state folder of its own, says where, and ends it with its input: so it also ends when whoever asked was
// killed.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { removalCommand } from '../../../src/sandbox/runtime/init-command.ts'

const bin = path.resolve(import.meta.dirname, '../../../bin/devloop')
const stateHome = mkdtempSync(path.join(tmpdir(), 'devloop-e2e-state-'))

run(process.execPath, bin, 'sandbox', 'up')
process.stdout.write(`${stateHome}\n`)
process.stdin.resume()
await once(process.stdin, 'end')
run(process.execPath, bin, 'sandbox', 'down')
run(...removalCommand(stateHome))

function run(command: string, ...args: readonly string[]): void {
  const env = { ...process.env, XDG_STATE_HOME: stateHome }
  execFileSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
}
