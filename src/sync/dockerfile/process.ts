import { programName, readCommandLine, type SimpleCommand, withoutPrefixes } from '../../dockerfile/shell.ts'
import type { Stage } from '../../dockerfile/stage.ts'
import type { AfterSync, CommandOverride } from '../../model/sync.ts'

/** What the image runs, as far as it matters for changed files. */
export interface Process {
  /** 1-based line of the instruction that says it; undefined where the base image does. */
  readonly line?: number
  /** A clause about the process, such as `node server.js reads its files once, at start`. */
  readonly reason: string
  /** What a file of the running container needs to become live. */
  after(target: string): AfterSync | undefined
}

/**
 * Reads ENTRYPOINT and CMD. Whatever is not known to pick up files by itself is restarted.
 *
 * @param override what a manifest sets in place of them, by the rules of Kubernetes
 */
function readProcess(stage: Stage, override: CommandOverride = {}): Process {
  const said = spokenCommand(overridden(stage, override))
  if (!said) return processOfImage(stage)
  const words = unwrap(said.words)
  const shown = words.join(' ')
  const located = said.line === undefined ? {} : { line: said.line }
  if (shown === '') return { ...located, reason: 'what the image runs is not known', after: restart }
  if (isReloader(words, stage))
    return { ...located, reason: `${shown} reloads by itself`, after: () => undefined }
  if (servesFiles(words))
    return {
      ...located,
      reason: `${shown} reads its files when they are asked for`,
      after: restartForSettings,
    }
  if (interpreters.test(words[0] ?? ''))
    return { ...located, reason: `${shown} reads its files once, at start`, after: restart }
  return { ...located, reason: `${shown} is not known to reload by itself`, after: restart }
}

/** Several containers of one image: whatever one of them needs is done. */
export function readProcesses(stage: Stage, overrides: readonly CommandOverride[]): Process {
  const all = overrides.length === 0 ? [readProcess(stage)] : overrides.map(one => readProcess(stage, one))
  const demanding = all.find(({ after }) => after('/') !== undefined) ?? (all[0] as Process)
  return {
    ...demanding,
    after: target => all.map(({ after }) => after(target)).find(one => one !== undefined),
  }
}

/** `args` alone take the place of CMD, `command` that of both. */
function overridden(stage: Stage, { command, args }: CommandOverride): SpokenStage {
  if (command) return { entrypoint: { value: command }, ...(args && { command: { value: args } }) }
  return args ? { ...stage, command: { value: args } } : stage
}

/** What of a stage says what it runs; a line only where a Dockerfile says it. */
interface SpokenStage {
  readonly entrypoint?: Spoken | undefined
  readonly command?: Spoken | undefined
}

interface Spoken {
  readonly value: string | readonly string[]
  readonly line?: number
}

const restart = (): AfterSync => 'restart'

/** Servers read their settings at start, wherever they keep their pages. */
const restartForSettings = (target: string): AfterSync | undefined =>
  /\/(?:etc|conf)\//.test(target) ? 'restart' : undefined

/** ENTRYPOINT with CMD as its arguments, by the rules of Docker. */
function spokenCommand({
  entrypoint,
  command,
}: SpokenStage): { words: SimpleCommand; line: number | undefined } | undefined {
  const asWords = (value: string | readonly string[]) =>
    typeof value === 'string' ? ['/bin/sh', '-c', value] : value
  if (entrypoint && typeof entrypoint.value === 'string')
    return { words: asWords(entrypoint.value), line: entrypoint.line }
  const last = command ?? entrypoint
  if (!last) return undefined
  return {
    words: [...(entrypoint ? asWords(entrypoint.value) : []), ...(command ? asWords(command.value) : [])],
    line: last.line,
  }
}

