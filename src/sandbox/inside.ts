import { Socket } from 'node:net'
import type { Failure } from '../model/failure.ts'
import { type LaunchMessage, launchSchema, launchVariable } from './launch-message.ts'
import { connectToInit, type InitClient } from './runtime/init-client.ts'

/** The sandbox's server as `launch` has started it. */
export interface Inside {
  readonly init: InitClient
  /** The file descriptors of the launcher's servers, in its order: for `server.listen({ fd })`. */
  readonly listeners: readonly number[]
  /** Tells the launcher that clients are served. */
  ready(): void
  /** Tells the launcher why the server gives up, and ends this process. */
  refuse(failure: Failure): void
}

/** Undefined in a process that `launch` has not started. */
export async function enterSandbox(env: NodeJS.ProcessEnv): Promise<Inside | undefined> {
  const { [launchVariable]: launch, DEVLOOP_SANDBOX_CONTROL: control } = env
  if (launch === undefined || control === undefined) return undefined
  const { run, ready, listeners } = launchSchema.parse(JSON.parse(launch))
  const launcher = new Socket({ fd: ready, readable: false, writable: true })
  // The launcher may have ended: nobody needs to be told, then.
  launcher.on('error', () => launcher.destroy())
  const tell = (message: LaunchMessage) => void launcher.write(`${JSON.stringify(message)}\n`)
  tell({ status: 'inside' })
  const init = await connectToInit({
    control: new Socket({ fd: Number(control), readable: true, writable: true }),
    run,
    isInside: true,
  })
  return {
    init,
    listeners,
    ready() {
      tell({ status: 'ready' })
      launcher.end()
    },
    refuse(failure) {
      tell({ status: 'failed', failure })
      launcher.end(() => process.exit(1))
    },
  }
}
