import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SyncEdit, SyncRule, SyncRules } from '../../src/model/sync.ts'
import { BackSync } from '../../src/sync/back.ts'
import { matchSync } from '../../src/sync/match.ts'
import type { SyncStream } from '../../src/sync/stream.ts'
import { streamRig, value } from './stream-rig.ts'

/** Two folders, of which one stands for a container's, with a rule between them. */
export interface BackRig extends AsyncDisposable {
  readonly host: string
  readonly container: string
  readonly stream: SyncStream
  readonly back: BackSync
  /** What the user was told. */
  readonly lines: readonly string[]
  /** Another container in the place of the first, in the same folder. */
  renew(isFresh: boolean): BackSync
  look(): Promise<void>
  /** An edit as the watcher would report it. */
  edit(name: string, runs?: readonly string[]): SyncEdit
  give(...edits: readonly SyncEdit[]): Promise<readonly SyncEdit[]>
}

export async function backRig(
  shell: readonly string[],
  rule: Partial<SyncRule> = {},
  isFresh = true,
  environment: Record<string, string> = {},
): Promise<BackRig> {
  const rig = await streamRig()
  const { stream } = await rig.open(shell, environment)
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-back-'))
  const host = path.join(folder, 'generated')
  const container = path.join(rig.root, 'generated')
  await Promise.all([mkdir(host), mkdir(container)])
  const rules: SyncRules = {
    sync: [{ from: host, to: container, back: true, ...rule }],
    runs: [],
    rebuildOn: [],
  }
  const decide = matchSync(rules)
  const lines: string[] = []
  const follow = (fresh: boolean) => new BackSync({ rules, isFresh: fresh, onLine: line => lines.push(line) })
  let back = follow(isFresh)
  return {
    host,
    container,
    stream,
    get back() {
      return back
    },
    lines,
    renew(fresh) {
      back = follow(fresh)
      return back
    },
    async look() {
      value(await back.look(stream))
    },
    edit(name, runs = []) {
      const decision = decide(path.join(host, name))
      if (decision.kind !== 'sync') throw new Error(decision.reason)
      return { path: path.join(host, name), target: decision.target, runs, version: 1 }
    },
    async give(...edits) {
      return value(await back.give(stream, edits)).due
    },
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
