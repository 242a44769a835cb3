import { expandWord } from './expand.ts'
import { type Instruction, readJsonForm } from './instructions.ts'
import { belowRoot } from './paths.ts'
import { findSource } from './read-copy.ts'
import { readCommandLine } from './shell.ts'
import type { Mount, Position, RunStep } from './stage.ts'

/** @param isPosixShell whether a command line is given to a shell that `/bin/sh` stands for. */
export function readRun(instruction: Instruction, position: Position, isPosixShell: boolean): RunStep {
  const { body, flags, line, text } = instruction
  const list = readJsonForm(body)
  const ofShell = isPosixShell ? readCommandLine(body) : undefined
  return {
    kind: 'run',
    line,
    text,
    commands: list ? [list] : ofShell,
    workdir: position.workdir,
    mounts: flags.flatMap(([name, value]) => (name === 'mount' ? readMount(value, position) : [])),
  }
}

/** A mount that shows files of the context or of a stage; a cache, a secret or memory shows none. */
function readMount(value: string, position: Position): readonly Mount[] {
  const options = new Map(
    value.split(',').map(option => {
      const [name = '', ...rest] = option.split('=')
      return [name, rest.join('=')] as const
    }),
  )
  const type = options.get('type') ?? 'bind'
  const reference = options.get('from')
  if (type !== 'bind' && reference === undefined) return []
  const from = reference === undefined ? { kind: 'context' as const } : findSource(reference, position)
  const source = expandWord(
    options.get('source') ?? options.get('src') ?? '',
    position.lookup,
    position.escapeCharacter,
  )
  // Where the source is not known, it may be everything.
  return [{ from, source: belowRoot(source ?? '') }]
}
