import { lstatSync } from 'node:fs'
import path from 'node:path'
import picomatch from 'picomatch'
import type { SyncRule, SyncRules } from '../model/sync.ts'
import { isKeptCopy } from './kept-copy.ts'
import { matchSync } from './match.ts'

/** Where files of one rule are, in the container and on the host. */
export interface BackPlace {
  /** Absolute container path of the folder, or of the one file, that is looked at. */
  readonly target: string
  /** Absolute host path of the folder that nothing is written outside of, or of the one file. */
  readonly root: string
  /** Where a container's file belongs on the host. @param file absolute container path */
  locate(file: string): BackLocation
}

export type BackLocation =
  | { readonly kind: 'host'; readonly path: string; readonly root: string }
  /** A name that could do harm on the host, or that cannot be told exactly. */
  | { readonly kind: 'unsafe' }
  /** No rule brings it back. */
  | { readonly kind: 'none' }

/** The rules that say `back`, turned round. To be asked anew for each look, since it depends on what is on the disk. */
export function backPlaces(rules: SyncRules): readonly BackPlace[] {
  return rules.sync.flatMap((rule, index) => (rule.back ? [backPlace(rule, index, rules)] : []))
}

export function locateIn(places: readonly BackPlace[], file: string): BackLocation {
  for (const place of places) {
    const location = place.locate(file)
    if (location.kind !== 'none') return location
  }
  return nowhere
}

const nowhere: BackLocation = { kind: 'none' }

function backPlace(rule: SyncRule, index: number, rules: SyncRules): BackPlace {
  const { base, isGlob } = picomatch.scan(rule.from)
  const root = path.resolve((isGlob ? base : rule.from).replace(/\\(.)/g, '$1'))
  const folder = path.posix.resolve('/', rule.to)
  const isFileIntoFolder = !isGlob && rule.to.endsWith('/') && !isFolder(root)
  const target = isFileIntoFolder ? path.posix.join(folder, path.basename(root)) : folder
  // What a file's change on the host would do decides: only what travels there by this very rule comes back by it.
  const own = matchSync({ sync: [rule], runs: [], rebuildOn: rules.rebuildOn })
  const earlier = matchSync({ sync: rules.sync.slice(0, index), runs: [], rebuildOn: [] })
  return {
    target,
    root,
    locate(file) {
      const relative = path.posix.relative(target, file)
      if (relative.startsWith('../') || relative === '..') return nowhere
      const found = path.join(root, relative)
      const decision = own(found)
      const isOwn = decision.kind === 'sync' && decision.target === file && earlier(found).kind === 'rebuild'
      if (!isOwn || isKeptCopy(found)) return nowhere
      return isSafe(relative) ? { kind: 'host', path: found, root } : { kind: 'unsafe' }
    },
  }
}

/**
 * Names come from inside of a container, and are not to reach what this machine acts upon by itself or shows in a terminal.
 * U+FFFD stands for bytes that are no UTF-8.
 */
function isSafe(relative: string): boolean {
  if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffd]/.test(relative)) return false
  return !relative.split('/').some(name => name === '..' || name.toLowerCase() === '.git')
}

function isFolder(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true
}
