import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import type { ProjectOptions } from '../session/project.ts'
import type { CiOptions } from './ci.ts'
import type { Shell } from './completion.ts'
import type { ControlOptions as ControlFlags } from './connect.ts'
import type { LogsOptions } from './logs.ts'
import type { SandboxAction } from './sandbox.ts'
import type { OutputFormat } from './show.ts'
import type { WaitCommandOptions } from './wait.ts'

type ProjectFlags = Omit<ProjectOptions, 'args'>
type LogFlags = Omit<LogsOptions, keyof ProjectOptions | 'services'>

const program = new Command('devloop')
  .description(
    'The local dev loop for Kubernetes: every edit becomes the cheapest action that makes it live.',
  )
  .version(packageJson.version)
  .showHelpAfterError('(devloop --help lists commands and options)')

program
  .command('init')
  .description('write a Devfile from the Dockerfiles, manifests and compose file of this folder')
  .action(async () => {
    const { init } = await import('./init.ts')
    await runToEnd(init)
  })

outputOption(projectCommand('up'))
  .description('build, apply, forward ports, then watch: every edit goes live')
  .addOption(
    new Option(
      '--sandbox',
      'in devloop’s own small cluster, which needs nothing installed (Linux)',
    ).conflicts(['context', 'kubeconfig']),
  )
  .argument('[args...]', 'given to the Devfile’s function, after --')
  .action(async (args: string[], options: ProjectFlags & { output?: OutputFormat; sandbox?: boolean }) => {
    const { up } = await import('./up.ts')
    await runToEnd(() => up({ ...options, args }))
  })

projectCommand('down')
  .description('delete all that devloop applied for this project, and wait until it is gone')
  .argument('[args...]', 'given to the Devfile’s function, after --')
  .action(async (args: string[], options: ProjectFlags) => {
    const { down } = await import('./down.ts')
    await runToEnd(() => down({ ...options, args }))
  })

projectCommand('clean')
  .description('remove the images that devloop has built for this project and no container uses')
  .argument('[args...]', 'given to the Devfile’s function, after --')
  .action(async (args: string[], options: ProjectFlags) => {
    const { clean } = await import('./clean.ts')
    await runToEnd(() => clean({ ...options, args }))
  })

projectCommand('doctor')
  .description('look at tools, engine, cluster and the way of images into it, with a cure for what is wrong')
  .argument('[args...]', 'given to the Devfile’s function, after --')
  .action(async (args: string[], options: ProjectFlags) => {
    const { doctor } = await import('./doctor.ts')
    await runToEnd(() => doctor({ ...options, args }))
  })

clusterOptions(devfileOptions(program.command('logs'), '--file <path>'))
  .description(
    'show what the services’ containers have said, those that crashed and those that prepare a pod too',
  )
  .argument('[service...]', 'only these (default: all); after --, given to the Devfile’s function')
  .option('-f, --follow', 'go on with what they say from now on, until Ctrl-C')
  .option('--since <duration>', 'nothing older than that, such as 30s, 10m or 1h30m', duration)
  .option('--grep <pattern>', 'only lines that match, a regular expression of JavaScript', pattern)
  .addOption(
    new Option('--level <level>', 'only lines that say that they are at least so serious').choices([
      'trace',
      'debug',
      'info',
      'warn',
      'error',
      'fatal',
    ]),
  )
  .action(async (operands: string[], options: ProjectFlags & LogFlags) => {
    const { logs } = await import('./logs.ts')
    const args = behindDashes()
    const services = operands.slice(0, operands.length - args.length)
    await runToEnd(() => logs({ ...options, services, args }))
  })

devfileCommand('why')
  .description('say what a change of a file leads to, and for which reasons')
  .argument('<file>', 'a file of the project; it may be deleted already')
  .argument('[args...]', 'given to the Devfile’s function, after --')
  .action(async (file: string, args: string[], options: ProjectFlags) => {
    const { why } = await import('./why.ts')
    await runToEnd(() => why(file, { ...options, args }))
  })

projectCommand('ci')
  .description('make the stack live, run a command, and take the stack away; exits as the command does')
  .argument('<command...>', 'the command and its arguments, after --')
  .option('--timeout <duration>', 'until everything must be live, such as 90s or 5m', duration, 600_000)
  .option('--junit <path>', 'write a report in the form of JUnit', notEmpty)
  .action(async (command: string[], options: CiOptions) => {
    const { ci } = await import('./ci.ts')
    await runToEnd(() => ci(command, options))
  })

outputOption(controlCommand('attach'))
  .description('show a running up on another screen; q leaves it running')
  .action(async (options: ControlFlags & { output?: OutputFormat }) => {
    const { attach } = await import('./attach.ts')
    await runToEnd(() => attach(options))
  })

controlCommand('mcp')
  .description('let a coding assistant ask a running up: a Model Context Protocol server on stdin and stdout')
  .action(async (options: ControlFlags) => {
    const { mcp } = await import('./mcp.ts')
    await runToEnd(() => mcp(options))
  })

program
  .command('sandbox')
  .description(
    'start, end, show or remove the sandbox: a small cluster of devloop’s own, for trying things out',
  )
  .addArgument(new Argument('<action>').choices(['up', 'down', 'status', 'clean']))
  .action(async (action: SandboxAction) => {
    const { sandbox } = await import('./sandbox.ts')
    await runToEnd(() => sandbox(action))
  })

