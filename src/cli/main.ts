import { Command, InvalidArgumentError, Option } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import type { ProjectOptions } from '../session/project.ts'
import type { OutputFormat } from './up.ts'

type ProjectFlags = Omit<ProjectOptions, 'args'>

const program = new Command('devloop')
  .description(
    'The local dev loop for Kubernetes: every edit becomes the cheapest action that makes it live.',
  )
  .version(packageJson.version)
  .showHelpAfterError('(devloop --help lists commands and options)')

projectCommand('up')
  .description('build, apply, forward ports, then watch: every edit goes live')
  .argument('[args...]', 'given to the Devfile’s function, after --')
  .addOption(
    new Option('-o, --output <format>', 'how to show what happens')
      .choices(['plain', 'json'])
      .default('plain'),
  )
  .action(async (args: string[], options: ProjectFlags & { output: OutputFormat }) => {
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

devfileCommand('why')
  .description('say what a change of a file leads to, and for which reasons')
  .argument('<file>', 'a file of the project; it may be deleted already')
  .argument('[args...]', 'given to the Devfile’s function, after --')
  .action(async (file: string, args: string[], options: ProjectFlags) => {
    const { why } = await import('./why.ts')
    await runToEnd(() => why(file, { ...options, args }))
  })

await program.parseAsync()

function devfileCommand(name: string): Command {
  return program
    .command(name)
    .option('-f, --file <path>', 'the Devfile (default: Devfile.ts here or in a folder above)', notEmpty)
    .option('-p, --profile <name>', 'a profile of the Devfile', notEmpty)
}

function projectCommand(name: string): Command {
  return devfileCommand(name)
    .option('--context <name>', 'the kubeconfig’s context to act on (default: its current one)', notEmpty)
    .option('--kubeconfig <path>', 'the kubeconfig (default: KUBECONFIG, else ~/.kube/config)', notEmpty)
}

function notEmpty(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return value
}

/** The one place where devloop's own faults are told from what a user can mend. */
async function runToEnd(command: () => Promise<number>): Promise<void> {
  const { exitWithBug } = await import('./bug.ts')
  process.once('uncaughtException', exitWithBug)
  process.once('unhandledRejection', exitWithBug)
  process.exitCode = await command()
}
