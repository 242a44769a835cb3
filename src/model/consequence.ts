import type { SyncDecision } from './sync.ts'

/** What a change of a file leads to, for one part of the project. */
export interface Consequence {
  /** `image shop/web`, `service web` or `Devfile`. */
  readonly subject: string
  readonly action: 'reload' | 'apply' | SyncDecision['kind']
  /** The steps that lead to it, each a sentence. */
  readonly reasons: readonly string[]
}
