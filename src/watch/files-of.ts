import { join } from 'node:path'
import type { InputSet } from '../model/files.ts'
import { look } from './disk.ts'
import { isEntry } from './entry.ts'
import { createMembership } from './membership.ts'
import { walk } from './walk.ts'

/** The absolute paths of all files that an input is made from now; what cannot be read is left out. */
export async function filesOf(input: InputSet): Promise<readonly string[]> {
  const membership = createMembership([input])
  const files: string[] = []
  for (const root of membership.outermostRoots) {
    const found = look(root)
    if (isEntry(found)) files.push(root)
    if (found.kind !== 'folder') continue
    for await (const { folder, files: names } of walk(root, membership, () => {})) {
      for (const name of names) files.push(join(folder, name))
    }
  }
  return files
}