// The sandbox's own process.
program.command('serve-sandbox', { hidden: true }).action(async () => {
  const { serveSandbox } = await import('./serve-sandbox.ts')
  await runToEnd(serveSandbox)
})

program
  .command('completion')
  .description('print what completes commands, options and services in a shell')
  .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
  .action(async (shell: Shell) => {
    const { completion } = await import('./completion.ts')
    await runToEnd(() => completion(shell, program))
  })

// Asked by the completions, on every Tab.
program
  .command('complete-services', { hidden: true })
  .argument('[words...]')
  .action(async (words: string[]) => {
    const { completeServices } = await import('./complete-services.ts')
    await runToEnd(() => completeServices(words))
    // A Devfile may have left work behind, and somebody waits at the prompt.
    process.exit()
  })

controlCommand('status')
  .description('say how a running up is')
  .option('--json', 'all of it, for programs')
  .action(async (options: ControlFlags & { json?: boolean }) => {
    const { status } = await import('./status.ts')
    await runToEnd(() => status(options))
  })

controlCommand('wait')
  .description(
    'wait until what is on disk is live in every replica; exit 1 with the failure where it cannot be',
  )
  .argument('[service...]', 'default: all')
  .addOption(
    new Option('--for <state>', 'live: all that is on disk; ready: what was applied last')
      .choices(['live', 'ready'])
      .default('live'),
  )
  .option('--timeout <duration>', 'such as 90s or 5m', duration, 300_000)
  .action(async (services: string[], options: WaitCommandOptions) => {
    const { wait } = await import('./wait.ts')
    await runToEnd(() => wait(services, options))
  })

controlCommand('trigger')
  .description('make services anew, though nothing has changed')
  .argument('<service...>')
  .action(async (services: string[], options: ControlFlags) => {
    const { trigger } = await import('./trigger.ts')
    await runToEnd(() => trigger(services, options))
  })

controlCommand('pause')
  .description('collect changes and start nothing, until resume')
  .action(async (options: ControlFlags) => {
    const { pause } = await import('./pause.ts')
    await runToEnd(() => pause(options))
  })

controlCommand('resume')
  .description('make live what was collected since pause')
  .action(async (options: ControlFlags) => {
    const { resume } = await import('./pause.ts')
    await runToEnd(() => resume(options))
  })

controlCommand('disable')
  .description('take services out of the cluster until enable; volumes and namespaces stay')
  .argument('<service...>')
  .action(async (services: string[], options: ControlFlags) => {
    const { disable } = await import('./enable.ts')
    await runToEnd(() => disable(services, options))
  })

controlCommand('enable')
  .description('make disabled services live again')
  .argument('<service...>')
  .action(async (services: string[], options: ControlFlags) => {
    const { enable } = await import('./enable.ts')
    await runToEnd(() => enable(services, options))
  })

controlCommand('stop')
  .description('end a running up as Ctrl-C does; the stack keeps running')
  .action(async (options: ControlFlags) => {
    const { stop } = await import('./stop.ts')
    await runToEnd(() => stop(options))
  })

await program.parseAsync()

/** A command that asks a running `up`. */
function controlCommand(name: string): Command {
  return program
    .command(name)
    .option('-f, --file <path>', 'the Devfile (default: Devfile.ts here or in a folder above)', notEmpty)
}

function devfileCommand(name: string): Command {
  return devfileOptions(program.command(name), '-f, --file <path>')
}

function projectCommand(name: string): Command {
  return clusterOptions(devfileCommand(name))
}

/** @param file the flag for the Devfile: where `-f` means something else, without it */
function devfileOptions(command: Command, file: string): Command {
  return command
    .option(file, 'the Devfile (default: Devfile.ts here or in a folder above)', notEmpty)
    .option('-p, --profile <name>', 'a profile of the Devfile', notEmpty)
}

function clusterOptions(command: Command): Command {
  return command
    .option('--context <name>', 'the kubeconfig’s context to act on (default: its current one)', notEmpty)
    .option('--kubeconfig <path>', 'the kubeconfig (default: KUBECONFIG, else ~/.kube/config)', notEmpty)
}

function outputOption(command: Command): Command {
  return command.addOption(
    new Option(
      '-o, --output <format>',
      'how to show what happens (default: the whole terminal; plain where there is none)',
    ).choices(['plain', 'json']),
  )
}

function notEmpty(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return value
}

/** In milliseconds. */
function duration(text: string): number {
  const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('Write it as 30s, 10m, 1h30m or 2d.')
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit as keyof typeof units], 0)
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

/** What the command line has behind `--`; commander puts it among the other operands. */
function behindDashes(): string[] {
  const dashes = process.argv.indexOf('--')
  return dashes === -1 ? [] : process.argv.slice(dashes + 1)
}

/** The one place where devloop's own faults are told from what a user can mend. */
async function runToEnd(command: () => Promise<number>): Promise<void> {
  const { exitWithBug } = await import('./bug.ts')
  process.once('uncaughtException', exitWithBug)
  process.once('unhandledRejection', exitWithBug)
  process.exitCode = await command()
}
