import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Argument, Command, Option } from 'commander'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { completion, type Shell } from '../../src/cli/completion.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-completion-'))
  writeFileSync(
    path.join(folder, 'devloop'),
    '#!/bin/sh\n[ "$1" = complete-services ] && printf "web\\ncart\\n"\n',
  )
  chmodSync(path.join(folder, 'devloop'), 0o755)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const program = new Command('devloop')
program
  .command('up')
  .description("start: it's quick")
  .option('--context <name>', 'the kubeconfig’s context [c]')
program
  .command('wait')
  .description('wait')
  .argument('[service...]')
  .addOption(new Option('--for <state>', 'state').choices(['live', 'ready']))
program.command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
program.command('complete-services', { hidden: true })

async function script(shell: Shell): Promise<string> {
  let printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text
    return true
  })
  await completion(shell, program)
  vi.mocked(process.stdout.write).mockRestore()
  return printed
}

test.each([
  ['w', 'wait'],
  ['', 'up wait completion'],
  ['wait --', '--for'],
  ['wait --for ', 'live ready'],
  ['wait c', 'cart'],
  ['wait web ', '--for web cart'],
  ['completion b', 'bash'],
])('bash completes `devloop %s`', async (line, words) => {
  const typed = `devloop ${line}`.split(' ')
  const ask = `${await script('bash')}
COMP_WORDS=(${typed.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length - 1}; _devloop; echo "\${COMPREPLY[*]}"`
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
  expect(execFileSync('bash', ['-c', ask], { encoding: 'utf8', env }).trim()).toBe(words)
})

test('fish and zsh are told the same commands, options and services', async () => {
  const fish = await script('fish')
  expect(fish).toContain(`-f -a up -d 'start: it'\\''s quick'`)
  expect(fish).toContain(`'__fish_seen_subcommand_from wait' -l for -x -a 'live ready' -d 'state'`)
  expect(fish).toContain(`'__fish_seen_subcommand_from wait' -f -a '(devloop complete-services 2>/dev/null)'`)
  const zsh = await script('zsh')
  expect(zsh).toContain(`'up:start  it'\\''s quick'`)
  expect(zsh).toContain(`wait) _arguments '--for[state]:value:(live ready)'`)
  expect(zsh).toContain('devloop complete-services')
  expect(`${fish}${zsh}`).not.toMatch(/-a complete-services|'complete-services/)
})
