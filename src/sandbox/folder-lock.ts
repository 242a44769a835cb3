import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { fail, ok, type Result } from '../model/result.ts'

/**
 * Listens at a name of the kernel's that stands for the folder: one process can, and the name is free again when the last of
 * those that have it open has ended, however that was.
 */
export async function claimFolder(stateFolder: string): Promise<Result<Server>> {
  const lock = createServer()
  return new Promise((resolve, reject) => {
    lock.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      resolve(
        fail({
          code: 'sandbox/running',
          message: 'a sandbox is running already, or is just being started',
          at: { file: stateFolder },
          cure: 'See it with `devloop sandbox status`, or end it with `devloop sandbox down`.',
        }),
      )
    })
    lock.listen(`\0${lockName(stateFolder)}`, () => resolve(ok(lock)))
  })
}

/**
 * The processes of a sandbox that hold the folder: whoever starts it does too, but not in a process namespace of its own. They
 * are known where the run file is not there, since it was removed or never written.
 */
export function sandboxHolders(stateFolder: string): readonly number[] {
  const sockets = new Set(
    readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .map(line => line.split(' '))
      .filter(fields => fields.at(-1) === `@${lockName(stateFolder)}`)
      .map(fields => `socket:[${fields.at(-2)}]`),
  )
  const namespace = readlinkSync('/proc/self/ns/pid')
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(
      pid =>
        linksIn(`/proc/${pid}/fd`).some(target => sockets.has(target)) &&
        !linksIn(`/proc/${pid}/ns`).includes(namespace),
    )
    .map(Number)
}

function lockName(stateFolder: string): string {
  const digest = createHash('sha256').update(realpathSync(stateFolder)).digest('hex')
  return `devloop-sandbox-${digest.slice(0, 32)}`
}

/** Where the links of a folder lead; none where it has gone or is another user's. */
function linksIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).flatMap(name => targetOf(`${folder}/${name}`))
  } catch {
    return []
  }
}

function targetOf(link: string): readonly string[] {
  try {
    return [readlinkSync(link)]
  } catch {
    return []
  }
}
