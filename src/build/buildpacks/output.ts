import { statSync } from 'node:fs'
import path from 'node:path'
import type { Place } from '../../model/failure.ts'
import type { Phase } from './lifecycle-status.ts'

const headings: Readonly<Record<Phase, RegExp | undefined>> = {
  detecting: /^===> DETECT/,
  building: /^===> BUILD/,
  other: undefined,
}

/**
 * What the programs of the failed phase printed themselves: without the name of the phase in front of each line, which
 * stands there unless the builder is trusted, and without the errors in which the lifecycle and `pack` wrap one another.
 */
export function ownLines(output: readonly string[], phase: Phase): readonly string[] {
  const heading = headings[phase]
  const start = heading ? output.findLastIndex(line => heading.test(line)) + 1 : 0
  return output
    .slice(start)
    .map(line => line.replace(/^\[[a-z]+\] ?/, '').trimEnd())
    .filter(line => line !== '' && !/^ERROR: failed to (?:build|detect): /.test(line))
}

/** The first file of the application that a line names with the number of a line, as in `src/main.go:12:5: …`. */
export function placeIn(lines: readonly string[], context: string): Place | undefined {
  for (const line of lines) {
    for (const [, name = '', row, column] of line.matchAll(position)) {
      const file = path.resolve(context, name.replace(/^\/workspace\//, ''))
      if (!isFileBelow(file, context)) continue
      return { file, line: Number(row), ...(column !== undefined && { column: Number(column) }) }
    }
  }
  return undefined
}

/** `name:line` and `name:line:column`, or as Python and Ruby write it: `File "name", line 3`. */
const position = /(?:^|[\s("'])([\w@./-]+\.\w+)(?:["']?, line |:)(\d+)(?::(\d+))?/g

function isFileBelow(file: string, folder: string): boolean {
  if (!file.startsWith(`${folder}${path.sep}`)) return false
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false
}
