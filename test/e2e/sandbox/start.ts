import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** What `XDG_STATE_HOME` has to be for the sandbox of this run. */
    readonly stateHome: string
  }
}

const repository = path.resolve(import.meta.dirname, '../../..')
const keeper = path.join(import.meta.dirname, 'keeper.ts')

/** Builds the binary, and starts the sandbox that all files share. It ends with this process, however that ends. */
export default async function start({ provide }: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [path.join(repository, 'build.ts')], { cwd: repository })
  // Ctrl-C is for the tests, which still need the cluster to clean up.
  const child = spawn(process.execPath, [keeper], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
  const ended = once(child, 'exit')
  const [stateHome] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  if (typeof stateHome !== 'string') throw new Error('the sandbox of the end-to-end tests did not start')
  provide('stateHome', stateHome)
  return async () => {
    child.stdin.end()
    const [code] = await ended
    if (code !== 0) throw new Error('the sandbox of the end-to-end tests did not end well')
  }
}
