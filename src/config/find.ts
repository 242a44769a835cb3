import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fail, ok, type Result } from '../model/result.ts'
import { nearest } from '../util/nearest.ts'

/** The first of them in a folder is its Devfile. */
const names = ['Devfile.ts', 'Devfile.mts', 'Devfile.js', 'Devfile.mjs']

/**
 * Finds the Devfile, as an absolute path.
 *
 * @param start the folder to look in, and then in those above it; the nearest Devfile is taken.
 * @param given a file, or a folder with a Devfile, relative to `start`: then nowhere else is looked.
 */
export function findDevfile(start: string, given?: string): Result<string> {
  if (given !== undefined) return findGiven(path.resolve(start, given))
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    const found = devfileIn(folder)
    if (found !== undefined) return ok(found)
    if (folder === path.dirname(folder)) break
  }
  const similar = similarIn(start, 'Devfile.ts')
  return fail({
    code: 'config/not-found',
    message: 'There is no Devfile.ts here, nor in a folder above.',
    at: { file: path.resolve(start) },
    cure:
      similar === undefined
        ? "Write a Devfile.ts, with devloop init or by hand: import { defineDevfile } from 'devloop'; export default defineDevfile({})"
        : `Rename ${similar} to Devfile.ts, or name it with --file.`,
  })
}

function findGiven(file: string): Result<string> {
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false
  const found = isFolder ? devfileIn(file) : existsSync(file) ? file : undefined
  if (found !== undefined) return ok(found)
  if (isFolder) {
    return fail({
      code: 'config/not-found',
      message: `There is no ${names.join(', ')} in this folder.`,
      at: { file },
      cure: 'Name the file itself, or the folder that it is in, with --file.',
    })
  }
  const similar = similarIn(path.dirname(file), path.basename(file))
  return fail({
    code: 'config/not-found',
    message: 'There is no such file.',
    at: { file },
    cure: similar === undefined ? 'Correct the path given with --file.' : `Did you mean ${similar}?`,
  })
}

function devfileIn(folder: string): string | undefined {
  return names
    .map(name => path.join(folder, name))
    .find(file => statSync(file, { throwIfNoEntry: false })?.isFile())
}

function similarIn(folder: string, name: string): string | undefined {
  return existsSync(folder) ? nearest(name, readdirSync(folder)) : undefined
}
