import { readFileSync } from 'node:fs'
import type { LayeredView } from '../layered-view.ts'
import type { Owner } from './copy.ts'

/** Who runs a command, or owns a file. */
export interface User extends Owner {
  readonly home: string
}

/**
 * Whom `USER` and `--chown` mean: names by the image's own `/etc/passwd` and `/etc/group`, or numbers.
 *
 * @param written `node`, `1000`, `node:staff`, `1000:1000`.
 * @returns the name that the image does not know, where there is one.
 */
export function findUser(written: string, image: LayeredView): User | { readonly unknown: string } {
  const [name = '', groupName] = written.split(':')
  const line = linesOf('/etc/passwd', image).find(fields => fields[0] === name || fields[2] === name)
  if (!line && !isNumber(name)) return { unknown: `the user ${name}` }
  const user = Number(line?.[2] ?? name)
  const home = line?.[5] || '/'
  if (groupName === undefined) return { user, group: Number(line?.[3] ?? 0), home }
  const group = linesOf('/etc/group', image).find(fields => fields[0] === groupName)
  if (!group && !isNumber(groupName)) return { unknown: `the group ${groupName}` }
  return { user, group: Number(group?.[2] ?? groupName), home }
}

function linesOf(file: string, image: LayeredView): readonly (readonly string[])[] {
  const entry = image.find(file)
  if (!entry?.stats.isFile()) return []
  return readFileSync(entry.file, 'utf8')
    .split('\n')
    .map(line => line.split(':'))
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text)
}
