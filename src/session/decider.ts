import { existsSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import type { LiveCompile } from '../build/builder.ts'
import { parseDockerIgnore, readIgnoreRules } from '../dockerfile/dockerignore.ts'
import type { DockerDefinition, ImageDefinition } from '../model/image.ts'
import type { ImageUse, SyncDecision, SyncRule, SyncRules, SyncSetting } from '../model/sync.ts'
import { inferSync } from '../sync/infer.ts'
import { matchSteps, matchSync, rootsOf } from '../sync/match.ts'
import { readIfThere } from '../util/files.ts'
import { isWithin } from '../util/paths.ts'

/** What a changed file of one image asks for, as its Dockerfile, the Devfile and the manifests say now. */
export interface Decider {
  /** @param file absolute */
  decide(file: string): SyncDecision
  /** The steps that lead to the decision, each a sentence. */
  explain(file: string): readonly string[]
  /** Some files can be changed in running containers. */
  readonly canSync: boolean
  /** Some of them are compiled on this machine. */
  readonly canCompile: boolean
  /** Some of them need a new start of the container's process. */
  readonly mayRestart: boolean
}

/**
 * To be opened anew when the Dockerfile, its ignore file, the Devfile or a manifest changed.
 *
 * @param live the image's compiler, if it has one.
 */
export async function openDecider(
  { builder }: ImageDefinition,
  use: ImageUse,
  live: LiveCompile | undefined,
): Promise<Decider> {
  const [ending] = use.ending
  if (ending !== undefined) return always(`${ending} runs the image, and its containers come to their end`)
  const sync: SyncSetting = builder.kind === 'own' ? nothingSaid : builder.sync
  if (live && sync.kind !== 'off') return compileSources(live, sync)
  if (builder.kind === 'own') return always('a builder of your own says nothing of the files in its image')
  switch (sync.kind) {
    case 'off':
      return always('the Devfile says nothing is synced (sync: false)')
    case 'rules': {
      const decide = matchRules(sync.rules)
      return {
        decide,
        explain: file => [decide(file).reason],
        canSync: true,
        canCompile: false,
        mayRestart: sync.rules.sync.some(({ after }) => after === 'restart'),
      }
    }
    case 'inferred':
      return builder.kind === 'docker' ? infer(builder, sync, use) : always('no sync rule names it')
    default:
      return sync satisfies never
  }
}

const nothingSaid: SyncSetting = { kind: 'inferred', runs: [], rebuildOn: [] }

/** The Devfile's own rules first: what they name needs no compiler. */
function compileSources(
  { sources, outputs }: LiveCompile,
  setting: Exclude<SyncSetting, { kind: 'off' }>,
): Decider {
  const {
    sync: own,
    runs,
    rebuildOn,
  } = setting.kind === 'rules' ? setting.rules : { ...setting, sync: [] as readonly SyncRule[] }
  const rules: SyncRules = { sync: [...own, ...outputs], runs, rebuildOn }
  const matched = matchRules(rules)
  const isForced = matchSteps(rules).rebuild
  const decide = (file: string): SyncDecision => {
    const decision = matched(file)
    const isSource = sources.some(source => isWithin(file, source))
    return decision.kind === 'rebuild' && isSource && !isForced(file)
      ? {
          kind: 'compile',
          reason: `${path.basename(file)}: compiled, and what the compiler makes of it is synced`,
        }
      : decision
  }
  return {
    decide,
    explain: file => [decide(file).reason],
    canSync: true,
    canCompile: true,
    mayRestart: rules.sync.some(({ after }) => after === 'restart'),
  }
}

async function infer(
  { context, dockerfile, args, target }: DockerDefinition,
  setting: Extract<SyncSetting, { kind: 'inferred' }>,
  { initializing, commands }: ImageUse,
): Promise<Decider> {
  const [initialized] = initializing
  if (initialized !== undefined)
    return always(`${initialized} runs the image in an init container, which has ended`)
  const [text, rules] = await Promise.all([readIfThere(dockerfile), readIgnoreRules(context, dockerfile)])
  const isIgnored = parseDockerIgnore(context, rules ?? '')
  const inferred = inferSync({
    dockerfile: text ?? '',
    name: relativeTo(context, dockerfile),
    args,
    ...(target !== undefined && { target }),
    commands,
    isIgnored: file => isIgnored(path.join(context, file), false),
    exists: file => existsSync(path.join(context, file)),
  })
  const steps = matchSteps(setting)
  const decide = (file: string): SyncDecision => {
    const special = steps.rebuild(file) ?? throughLink(context, file)
    if (special) return special
    const decision = inferred.decide(relativeTo(context, file))
    return decision.kind === 'sync' ? { ...decision, runs: steps.runs(file) } : decision
  }
  return {
    decide,
    explain(file) {
      const special = steps.rebuild(file) ?? throughLink(context, file)
      return special ? [special.reason] : inferred.explain(relativeTo(context, file))
    },
    canSync: true,
    canCompile: false,
    mayRestart: inferred.mayRestart,
  }
}

/** A container is given the link itself, so a file behind it in the same folder is there already, by its own path. */
function matchRules(rules: SyncRules): (file: string) => SyncDecision {
  const decide = matchSync(rules)
  const roots = rootsOf(rules)
  return file => {
    for (const root of roots.filter(root => file.startsWith(`${root}/`))) {
      const link = linkAbove(root, file)
      if (!link) continue
      return `${link.target}/`.startsWith(`${root}/`)
        ? { kind: 'ignored', reason: `${relativeTo(root, file)}: there by its own path, too` }
        : behindLink(root, file, link)
    }
    return decide(file)
  }
}

/** An image holds the link itself, and not what lies behind it. */
function throughLink(context: string, file: string): SyncDecision | undefined {
  const link = linkAbove(context, file)
  return link && behindLink(context, file, link)
}

function behindLink(root: string, file: string, link: Link): SyncDecision {
  return {
    kind: 'rebuild',
    reason: `${relativeTo(root, file)}: behind the link ${relativeTo(root, link.path)}`,
  }
}

interface Link {
  readonly path: string
  /** Where it leads, as its text says: what is there may be gone. */
  readonly target: string
}

/** The folder below the root that is a link, and through which the file's path goes. */
function linkAbove(root: string, file: string): Link | undefined {
  for (let folder = path.dirname(file); folder.length > root.length; folder = path.dirname(folder)) {
    const link = readLink(folder)
    if (link) return link
  }
  return undefined
}

/** What is gone, was replaced by a file or cannot be looked at is none. */
function readLink(folder: string): Link | undefined {
  try {
    return { path: folder, target: path.resolve(path.dirname(folder), readlinkSync(folder)) }
  } catch {
    return undefined
  }
}

function always(reason: string): Decider {
  return {
    decide: () => ({ kind: 'rebuild', reason }),
    explain: () => [reason],
    canSync: false,
    canCompile: false,
    mayRestart: false,
  }
}

function relativeTo(folder: string, file: string): string {
  return path.relative(folder, file).split(path.sep).join('/')
}
