import picomatch from 'picomatch'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { KubeContext } from './kubeconfig.ts'
import { judgeLocality, type LocalTool } from './local-cluster.ts'

/** A context that devloop may act in. */
export interface PermittedContext {
  readonly context: KubeContext
  /** Absent where the Devfile allows a cluster that devloop does not know to be on this machine. */
  readonly tool?: LocalTool
}

/**
 * Whether devloop may act in a context: it is a known local cluster, or one of the Devfile's `contexts` (names or globs)
 * names it. Asks nothing of the cluster.
 */
export function permitContext(
  context: KubeContext,
  allowed: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<PermittedContext> {
  const locality = judgeLocality(context, env)
  if (locality.isLocal) return ok({ context, tool: locality.tool })
  if (allowed.some(pattern => matches(context.name, pattern))) return ok({ context })
  return fail(refusal(context, locality.why, allowed))
}

/** Names of contexts hold slashes and colons (`arn:aws:eks:…`), which mean nothing special to a glob here. */
function matches(name: string, pattern: string): boolean {
  return name === pattern || picomatch.isMatch(name, pattern, { bash: true, dot: true })
}

function refusal(context: KubeContext, why: string, allowed: readonly string[]): Failure {
  const line = [...allowed, context.name].map(name => `'${name}'`).join(', ')
  return {
    code: 'cluster/refused',
    message: `devloop does not act in context ${context.name} (${context.server}).`,
    why,
    cure: `Choose a local cluster with --context, or, if you mean this one, write in the Devfile: contexts: [${line}],`,
  }
}
