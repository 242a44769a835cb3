import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { initProgram } from './init/program.ts'
import { clusterNetwork } from './network.ts'

/**
 * The command that starts the sandbox's first process in namespaces of its own. It ends when the command does.
 *
 * @param run a folder for this process alone, absolute; it is made, and what another one left there goes
 * @param server a command that is to run in the pods' network, with the control socket; without one the caller holds that, as
 *   the command's fourth file
 */
export function initCommand(run: string, server: readonly string[] = []): readonly [string, ...string[]] {
  const { bridge, node, pods, services } = clusterNetwork
  const program = path.join(run, 'init.pl')
  mkdirSync(run, { recursive: true, mode: 0o700 })
  writeFileSync(program, initProgram)
  return [
    'unshare',
    ...userNamespace(),
    ...['--mount', '--propagation', 'slave', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ...['perl', program, run, bridge, node, String(pods.prefix), services.network, String(services.prefix)],
    ...server,
  ]
}

/** The command that removes a run folder: in it may be files of users whom only the namespace has. */
export function removalCommand(run: string): readonly [string, ...string[]] {
  const namespace = userNamespace()
  return namespace.length === 0 ? ['rm', '-rf', run] : ['unshare', ...namespace, 'rm', '-rf', run]
}

/** Root needs none. Others are root in theirs, and have more users than that one where the machine lets them. */
function userNamespace(): readonly string[] {
  if (process.getuid?.() === 0) return []
  return hasSubordinateIds() ? ['--map-root-user', '--map-auto'] : ['--map-root-user']
}

function hasSubordinateIds(): boolean {
  const { username, uid } = userInfo()
  return (
    ['newuidmap', 'newgidmap'].every(isOnPath) &&
    ['/etc/subuid', '/etc/subgid'].every(file => {
      const owners = readText(file)
        .split('\n')
        .map(line => line.split(':')[0])
      return owners.includes(username) || owners.includes(String(uid))
    })
  )
}

function isOnPath(command: string): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return folders.some(folder => readText(path.join(folder, command)) !== '')
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
