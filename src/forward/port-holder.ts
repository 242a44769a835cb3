import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

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
    if (await holdsAny(pid, sockets)) return describeProcess(pid)
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

async function holdsAny(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const descriptors = await readdir(folder).catch(() => [])
  const links = await Promise.all(descriptors.map(fd => readlink(`${folder}/${fd}`).catch(() => '')))
  return links.some(link => sockets.has(link))
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
