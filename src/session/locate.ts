import path from 'node:path'
import { findDevfile } from '../config/find.ts'
import { ok, type Result } from '../model/result.ts'

/** Finds the Devfile that the command line means, as an absolute path, without a look into it. */
export function locateDevfile({ file }: { readonly file?: string }): Result<string> {
  const found = findDevfile(process.cwd(), file)
  return found.ok ? ok(path.resolve(found.value)) : found
}
