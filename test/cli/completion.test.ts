import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Argument, Command, Option } from 'commander'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { completion, type Shell } from '../../src/cli/completion.ts'
import { exec } from '../../src/util/exec.ts'
import { openPty, type Pty } from '../e2e/pty.ts'

const { signal } = new AbortController()

const program = new Command('devloop')
program
  .command('up')
  .description("start: it's [quick]")
  .option('--context <name>', 'the kubeconfig’s context [c]')
  .option('-f, --file <path>', "the Devfile: it's there")
  .addOption(new Option('-o, --output <format>', 'how').choices(['plain', 'json']))
program
  .command('wait')
  .description('wait')
  .argument('[service...]')
  .addOption(new Option('--for <state>', 'state').choices(['live', 'ready']))
program.command('logs').description('what they say').argument('[service...]').option('-f, --follow', 'go on')
program.command('why').description('reasons').argument('<file>')
program.command('pause').description('collect changes')
program
  .command('completion')
  .description('shells')
  .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
program.command('complete-services', { hidden: true })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-completion-'))
  writeFileSync(
    path.join(folder, 'devloop'),
    `#!/bin/sh\n[ "$1" = complete-services ] && echo "$*" >>${folder}/asked && printf "web\\ncart\\n"\n`,
  )
  chmodSync(path.join(folder, 'devloop'), 0o755)
  writeFileSync(path.join(folder, 'a file.ts'), '')
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** What is typed behind `devloop `, and what a shell offers for it. */
const offers: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ['w', ['wait', 'why']],
  ['log', ['logs']],
  ['', ['completion', 'logs', 'pause', 'up', 'wait', 'why']],
  ['logs ', ['cart', 'web']],
  ['logs --follow w', ['web']],
  ['wait c', ['cart']],
  ['wait --for ', ['live', 'ready']],
  ['wait --for=r', ['ready']],
  ['up --output ', ['json', 'plain']],
  ['up -o j', ['json']],
  ['up --o', ['--output']],
  ['up --c', ['--context']],
  ['up --file ', ['a file.ts']],
  ['up --context ', []],
  ['why a', ['a file.ts']],
  ['completion b', ['bash']],
]

describe.runIf(await isThere('bash'))('bash', () => {
  test.each(offers)('completes `devloop %s`', async (typed, offered) => {
    // As readline does it: words at blanks and =, and files where there is nothing and -o default is on.
    const script = `${readFileSync(await scriptFile('bash'), 'utf8')}
compopt() { files=; }
files=yes
COMP_WORDS=(${wordsOf(typed)}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_devloop
((\${#COMPREPLY[@]} == 0)) && [[ $files ]] && { mapfile -t COMPREPLY < <(compgen -f -X '!*.ts' -- "\${COMP_WORDS[COMP_CWORD]}"); }
((\${#COMPREPLY[@]})) && printf '%s\\n' "\${COMPREPLY[@]}"; true`
    expect((await run('bash', ['-c', script])).toSorted()).toEqual(offered)
  })

  test('at a prompt: commands, services and formats, with Tab', async () => {
    await using shell = openShell('bash', ['--norc', '--noprofile', '-i'])
    shell.type(`bind 'set show-all-if-ambiguous on'; source ${await scriptFile('bash')}; echo re''ady\r`)
    await tryTab(shell)
  }, 60_000)
})

describe.runIf(await isThere('fish'))('fish', () => {
  test.each(offers)('completes `devloop %s`', async (typed, offered) => {
    const file = await scriptFile('fish')
    const said = await run('fish', [
      '--no-config',
      '-c',
      `source ${file}; complete -C ${quote(`devloop ${typed}`)}`,
    ])
    const words = said.map(line => line.split('\t')[0]?.replace(/^--\w+=/, '') ?? '')
    // Its own files are in the folder, too, and so are short options.
    const wanted = words.filter(word => !/^(?:asked|devloop|script|\.|-\w$)/.test(word))
    expect(wanted.map(word => word.replaceAll('\\', '')).toSorted()).toEqual(offered)
  })

  test('says what commands and options are for', async () => {
    const file = await scriptFile('fish')
    const said = await run('fish', ['--no-config', '-c', `source ${file}; complete -C 'devloop u'`])
    expect(said).toContain("up\tstart: it's [quick]")
  })
})

