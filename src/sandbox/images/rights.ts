import { readFileSync } from 'node:fs'
import { readIdMap } from '../runtime/id-map.ts'

/** An ordinary user's namespace may know one user only: all files are root's there. */
export function canChangeOwners(): boolean {
  return isRoot && !users.isSingle
}

/** Otherwise they belong to nobody, and in their folders nothing can be made. */
export function ownsHostFiles(): boolean {
  return isRoot && users.outside(0) === 0
}

const isRoot = process.getuid?.() === 0
const users = readIdMap(isRoot ? readFileSync('/proc/self/uid_map', 'utf8') : '')
