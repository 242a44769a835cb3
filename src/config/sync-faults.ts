import path from 'node:path'
import { isWithin } from '../util/paths.ts'
import type { Fault, KeyPath } from './fault.ts'
import { absoluteGlob, reachOf } from './glob.ts'
import type { ImageInput, RunInput, SyncInput } from './input.ts'
import { asList, canSync } from './sync.ts'

/** Faults of sync rules and of what runs after them, as one image has them written. */
export function syncFaults(image: ImageInput, root: string): readonly Fault[] {
  if (!canSync(image)) return []
  const { sync, runs = [] } = image
  return [
    ...(sync === undefined || sync === false ? [] : listFaults(sync, root)),
    ...runs.flatMap((step, index) => runFaults(step, ['runs', index])),
  ]
}

function listFaults(rules: readonly SyncInput[], root: string): readonly Fault[] {
  if (rules.length > 0) return [...rules.flatMap(ruleFaults), ...hiddenRuleFaults(rules, root)]
  // One reader takes it for "never", the next for "nothing special", which infers rules: the two are far apart.
  return [
    {
      path: ['sync'],
      message: 'The list of sync rules is empty.',
      cure: 'Leave it out for what devloop does by itself, or write false, so that every change is a new image.',
    },
  ]
}

function ruleFaults({ to, then, back }: SyncInput, index: number): readonly Fault[] {
  const place = ['sync', index]
  const faults: Fault[] = []
  if (!path.posix.isAbsolute(to)) {
    faults.push({
      path: [...place, 'to'],
      message: `'${to}' is no absolute path.`,
      cure: "Write the whole path in the container, as in '/app/src'.",
    })
  } else if (to.split('/').includes('..')) {
    faults.push({
      path: [...place, 'to'],
      message: `'${to}' leads through '..'.`,
      cure: `Write '${path.posix.normalize(to)}'.`,
    })
  }
  if (typeof then === 'object') faults.push(...commandFaults(then.run, [...place, 'then', 'run']))
  if (back && then !== undefined) {
    faults.push({
      path: [...place, 'back'],
      message: 'A rule with then cannot have back: what comes back would set it off again and again.',
      cure: 'Leave one of the two out, or write a rule of its own for the files that come back.',
    })
  }
  return faults
}

/** Faults of rules that no file ever comes to, since an earlier rule takes them all. */
function hiddenRuleFaults(rules: readonly SyncInput[], root: string): readonly Fault[] {
  return rules.flatMap((rule, index): readonly Fault[] => {
    const cover = rules.slice(0, index).find(earlier => covers(earlier, rule, root))
    if (!cover) return []
    const isSame = covers(rule, cover, root)
    return [
      {
        path: ['sync', index, 'from'],
        message: isSame
          ? `Two rules are for '${rule.from}', and the first one decides.`
          : `No file comes to this rule: the one for '${cover.from}' stands before it and takes them all.`,
        cure: isSame ? 'Leave one of them out.' : `Put it before the rule for '${cover.from}'.`,
      },
    ]
  })
}

function covers(earlier: SyncInput, later: SyncInput, root: string): boolean {
  const [first, second] = [absoluteGlob(root, earlier.from), absoluteGlob(root, later.from)]
  const { base, isWhole } = reachOf(first)
  return first === second || (isWhole && isWithin(reachOf(second).base, base))
}

function runFaults({ run, when }: RunInput, place: KeyPath): readonly Fault[] {
  const faults = commandFaults(run, [...place, 'run'])
  if (asList(when).length > 0) return faults
  const never = {
    message: 'It names no file, so the command never runs.',
    cure: "Name one, as in 'package.json'.",
  }
  return [...faults, { path: [...place, 'when'], ...never }]
}

function commandFaults(command: string, place: KeyPath): readonly Fault[] {
  if (command.trim() !== '') return []
  return [
    {
      path: place,
      message: 'The command is empty.',
      cure: "Write one for the container's shell, as in 'npm ci'.",
    },
  ]
}
