import path from 'node:path'
import type { RunStep, SyncRule, SyncSetting } from '../model/sync.ts'
import { absoluteGlob, withFilesBelow } from './glob.ts'
import type { ImageInput, RunInput, SyncInput, SyncOptions } from './input.ts'

/** The images that can be synced: a builder of the user's own says nothing of where files belong. */
export type SyncedInput = Exclude<ImageInput, { build: unknown }>

export function canSync(image: ImageInput): image is SyncedInput {
  return 'kind' in image
}

/**
 * What an image's `sync`, `runs` and `rebuildOn` mean.
 *
 * @param root the Devfile's folder, absolute.
 */
export function syncSettingOf(image: SyncedInput, root: string): SyncSetting {
  const { sync, runs = [], rebuildOn = [] } = image
  if (sync === false || (sync === undefined && isOnlyByRules(image))) return { kind: 'off' }
  const additions = {
    runs: runs.map(step => runStepOf(step, root)),
    rebuildOn: filesNamedBy(rebuildOn, root),
  }
  if (sync === undefined) return { kind: 'inferred', ...additions }
  return { kind: 'rules', rules: { sync: sync.map(rule => syncRuleOf(rule, root)), ...additions } }
}

/** Nothing else tells where its files belong in the container. */
function isOnlyByRules({ kind }: SyncedInput): boolean {
  return kind === 'custom' || kind === 'buildpacks'
}

/** A single text or a list of it, as a list. */
export function asList(texts: string | readonly string[]): readonly string[] {
  return typeof texts === 'string' ? [texts] : texts
}

function syncRuleOf({ from, to, then, ignore = [], back = false }: SyncInput, root: string): SyncRule {
  const ignored = asList(ignore).flatMap(glob => withFilesBelow(path.normalize(glob)))
  return {
    from: absoluteGlob(root, from),
    to,
    ...(then !== undefined && { after: then }),
    ...(ignored.length > 0 && { ignore: ignored }),
    ...(back && { back }),
  }
}

function runStepOf({ run, when }: RunInput, root: string): RunStep {
  return { run, when: filesNamedBy(when, root) }
}

function filesNamedBy(globs: NonNullable<SyncOptions['rebuildOn']>, root: string): readonly string[] {
  return asList(globs).flatMap(glob => withFilesBelow(absoluteGlob(root, glob)))
}
