import { readFile } from 'node:fs/promises'

/** The text of a file; undefined where it cannot be read, for whatever reason. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