describe.runIf(await isThere('zsh'))('zsh', () => {
  test('at a prompt: commands, services and formats, with Tab', async () => {
    await using shell = openShell('zsh', ['-f', '-i'])
    const load = `autoload -Uz compinit; compinit -u -D; source ${await scriptFile('zsh')}`
    shell.type(`PS1='> '; ${load}; setopt auto_list no_beep; echo re''ady\r`)
    await tryTab(shell)
  }, 60_000)

  test('as a file in fpath, where it is loaded on the first Tab; options are explained', async () => {
    const file = await scriptFile('zsh')
    writeFileSync(path.join(folder, '_devloop'), readFileSync(file))
    await using shell = openShell('zsh', ['-f', '-i'])
    shell.type(`PS1='> '; fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u -D; echo re''ady\r`)
    await shell.shows('ready')
    shell.type('devloop log\t')
    await shell.shows('devloop logs')
    shell.type('\x15devloop up --\t')
    await shell.shows(/--context +-- the kubeconfig’s context \[c\]/)
    await shell.shows(/--file +-- the Devfile: it's there/)
    shell.type('\x15devloop \t')
    await shell.shows(/up +-- start: it's \[quick\]/)
  }, 60_000)
})

test('the services are asked for with the words that are there, so that another Devfile is taken', async () => {
  const script = `${readFileSync(await scriptFile('bash'), 'utf8')}
COMP_WORDS=(devloop wait --file other/Devfile.ts ''); COMP_CWORD=4; _devloop`
  await run('bash', ['-c', script])
  expect(readFileSync(path.join(folder, 'asked'), 'utf8')).toBe(
    'complete-services -- wait --file other/Devfile.ts \n',
  )
})

async function tryTab(shell: Pty): Promise<void> {
  await shell.shows('ready')
  shell.type('devloop log\t')
  await shell.shows('devloop logs')
  shell.type('\t\t')
  await shell.shows(/cart +web/)
  shell.type('c\t')
  await shell.shows('devloop logs cart')
  shell.type('\x15devloop up --output p\t')
  await shell.shows('devloop up --output plain')
}

/** A shell of nobody's in particular, in which `devloop` is the stand-in. */
function openShell(command: string, args: readonly string[]): Pty {
  return openPty(command, args, {
    cwd: folder,
    env: { PATH: pathWithStandIn(), HOME: folder, ZDOTDIR: folder },
  })
}

async function scriptFile(shell: Shell): Promise<string> {
  let printed = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text
    return true
  })
  await completion(shell, program)
  write.mockRestore()
  const file = path.join(folder, 'script')
  writeFileSync(file, printed)
  return file
}

async function run(command: string, args: readonly string[]): Promise<readonly string[]> {
  const env = { PATH: pathWithStandIn(), HOME: folder }
  const ran = await exec({ command, args, cwd: folder, env, signal, timeoutMs: 20_000 })
  if (ran.status !== 'succeeded') throw new Error(JSON.stringify(ran))
  return ran.stdout
}

function pathWithStandIn(): string {
  return `${folder}:${process.env.PATH}`
}

/** As bash cuts a command line into words: = is one of its own. */
function wordsOf(typed: string): string {
  const words = `devloop ${typed}`.split(' ').flatMap(word => word.split(/(=)/))
  return words.map(quote).join(' ')
}

function quote(text: string): string {
  return `'${text}'`
}

async function isThere(shell: Shell): Promise<boolean> {
  const ran = await exec({ command: shell, args: ['--version'], signal, timeoutMs: 10_000 })
  return ran.status === 'succeeded'
}
