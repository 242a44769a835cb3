import { fail, ok, type Result } from '../../model/result.ts'
import type { ProgramUser } from './program.ts'

/** The container's own `/etc/passwd` and `/etc/group`; empty where it has none. */
export interface UserFiles {
  readonly passwd: string
  readonly group: string
}

export interface WantedUser {
  /** Of the image: `name`, `name:group` or numbers. */
  readonly image: string | undefined
  /** Of the pod, in place of the image's. */
  readonly user: number | undefined
  readonly group: number | undefined
}

export interface ContainerUser extends ProgramUser {
  readonly home: string
}

/** Who a container's program runs as, by the rules of container engines; a name that the image lacks is a failure. */
export function resolveUser(
  { image = '', user: podUser, group: podGroup }: WantedUser,
  files: UserFiles,
): Result<ContainerUser> {
  const users = entriesOf(files.passwd)
  const groups = entriesOf(files.group)
  const [userName = '', groupName = ''] = podUser === undefined ? image.split(':') : [String(podUser)]
  const entry = users.find(({ name, id }) => name === userName || String(id) === (userName || '0'))
  const user = entry?.id ?? numberOf(userName)
  if (user === undefined) return fail(unknown('user', userName, '/etc/passwd'))
  const namedGroup = groups.find(({ name }) => name === groupName)?.id ?? numberOf(groupName)
  if (groupName !== '' && namedGroup === undefined) return fail(unknown('group', groupName, '/etc/group'))
  const group = podGroup ?? namedGroup ?? Number(entry?.fields[0] ?? 0)
  const memberOf = groups.filter(({ fields }) => entry && fields[0]?.split(',').includes(entry.name))
  return ok({
    user,
    group,
    // A group that is named takes the place of all that the user has.
    groups: groupName === '' && podGroup === undefined ? memberOf.map(({ id }) => id) : [group],
    home: entry?.fields[2] || '/',
  })
}

interface Entry {
  readonly name: string
  readonly id: number
  /** What follows the number. */
  readonly fields: readonly string[]
}

function entriesOf(text: string): readonly Entry[] {
  return text.split('\n').flatMap(line => {
    const [name, , id, ...fields] = line.split(':')
    return name && id ? [{ name, id: Number(id), fields }] : []
  })
}

function numberOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined
}

function unknown(kind: 'user' | 'group', name: string, file: string) {
  return {
    code: 'sandbox/container',
    message: `unable to find ${kind} ${name}: no matching entries in ${file}`,
  } as const
}
