import { stat } from 'node:fs/promises'
import { parse } from 'yaml'
import { readIfThere } from '../../util/files.ts'
import { isRecord } from '../../util/is-record.ts'

/** Bytes: nobody writes a longer one by hand. */
const maxBytes = 1_000_000

/** The text of a file that a person may have written; undefined of one that is too long, or cannot be read. */
export async function readWritten(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined)
  return found && found.size <= maxBytes ? readIfThere(file) : undefined
}

/** Reads a YAML document that should be a map; undefined where it is none, or broken. */
export async function readYamlMap(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readWritten(file)
  if (text === undefined) return undefined
  try {
    const value: unknown = parse(text, { merge: true, maxAliasCount: 1_000, logLevel: 'silent' })
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The texts of a list; nothing of what is no list, or no text. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : []
}
