import path from 'node:path'
import { pathBelow } from '../../dockerfile/paths.ts'
import { programName, type SimpleCommand, withoutPrefixes } from '../../dockerfile/shell.ts'
import type { RunStep } from '../../dockerfile/stage.ts'

/**
 * Whether a RUN may read, replace or remove a file of the image. Yes, unless every command of it is known to touch
 * nothing but what it names.
 *
 * @param target absolute path in the image.
 */
export function mayTouch(step: RunStep, target: string): boolean {
  const { commands } = step
  if (!commands) return true
  let { workdir } = step
  for (const words of commands.map(withoutPrefixes)) {
    const [program = '', ...args] = words
    if (program === 'cd') workdir = resolveOperand(workdir, args[0] ?? '~')
    else if (commandTouches(program, args, { target, workdir })) return true
  }
  return false
}

interface Where {
  readonly target: string
  readonly workdir: string | undefined
}

function commandTouches(program: string, args: SimpleCommand, where: Where): boolean {
  const name = programName(program)
  // The contents stay the same; who owns a synced file is decided when it is written.
  if (name === 'chown' || name === 'chgrp') return false
  if (name === 'sudo') return commandTouches(args[0] ?? '', args.slice(1), where)
  const readsOnly = manifestFiles(name, args)
  if (readsOnly) return readsOnly.test(where.target)
  if (!touchesOnlyWhatItNames(name, args)) return true
  return args.some(arg => operandCovers(arg, where))
}

/** System tools that never look at a file that their arguments do not name. */
const systemTools = new Set(
  (
    'true : set echo printf mkdir rmdir rm touch ln chmod install test [ id sleep which command ' +
    'apt apt-get apk yum dnf microdnf apt-key add-apt-repository update-ca-certificates locale-gen ' +
    'useradd adduser usermod userdel groupadd addgroup groupmod passwd curl wget ' +
    'docker-php-ext-install docker-php-ext-enable docker-php-ext-configure pecl a2enmod a2dismod a2ensite setcap'
  ).split(' '),
)

function touchesOnlyWhatItNames(name: string, args: SimpleCommand): boolean {
  const [verb = ''] = args
  switch (name) {
    // Names of packages: anything with a slash, a leading dot or a file behind a flag would be a local one.
    case 'npm':
    case 'pnpm':
    case 'yarn':
      return isCacheCommand(args) || (verb !== 'run' && isGlobalInstall(args) && hasNoLocalPackage(args))
    case 'pip':
    case 'pip3':
      return verb === 'install' && !args.some(isPipFileFlag) && hasNoLocalPackage(args)
    case 'corepack':
      return verb === 'enable' || (verb === 'prepare' && args.length > 1)
    case 'gem':
      return verb === 'install' && hasNoLocalPackage(args)
    default:
      return systemTools.has(name)
  }
}

function isCacheCommand(args: SimpleCommand): boolean {
  return args[0] === 'cache' && (args[1] === 'clean' || args[1] === 'verify')
}

function isGlobalInstall(args: SimpleCommand): boolean {
  return args.includes('-g') || args.includes('--global') || args[0] === 'global'
}

function isPipFileFlag(arg: string): boolean {
  return /^(?:-[rce]|--requirement|--constraint|--editable|--find-links|-f)/.test(arg)
}

function hasNoLocalPackage(args: SimpleCommand): boolean {
  return !args.some(arg => /^(?:\.|\/|~|file:)|\$|\.(?:tgz|whl|gem|tar\.gz)$/.test(arg))
}

/** For commands that are known to read certain files only: which paths those have. */
function manifestFiles(name: string, args: SimpleCommand): RegExp | undefined {
  const [verb = '', noun = ''] = args
  if (name === 'go' && verb === 'mod' && noun === 'download') return /\/(?:go\.(?:mod|sum|work|work\.sum))$/
  const installs = ['ci', 'i', 'install'].includes(verb) || (name === 'yarn' && verb.startsWith('--'))
  // Without this flag, the scripts of package.json run, and they may read everything.
  if (/^(?:npm|pnpm|yarn)$/.test(name) && installs && args.includes('--ignore-scripts'))
    return /\/(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-[\w.-]+|\.npmrc|\.yarnrc[\w.]*|\.pnpmfile\.c?js)$|\/(?:\.yarn|patches|node_modules)\/|\.(?:tgz|patch)$/
  return undefined
}

/** Whether a word of a command may stand for the file, for a folder above it, or for something that is not known. */
function operandCovers(word: string, { target, workdir }: Where): boolean {
  // `--flag=path` and `-fpath` name a path too, as does `@path` for curl.
  const operand = word.replace(/^(?:--[\w-]+=|-\w)?@?/, '')
  if (operand === '' || operand.startsWith('--')) return false
  if (operand.includes('$')) return true
  const wildcard = operand.search(/[*?[{~]/)
  const known = wildcard < 0 ? operand : operand.slice(0, wildcard)
  const resolved = resolveOperand(workdir, known)
  // A word that needs an unknown folder: package names and the like mostly, yet it may be a path.
  if (resolved === undefined) return true
  if (wildcard < 0) return pathBelow(resolved, target) !== undefined
  const prefix = known === '' || known.endsWith('/') ? `${resolved.replace(/\/$/, '')}/` : resolved
  return target.startsWith(prefix)
}

function resolveOperand(workdir: string | undefined, operand: string): string | undefined {
  if (/[$~]/.test(operand)) return undefined
  if (operand.startsWith('/')) return path.posix.resolve(operand)
  return workdir === undefined ? undefined : path.posix.resolve(workdir, operand)
}
