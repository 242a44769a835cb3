import type { Command } from 'commander'
import { bashScript } from './completion/bash.ts'
import { describeCommands } from './completion/describe.ts'
import { fishScript } from './completion/fish.ts'
import { zshScript } from './completion/zsh.ts'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }

export type Shell = keyof typeof scripts

/** Prints a script that completes commands, options, their values and the names of services. Gives the exit code. */
export async function completion(shell: Shell, program: Command): Promise<number> {
  process.stdout.write(scripts[shell](describeCommands(program)))
  return 0
}
