import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Declaration, readDeclarations } from './declarations.ts'
import { referencePage } from './page.ts'

const src = path.join(import.meta.dirname, '../..')

export const referenceFile = path.join(src, '../docs/devfile-reference.md')

/** The text of docs/devfile-reference.md, from the sources. */
export function makeReference(): string {
  const builder = [...read('build/builder.ts'), ...read('model/result.ts'), ...read('model/failure.ts')]
  return referencePage(read('config/input.ts'), builder.filter(isForBuilders))
}

function read(file: string): readonly Declaration[] {
  return readDeclarations(file, readFileSync(path.join(src, file), 'utf8'))
}

/** The codes of failures have a page of their own. */
function isForBuilders({ name }: Declaration): boolean {
  return name !== 'FailureCode'
}
