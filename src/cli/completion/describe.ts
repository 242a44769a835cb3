import type { Command, Option } from 'commander'

/** A command as far as it can be completed. */
export interface CompletedCommand {
  readonly name: string
  readonly description: string
  readonly options: readonly CompletedOption[]
  /** What stands behind it, besides options; absent where nothing does. */
  readonly operands?: Completed
}

export interface CompletedOption {
  /** Without its dash. */
  readonly short?: string
  /** Without its dashes. */
  readonly long: string
  readonly description: string
  /** What it takes; absent where it takes nothing. */
  readonly value?: Completed
}

/** `any`: of what is wanted nothing is known. */
export type Completed =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'services' }
  | { readonly kind: 'files' }
  | { readonly kind: 'any' }

/** What the program itself says of its commands: nothing is written down twice. */
export function describeCommands(program: Command): readonly CompletedCommand[] {
  const visible = program.createHelp().visibleCommands(program)
  return visible
    .filter(command => command.name() !== 'help')
    .map(command => {
      const operands = operandsOf(command)
      return {
        name: command.name(),
        description: command.description(),
        options: [...command.options.map(describeOption), help],
        ...(operands && { operands }),
      }
    })
}

const help: CompletedOption = { short: 'h', long: 'help', description: 'show what the command takes' }

function describeOption(option: Option): CompletedOption {
  const { short, long = '', description, required, argChoices } = option
  return {
    ...(short !== undefined && { short: short.slice(1) }),
    long: long.slice(2),
    description,
    ...(required && { value: takenValue(option.flags, argChoices) }),
  }
}

function takenValue(flags: string, choices: readonly string[] | undefined): Completed {
  if (choices) return { kind: 'words', words: choices }
  return { kind: flags.includes('<path>') ? 'files' : 'any' }
}

/** Commands have operands of one kind; those behind `--` are words of something else. */
function operandsOf({ registeredArguments }: Command): Completed | undefined {
  const [first] = registeredArguments
  if (!first) return undefined
  if (first.argChoices) return { kind: 'words', words: first.argChoices }
  return { kind: first.name() === 'service' ? 'services' : 'files' }
}
