import type { Heredoc, Instruction } from '../../../dockerfile/instructions.ts'
import { readJsonForm } from '../../../dockerfile/instructions.ts'
import { type Failure, maxOutputLines } from '../../../model/failure.ts'
import { fail, ok, type Result } from '../../../model/result.ts'
import { layeredView } from '../layered-view.ts'
import { explainMissing, missingProgram } from '../missing-program.ts'
import { canChangeOwners } from '../rights.ts'
import { type ImageParts, withLayer } from '../stored-images.ts'
import { defaultShell } from './configure.ts'
import { copyEntries } from './copy.ts'
import { sourceOf } from './copy-source.ts'
import { makeLayer } from './make-layer.ts'
import type { StepProgress } from './progress.ts'
import { failAt, refuse } from './refusal.ts'
import { type RunOutcome, runCommand } from './run.ts'
import { takeChanges } from './run-layer.ts'
import { type RunMount, readMounts, type SourceFiles } from './run-mounts.ts'
import { share, whenAborted } from './shared-work.ts'
import type { StageState, StepResult, Surroundings } from './stage.ts'
import { stepKey } from './step-cache.ts'
import { findUser, type User } from './users.ts'

/** Runs a command, unless the same one was run on the same files before. */
export async function runStep(
  instruction: Instruction,
  state: StageState,
  surroundings: Surroundings,
  progress: StepProgress,
): Promise<Result<StepResult>> {
  const { image, view, spot } = state
  const { store, request, steps } = surroundings
  const { config } = image
  const mounts = await mountsOf(instruction, state, surroundings)
  if (!mounts.ok) return mounts
  const user = findUser(config.user ?? '0', view)
  if ('unknown' in user)
    return failAt(spot, `the image does not know ${user.unknown}`, 'Make it with RUN, or write its number.')
  const command = commandOf(instruction, config.shell ?? defaultShell)
  const env = environmentOf(state, user)
  const workdir = config.workingDir ?? '/'
  const network = instruction.flags.find(([name]) => name === 'network')?.[1] ?? 'default'
  const { layers, hostFolders, programs } = image
  const key = stepKey([
    { layers, hostFolders, programs, command, env, workdir, user, network },
    mounts.value.map(({ target, key }) => [target, key]),
  ])
  const known = steps.find(key)
  if (known === '' || (known !== undefined && store.layers.find(known)))
    return ok({ image: after(image, known), isCached: true })

  const { signal } = request
  const run = async (): Promise<Ran | undefined> => {
    const unlock = await lockAll(mounts.value, signal)
    try {
      await using scratch = await store.layers.scratch()
      const folder = scratch.path
      const ran = await runCommand({
        hostCommand: surroundings.hostCommand,
        ownFolders: surroundings.ownFolders,
        folder,
        image: { layers: layers.map(digest => store.layers.find(digest)?.folder ?? ''), hostFolders },
        ...{ command, env, workdir, user, mounts: mounts.value, signal },
        hasNetwork: network !== 'none',
        onLine: progress.line,
      })
      if (ran.status === 'aborted') return undefined
      if (ran.status !== 'succeeded') return ran
      const layer = await takeChanges({ ...ran, image: view, layers: store.layers, folder, signal })
      if (signal.aborted) return undefined
      await steps.keep(key, layer?.digest ?? '')
      return { status: 'kept', digest: layer?.digest ?? '' }
    } finally {
      unlock()
    }
  }
  const onWait = () => progress.line('waits for another build that runs the same')
  const ran = await share(`${store.folder} ${key}`, run, { signal, onWait })
  if (ran === undefined || signal.aborted) return fail(cancelled)
  return ran.status === 'kept'
    ? ok({ image: after(image, ran.digest), isCached: false })
    : fail(explain(ran, instruction, state))
}

/** What came of a command: the digest of what it has made, or why there is none. */
type Ran =
  | { readonly status: 'kept'; readonly digest: string }
  | Extract<RunOutcome, { status: 'failed' | 'no-root' }>

/** A command that has changed nothing leaves no layer. */
function after(image: ImageParts, digest: string): ImageParts {
  return digest === '' ? image : withLayer(image, digest)
}

