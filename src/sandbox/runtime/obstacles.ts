import { readFileSync } from 'node:fs'
import type { Failure } from '../../model/failure.ts'

/** Settings of the kernel that forbid user namespaces: where they are, what says no, and what allows them. */
const settings = [
  {
    file: '/proc/sys/kernel/unprivileged_userns_clone',
    forbids: '0',
    why: 'kernel.unprivileged_userns_clone is 0: this machine lets only root make user namespaces',
    cure: 'sudo sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    file: '/proc/sys/user/max_user_namespaces',
    forbids: '0',
    why: 'user.max_user_namespaces is 0: this machine allows no user namespaces',
    cure: 'sudo sysctl -w user.max_user_namespaces=10000',
  },
  {
    file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    forbids: '1',
    why: 'kernel.apparmor_restrict_unprivileged_userns is 1: AppArmor takes the rights of user namespaces away',
    cure: 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  },
] as const

/** Fedora has Perl's modules in packages of their own. */
const packages = {
  unshare: { Debian: 'util-linux', Fedora: 'util-linux-core', Alpine: 'util-linux-misc' },
  perl: {
    Debian: 'perl-base',
    Fedora: 'perl-interpreter perl-POSIX perl-Socket perl-Fcntl perl-Errno',
    Alpine: 'perl',
  },
} as const

export interface MachineFacts {
  readonly isRoot: boolean
  /** The text of a file of `/proc`; undefined where there is none. */
  read(file: string): string | undefined
}

/**
 * Why the sandbox's first process could not start, from what it said and what the machine says.
 *
 * @param output its last lines, oldest first
 */
export function describeObstacle(output: readonly string[], machine = thisMachine()): Failure {
  const said = output.join('\n')
  const missing = missingTool(said)
  if (missing) return missing
  const isForbidden = /Operation not permitted|Permission denied|No space left on device/.test(said)
  return {
    code: 'sandbox/forbidden',
    message: 'the sandbox cannot start: its namespaces were refused',
    ...(output.length > 0 && { why: output.at(-1) ?? '', output: output.slice(-20) }),
    ...(isForbidden && refusal(said, machine)),
  }
}

function missingTool(said: string): Failure | undefined {
  const missing = /(?:failed to execute|spawn) (unshare|perl)\b/.exec(said)?.[1]
  const module = /Can't locate (\w+)\.pm/.exec(said)?.[1]
  if (missing === 'unshare') return noTool('unshare', 'the command unshare, which is not there')
  // BusyBox has an unshare of its own.
  if (/unrecognized option/.test(said))
    return noTool('unshare', 'the unshare of util-linux, and this is another one')
  if (missing === 'perl') return noTool('perl', 'the command perl, which is not there')
  return module === undefined ? undefined : noTool('perl', `Perl's module ${module}, which is not there`)
}

function noTool(tool: keyof typeof packages, needed: string): Failure {
  const { Debian, Fedora, Alpine } = packages[tool]
  return {
    code: 'sandbox/no-tool',
    message: `the sandbox needs ${needed}`,
    cure: `Install it: apt-get install ${Debian}, or dnf install ${Fedora}, or apk add ${Alpine}.`,
    tool,
  }
}

function refusal(said: string, { isRoot, read }: MachineFacts): Pick<Failure, 'why' | 'cure'> {
  // A file system of processes of one's own can be mounted only where nothing is hidden of the one that is there.
  if (said.includes('mount /proc failed'))
    return {
      why: 'this is a container, which hides parts of /proc',
      cure: 'Start the container with --privileged, and devloop as its root.',
    }
  const setting = isRoot ? undefined : settings.find(({ file, forbids }) => read(file)?.trim() === forbids)
  if (setting) return { why: setting.why, cure: `${setting.cure}, or start devloop as root.` }
  if (/^Seccomp:\s*2$/m.test(read('/proc/self/status') ?? ''))
    return {
      why: 'this is a container, whose seccomp profile forbids namespaces',
      cure: 'Start the container with --privileged, or with --security-opt seccomp=unconfined --cap-add SYS_ADMIN --cap-add NET_ADMIN.',
    }
  return isRoot
    ? {
        cure: 'This root has no CAP_SYS_ADMIN. Start devloop where it has (a container: with --privileged), or as another user.',
      }
    : { cure: 'Start devloop as root, or ask who keeps this machine to allow user namespaces.' }
}

function thisMachine(): MachineFacts {
  return {
    isRoot: process.getuid?.() === 0,
    read(file) {
      try {
        return readFileSync(file, 'utf8')
      } catch {
        return undefined
      }
    },
  }
}