function processOfImage(stage: Stage): Process {
  const { base } = stage
  if (base.kind === 'stage') return processOfImage(base.stage)
  const [, name = '', tag = ''] = /([^/:@]+)(?::([^@]+))?(?:@.*)?$/.exec(base.name ?? '') ?? []
  const serves = /^(?:nginx|httpd|caddy)/.test(name) || (name === 'php' && /apache|fpm/.test(tag))
  if (serves) return { reason: `${name} reads its files when they are asked for`, after: restartForSettings }
  return { reason: 'the command of the base image is not known to reload by itself', after: restart }
}

/** Takes away what only starts another program. */
function unwrap(words: SimpleCommand): SimpleCommand {
  const [program = '', ...rest] = withoutPrefixes(words)
  const name = program.slice(program.lastIndexOf('/') + 1)
  const [first = '', second = ''] = rest
  if (/^(?:ba|da|a)?sh$/.test(name) && /^-\w*c$/.test(first))
    // What comes before the last command has ended when the container is up.
    return unwrap(readCommandLine(second)?.at(-1) ?? [])
  if (/^(?:tini|dumb-init|docker-entrypoint\.sh|docker-php-entrypoint|npx|bunx)$/.test(name)) {
    const start = rest.findIndex(word => !word.startsWith('-'))
    return start < 0 ? [] : unwrap(rest.slice(start))
  }
  if (/^(?:su-exec|gosu)$/.test(name)) return unwrap(rest.slice(1))
  if (/^(?:poetry|uv|pipenv|rye)$/.test(name) && first === 'run') return unwrap(rest.slice(1))
  if (/^(?:bundle|pnpm|yarn|npm)$/.test(name) && first === 'exec')
    return unwrap(rest.slice(second === '--' ? 2 : 1))
  if (/^python[\d.]*$/.test(name) && first === '-m') return [second, ...rest.slice(2)]
  return program === '' ? [] : [programName(program), ...rest]
}

const interpreters =
  /^(?:node|nodejs|python[\d.]*|ruby|perl|php|bun|deno|java|tsx|ts-node|flask|uvicorn|gunicorn|rackup|puma)$/

/** Development servers and watchers, each by how its command line begins or which option it has. */
const reloaders: readonly RegExp[] = [
  // Options behind the script are the script's own.
  /^node(?: -\S+)* --watch(?:-path(?:=\S+)?)?(?: |$)/,
  /^(?:nodemon|ts-node-dev|tsnd|watchexec|watchfiles|reflex|air|webpack-dev-server)(?: |$)/,
  /^tsx watch /,
  /^vite(?: dev| serve)?(?: -.*)?$/,
  /^(?:next|nuxt|nuxi|astro|fastapi) dev(?: |$)/,
  /^(?:ng|webpack|vue-cli-service) serve(?: |$)/,
  /^react-scripts start(?: |$)/,
  /^gatsby develop(?: |$)/,
  /^(?:cargo|dotnet) watch(?: |$)/,
  /^watchmedo auto-restart /,
  /^(?:bun|deno)(?: run)?(?: -\S+)* --(?:watch|hot)(?: |$)/,
  /^flask (?:.* )?--(?:debug|reload)(?: |$)(?!.*--no-)/,
  /^(?:uvicorn|gunicorn|hypercorn) (?:.* )?--reload(?: |$)/,
  /^(?:python[\d.]* (?:-\S+ )*(?:\S*\/)?manage\.py|(?:\.\/)?manage\.py|django-admin) runserver(?!.* --noreload)/,
]

function isReloader(words: SimpleCommand, stage: Stage): boolean {
  const line = words.join(' ')
  if (reloaders.some(reloader => reloader.test(line))) return true
  return (
    words[0] === 'flask' &&
    !line.includes('--no-') &&
    /^(?:1|true)$/i.test(stage.variables.lookup('FLASK_DEBUG') ?? '')
  )
}

/** Servers that read a page each time that it is asked for. */
function servesFiles(words: SimpleCommand): boolean {
  return /^(?:(?:nginx|httpd|httpd-foreground|apache2-foreground|apache2ctl|caddy|lighttpd|http-server|serve|http\.server|php-fpm[\d.]*)(?: |$)|php -S )/.test(
    words.join(' '),
  )
}
