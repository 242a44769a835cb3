import type { Completed, CompletedCommand, CompletedOption } from './describe.ts'
import { quoted } from './quoted.ts'

/** For `devloop completion fish | source`, or a file in fish's folder of completions. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  return `function __devloop_needs_command
  test (count (commandline -opc)) -eq 1
end
function __devloop_is
  set -l words (commandline -opc)
  test (count $words) -gt 1; and test $words[2] = $argv[1]
end
function __devloop_services
  set -l words (commandline -opc)
  devloop complete-services -- $words[2..-1] 2>/dev/null
end
complete -c devloop -f
complete -c devloop -n __devloop_needs_command -l help -d ${quoted('show all commands')}
complete -c devloop -n __devloop_needs_command -l version -d ${quoted('show the version')}
${commands.flatMap(commandLines).join('\n')}
`
}

function commandLines(command: CompletedCommand): readonly string[] {
  const { name, description, options, operands } = command
  const on = `complete -c devloop -n '__devloop_is ${name}'`
  return [
    `complete -c devloop -n __devloop_needs_command -a ${name} -d ${quoted(description)}`,
    ...options.map(option => `${on} ${optionFlags(option)} -d ${quoted(option.description)}`),
    ...(operands && operands.kind !== 'any' ? [`${on} ${source(operands)}`] : []),
  ]
}

function optionFlags({ short, long, value }: CompletedOption): string {
  return [
    ...(short === undefined ? [] : [`-s ${short}`]),
    `-l ${long}`,
    ...(value ? ['-r', source(value)] : []),
  ].join(' ')
}

function source(wanted: Completed): string {
  switch (wanted.kind) {
    case 'words':
      return `-f -a ${quoted(wanted.words.join(' '))}`
    case 'services':
      return `-f -a '(__devloop_services)'`
    case 'files':
      return '-F'
    case 'any':
      return '-f'
    default:
      return wanted satisfies never
  }
}
