import { readdirSync, readlinkSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long the search may take, in milliseconds. */
const searchMs = 500
const listening = '0A'

/**
 * The process that listens on a local port, as `node server.js (pid 4711)`. Linux only, and only where the process
 * belongs to the same user: others do not show what they hold. Never fails; `undefined` where it is not found.
 */
export async function findPortHolder(port: number): Promise<string | undefined> {
  const deadline = Date.now() + searchMs
  const sockets = await listeningSockets(port)
  if (sockets.size === 0) return undefined
  const pids = (await readdir('/proc').catch(() => [])).filter(entry => /^\d+$/.test(entry)).map(Number)
  // Whoever holds a port that a project wants has mostly been started lately.
  for (const pid of pids.toSorted((one, other) => other - one).map(String)) {
    if (Date.now() > deadline) return undefined
    if (holdsAny(pid, sockets)) return describeProcess(pid)
    // Others go on in between.
    await nextTurn()
  }
  return undefined
}

/** As the links in `/proc/<pid>/fd` name them. */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readText))
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = tables
    .flatMap(table => table.split('\n').slice(1))
    .map(row => row.trim().split(/\s+/))
    .filter(([, local, , state]) => state === listening && local?.endsWith(`:${hexPort}`))
    .map(columns => `socket:[${columns[9]}]`)
  return new Set(inodes)
}

/** Without the thread pool: the kernel answers from memory, and the pool has files to read for builds just then. */
function holdsAny(pid: string, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`
  const descriptors = orElse(() => readdirSync(folder), [])
  return descriptors.some(fd => sockets.has(orElse(() => readlinkSync(`${folder}/${fd}`), '')))
}

/** A process may be another user's, end, or close a file at any time. */
function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

/** The program and, where it runs a script, the script: further arguments can be secrets. */
async function describeProcess(pid: string): Promise<string> {
  const [program = '', script = ''] = (await readText(`/proc/${pid}/cmdline`)).split('\0')
  const words = [basename(program), ...(/^[^-].*\.\w+$/.test(script) ? [basename(script)] : [])]
  return `${words.join(' ') || 'a process'} (pid ${pid})`
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
