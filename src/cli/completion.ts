import type { Command } from 'commander'

export type Shell = 'bash' | 'zsh' | 'fish'

/** Prints a script that completes commands, options and the names of services. Gives the exit code. */
export async function completion(shell: Shell, program: Command): Promise<number> {
  const commands = describeCommands(program)
  process.stdout.write({ bash, zsh, fish }[shell](commands))
  return 0
}

interface Completed {
  readonly name: string
  readonly description: string
  readonly options: readonly {
    readonly long: string
    readonly description: string
    readonly takesValue: boolean
    readonly choices: readonly string[]
  }[]
  readonly takesServices: boolean
  readonly choices: readonly string[]
}

/** What the program itself says of its commands: nothing is written down twice. */
function describeCommands(program: Command): readonly Completed[] {
  const visible = program.createHelp().visibleCommands(program)
  return visible
    .filter(command => command.name() !== 'help')
    .map(command => ({
      name: command.name(),
      description: command.description(),
      options: command.options.map(({ long, description, required, argChoices }) => ({
        long: long ?? '',
        description,
        takesValue: required,
        choices: argChoices ?? [],
      })),
      takesServices: command.registeredArguments.some(argument => argument.name() === 'service'),
      choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    }))
}

function bash(commands: readonly Completed[]): string {
  const words = ({ options, choices, takesServices }: Completed) => {
    const fixed = [...options.map(({ long }) => long), ...choices].join(' ')
    return takesServices ? `${fixed} $(devloop complete-services 2>/dev/null)` : fixed
  }
  const values = uniqueValues(commands)
  return `_devloop() {
  local word=\${COMP_WORDS[COMP_CWORD]} last=\${COMP_WORDS[COMP_CWORD-1]} words
  case $last in
${values.map(({ long, choices }) => `    ${long}) ${choices.length > 0 ? `COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$word"))` : 'COMPREPLY=($(compgen -f -- "$word"))'}; return ;;`).join('\n')}
  esac
  if ((COMP_CWORD == 1)); then
    words="${commands.map(({ name }) => name).join(' ')}"
  else
    case \${COMP_WORDS[1]} in
${commands.map(command => `      ${command.name}) words="${words(command)}" ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _devloop devloop
`
}

function zsh(commands: readonly Completed[]): string {
  const specs = ({ options, choices, takesServices }: Completed) => [
    ...options.map(({ long, description, takesValue, choices: values }) => {
      const value = takesValue ? `:value:${values.length > 0 ? `(${values.join(' ')})` : '_files'}` : ''
      return quote(`${long}[${description.replaceAll(/[[\]:]/g, ' ')}]${value}`)
    }),
    ...(takesServices ? [`'*:service:($(devloop complete-services 2>/dev/null))'`] : []),
    ...(choices.length > 0 ? [`'1:value:(${choices.join(' ')})'`] : []),
    ...(!takesServices && choices.length === 0 ? [`'*:file:_files'`] : []),
  ]
  return `#compdef devloop
_devloop() {
  if ((CURRENT == 2)); then
    local -a commands=(
${commands.map(({ name, description }) => `      ${quote(`${name}:${description.replaceAll(':', ' ')}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${commands.map(command => `    ${command.name}) _arguments ${specs(command).join(' ')} ;;`).join('\n')}
  esac
}
compdef _devloop devloop
`
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, description, options, takesServices, choices }) => {
    const on = `-n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c devloop -n __fish_use_subcommand -f -a ${name} -d ${quote(description)}`,
      ...options.map(option => {
        const value = option.choices.length > 0 ? ` -x -a ${quote(option.choices.join(' '))}` : ' -r'
        return `complete -c devloop ${on} -l ${option.long.slice(2)}${option.takesValue ? value : ''} -d ${quote(option.description)}`
      }),
      ...(takesServices ? [`complete -c devloop ${on} -f -a '(devloop complete-services 2>/dev/null)'`] : []),
      ...(choices.length > 0 ? [`complete -c devloop ${on} -f -a ${quote(choices.join(' '))}`] : []),
    ]
  })
  return `${lines.join('\n')}\n`
}

/** The options that take a value, of all commands. */
function uniqueValues(commands: readonly Completed[]) {
  const options = commands.flatMap(command => command.options).filter(({ takesValue }) => takesValue)
  return [...new Map(options.map(option => [option.long, option])).values()]
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
