import path from 'node:path'
import picomatch from 'picomatch'
import type { SyncDecision, SyncRule, SyncRules } from '../model/sync.ts'
import { globRoot } from '../util/glob.ts'

/**
 * Compiles a Devfile's sync rules to one function from a host file (absolute) to what its change asks for. It looks
 * at names only: links are the caller's to resolve, before it asks and before it writes to the target.
 */
export function matchSync(rules: SyncRules): (file: string) => SyncDecision {
  const steps = matchSteps(rules)
  const sync = rules.sync.map(compileRule)

  return file => {
    const rebuild = steps.rebuild(file)
    if (rebuild) return rebuild
    for (const { rule, locate, isIgnored } of sync) {
      const place = locate(file)
      if (!place) continue
      if (isIgnored(place.relative))
        return { kind: 'ignored', reason: `${place.relative}: ignored by the sync rule to ${rule.to}` }
      return {
        kind: 'sync',
        target: place.target,
        ...(rule.after !== undefined && { after: rule.after }),
        runs: steps.runs(file),
        reason: `${place.relative} → ${place.target}: by the sync rule to ${rule.to}`,
      }
    }
    return { kind: 'rebuild', reason: `${path.basename(file)}: no sync rule names it` }
  }
}

/** Absolute folders and files where the paths of rules begin. */
export function rootsOf({ sync }: SyncRules): readonly string[] {
  return sync.map(({ from }) => globRoot(from))
}

/** What a Devfile asks for besides rules, also where the rules are inferred. */
export interface Steps {
  /** That a file's change always needs a new image. */
  rebuild(file: string): SyncDecision | undefined
  /** The commands to run after a file was synced, in order. */
  runs(file: string): readonly string[]
}

export function matchSteps({ rebuildOn, runs }: Pick<SyncRules, 'rebuildOn' | 'runs'>): Steps {
  const needsRebuild = matchAny(rebuildOn)
  const steps = runs.map(step => ({ run: step.run, matches: matchAny(step.when) }))
  return {
    rebuild: file =>
      needsRebuild(file)
        ? { kind: 'rebuild', reason: `${path.basename(file)}: named in rebuildOn` }
        : undefined,
    runs: file => steps.filter(step => step.matches(file)).map(step => step.run),
  }
}

interface Place {
  readonly target: string
  /** The file's path below the folder where the rule's paths begin, with `/`. */
  readonly relative: string
}

function compileRule(rule: SyncRule) {
  return {
    rule,
    locate: compileLocation(rule),
    isIgnored: picomatch([...(rule.ignore ?? [])], globOptions),
  }
}

function compileLocation({ from, to }: SyncRule): (file: string) => Place | undefined {
  const folder = path.posix.resolve('/', to)
  const below = (relative: string): Place => ({ target: path.posix.join(folder, relative), relative })
  const root = globRoot(from)
  if (picomatch.scan(from).isGlob) {
    const matches = picomatch(from, globOptions)
    return file => {
      const relative = relativeTo(root, file)
      return relative !== undefined && relative !== '' && matches(file) ? below(relative) : undefined
    }
  }
  return file => {
    const relative = relativeTo(root, file)
    if (relative === undefined) return undefined
    if (relative !== '') return below(relative)
    const name = path.basename(file)
    return to.endsWith('/') ? below(name) : { target: folder, relative: name }
  }
}

const globOptions = { dot: true }

function matchAny(globs: readonly string[]): (file: string) => boolean {
  return picomatch([...globs], globOptions)
}

/** The path below a folder, with `/`; undefined outside of it: what it gives can never climb out of a target. */
function relativeTo(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file).split(path.sep).join('/')
  if (relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)) return undefined
  return relative
}
