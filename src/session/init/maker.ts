import path from 'node:path'
import type { Recipe } from './draft.ts'

/** Something in the project that makes an image. */
export interface Maker {
  /** What tells so, relative to the root. */
  readonly file: string
  /** What is made into the image, relative to the root; `.` is the root. */
  readonly folder: string
  /** What the image may be called, the likeliest first. */
  readonly names: readonly string[]
  readonly recipe: Recipe
  /** What only the user can tell, in a sentence. */
  readonly doubt?: string
}

/** Names of folders that say nothing of what is in them. */
const plainFolders = /^(?:docker|build|src|source|app|image|images|container|package|deploy|deployment)$/

/** What the image of a folder may be called: as the folder, or as the one above where that says nothing. */
export function namesOf(root: string, folder: string): readonly string[] {
  const names = [path.basename(root), ...folder.split('/').filter(name => name !== '.')].reverse()
  const own = names.findIndex(name => !plainFolders.test(name))
  return names.slice(0, own + 1)
}
