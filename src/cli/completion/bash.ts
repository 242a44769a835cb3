import type { Completed, CompletedCommand, CompletedOption } from './describe.ts'

/** For `eval "$(devloop completion bash)"`, or a file that bash-completion loads. Bash 3.2, as macOS has it, will do. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `_devloop() {
  local word=\${COMP_WORDS[COMP_CWORD]} last=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words= index
  COMPREPLY=()
  # The equals sign of --option=value is a word to bash.
  if [[ $word == '=' ]]; then
    word=
  elif [[ $last == '=' ]]; then
    last=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((index = 2; index < COMP_CWORD; index++)); do
    # What stands behind it is not devloop's: files, by -o default.
    [[ \${COMP_WORDS[index]} == -- ]] && return
  done
  if ((COMP_CWORD == 1)); then
    words='${commands.map(({ name }) => name).join(' ')}'
    [[ $word == -* ]] && words='--help --version'
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
  fi
  case "$command $last" in
${commands.flatMap(command => command.options.flatMap(option => optionCase(command, option))).join('\n')}
  esac
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
_devloop_services() {
  devloop complete-services -- "\${COMP_WORDS[@]:1}" 2>/dev/null
}
_devloop_no_files() {
  compopt +o default 2>/dev/null
}
complete -o default -F _devloop devloop
`
}

function optionCase({ name }: CompletedCommand, { short, long, value }: CompletedOption): readonly string[] {
  if (!value) return []
  const flags = [`'${name} --${long}'`, ...(short === undefined ? [] : [`'${name} -${short}'`])]
  return [`    ${flags.join(' | ')}) ${reply(value)}; return ;;`]
}

/** Options where one is begun, or where there is nothing else. */
function commandCase({ name, options, operands }: CompletedCommand): string {
  const flags = options.map(({ long }) => `--${long}`).join(' ')
  const all = reply({ kind: 'words', words: [flags] })
  if (!operands) return `    ${name}) ${all} ;;`
  return `    ${name}) if [[ $word == -* ]]; then ${all}; else ${reply(operands)}; fi ;;`
}

function reply(wanted: Completed): string {
  switch (wanted.kind) {
    case 'words':
      return `COMPREPLY=($(compgen -W '${wanted.words.join(' ')}' -- "$word"))`
    case 'services':
      return '_devloop_no_files; COMPREPLY=($(compgen -W "$(_devloop_services)" -- "$word"))'
    case 'files':
      // Nothing: then readline completes files, whatever their names.
      return ':'
    case 'any':
      return '_devloop_no_files'
    default:
      return wanted satisfies never
  }
}