/** The command line as the shell gets it: a heredoc that stands alone is the script itself. */
function commandOf({ body, heredocs }: Instruction, shell: readonly string[]): readonly string[] {
  const list = readJsonForm(body)
  if (list) return list
  const [only] = heredocs
  const isAlone = only && heredocs.length === 1 && /^<<-?\s*["']?\w[\w.-]*["']?$/.test(body)
  if (isAlone && only.content.startsWith('#!')) return ['/bin/sh', '-c', scriptRunner, 'sh', only.content]
  if (isAlone) return [...shell, only.content]
  return [...shell, [body, ...heredocs.map(asWritten)].join('\n')]
}

/** Runs its argument as a program, whose first line names the interpreter. */
const scriptRunner =
  'f=$(mktemp) && printf %s "$1" > "$f" && chmod +x "$f" && { "$f"; s=$?; rm -f "$f"; exit $s; }'

function asWritten({ name, content }: Heredoc): string {
  return `${content}${name}\n`
}

function environmentOf({ variables }: StageState, { home }: User): readonly string[] {
  const own = new Map<string, string>([['HOME', home]])
  for (const assignment of variables.commandEnvironment) {
    const at = assignment.indexOf('=')
    own.set(assignment.slice(0, at), assignment.slice(at + 1))
  }
  return [...own].map(([name, value]) => `${name}=${value}`)
}

async function mountsOf(
  instruction: Instruction,
  state: StageState,
  surroundings: Surroundings,
): Promise<Result<readonly RunMount[]>> {
  const { variables, spot, image } = state
  const { store, request, plan } = surroundings
  return readMounts(instruction, {
    cacheFolder: `${store.folder}/caches`,
    secrets: new Map(Object.entries(request.secrets)),
    workdir: image.config.workingDir ?? '/',
    spot,
    expand: word => variables.expand(word, plan.escapeCharacter),
    files: (from, source) => filesOf(from, source, state, surroundings),
  })
}

/** What a bind mount shows is kept as a layer of its own: the same content is copied once. */
async function filesOf(
  from: string | undefined,
  path: string,
  state: StageState,
  surroundings: Surroundings,
): Promise<Result<SourceFiles>> {
  const { spot } = state
  const { store } = surroundings
  const source = await sourceOf(from, state, surroundings)
  if (!source.ok) return source
  const found = source.value.find(path.startsWith('/') ? path : `/${path}`)
  if (found && source.value.systemFolders?.has(found.path))
    return refuse(spot, `a mount of all of ${source.value.description}`, 'Name the folder that is needed.')
  const isFile = found ? !found.stats.isDirectory() : false
  const entriesNow = () =>
    copyEntries({
      spot,
      source: source.value,
      paths: [path],
      texts: [],
      destination: isFile ? '/mounted/file' : '/mounted',
      image: layeredView([]),
    })
  const made = await makeLayer(entriesNow, store.layers, spot)
  if (!made.ok) return made
  if (!made.value) throw new Error(`a mount of ${path} is at least a folder`)
  const { digest, folder } = made.value.layer
  return ok({ path: `${folder}/${isFile ? 'mounted/file' : 'mounted'}`, isFile, digest })
}

const locks = new Map<string, Promise<void>>()

/** Waits for the caches that only one command may use at a time; always in the same order, so that none waits for another. */
async function lockAll(mounts: readonly RunMount[], signal: AbortSignal): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const names = mounts.flatMap(({ lock }) => lock ?? []).sort()
  for (const name of names) {
    const before = locks.get(name) ?? Promise.resolve()
    locks.set(
      name,
      before.then(() => released),
    )
    if (!signal.aborted) await Promise.race([before, whenAborted(signal)])
  }
  return release
}

const cancelled: Failure = { code: 'build/failed', message: 'The build was cancelled.' }

function explain(
  ran: Exclude<Ran, { status: 'kept' }>,
  { body }: Instruction,
  { image, spot: { dockerfile, line, text } }: StageState,
): Failure {
  switch (ran.status) {
    case 'failed': {
      const missing =
        image.base === 'host' && ran.exit === 'exit code 127' ? missingProgram(ran.output) : undefined
      const why = `\`${body}\` ended with ${ran.exit}`
      return {
        code: 'build/failed',
        message: `The image could not be built at \`${text}\`.`,
        at: { file: dockerfile, line },
        why: missing === undefined ? why : `${why}: ${explainMissing(missing)}`,
        cure: cureFor(ran.output, missing),
        output: ran.output.slice(-maxOutputLines),
      }
    }
    case 'no-root':
      return {
        code: 'sandbox/forbidden',
        message: 'This machine does not let the sandbox make a root for the command of a Dockerfile.',
        at: { file: dockerfile, line },
        ...(ran.output.length > 0 && { why: ran.output.slice(-3).join('; ') }),
        cure: canChangeOwners()
          ? 'See why mounts are refused here: within a container they need --privileged.'
          : 'Allow user namespaces (sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0), or start the sandbox as root.',
      }
    default:
      return ran satisfies never
  }
}

function cureFor(output: readonly string[], missing: string | undefined): string {
  if (isAboutOwners(output))
    return 'Leave the change of owners out where the sandbox builds, install the package uidmap, or start the sandbox as root: an ordinary user has no other user to give a file to.'
  return missing === undefined
    ? 'Correct the step that failed; the build starts again when a file is saved.'
    : 'Install what the step is for on this machine, and leave the step out or let it pass where it is there; or use a cluster of kind, k3d or minikube.'
}

function isAboutOwners(output: readonly string[]): boolean {
  return !canChangeOwners() && output.some(line => /ch(?:own|grp)\b.*Invalid argument/.test(line))
}
