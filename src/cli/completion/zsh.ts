import type { Completed, CompletedCommand, CompletedOption } from './describe.ts'
import { quoted } from './quoted.ts'

/** For a file `_devloop` in a folder of `fpath`, or `eval "$(devloop completion zsh)"` behind `compinit`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef devloop
_devloop() {
  if ((CURRENT == 2)); then
    local -a commands
    commands=(
${commands.map(({ name, description }) => `      ${quoted(`${name}:${description}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
_devloop_services() {
  local -a services
  services=(\${(f)"$(devloop complete-services -- "\${words[@]}" 2>/dev/null)"})
  _describe service services
}
if [[ $funcstack[1] == _devloop ]]; then
  _devloop "$@"
else
  compdef _devloop devloop
fi
`
}

function commandCase({ name, options, operands }: CompletedCommand): string {
  const specs = [
    ...options.map(optionSpec),
    ...(operands
      ? [quoted(`*:${operands.kind === 'services' ? 'service' : 'operand'}:${action(operands)}`)]
      : []),
  ]
  return `    ${name}) _arguments -S ${specs.join(' ')} ;;`
}

function optionSpec({ short, long, description, value }: CompletedOption): string {
  const explained = `[${description.replaceAll(/[[\]]/g, '\\$&')}]${value ? `:${long}:${action(value)}` : ''}`
  const flag = `--${long}${value ? '=' : ''}`
  if (short === undefined) return quoted(`${flag}${explained}`)
  return `'(-${short} --${long})'{-${short}${value ? '+' : ''},${flag}}${quoted(explained)}`
}

function action(wanted: Completed): string {
  switch (wanted.kind) {
    case 'words':
      return `(${wanted.words.join(' ')})`
    case 'services':
      return '_devloop_services'
    case 'files':
      return '_files'
    case 'any':
      return ' '
    default:
      return wanted satisfies never
  }
}
