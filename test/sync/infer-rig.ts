import { type Inference, inferSync } from '../../src/sync/infer.ts'

export interface Recipe {
  readonly args?: Readonly<Record<string, string>>
  readonly target?: string
  readonly ignored?: (file: string) => boolean
  /** What the build context holds besides the file that is asked for. */
  readonly files?: readonly string[]
}

export function infer(
  dockerfile: string,
  { args = {}, target, ignored, files = [] }: Recipe = {},
): Inference {
  return inferSync({
    dockerfile,
    name: 'Dockerfile',
    args,
    ...(target !== undefined && { target }),
    isIgnored: ignored ?? (() => false),
    exists: file => files.includes(file),
  })
}

/** A decision in a few words: `/app/a.js`, `/app/a.js, restart`, `rebuild` or `ignored`. */
export function outcome(inference: Inference, file: string): string {
  const decision = inference.decide(file)
  if (decision.kind !== 'sync') return decision.kind
  return decision.after === undefined ? decision.target : `${decision.target}, ${decision.after}`
}
