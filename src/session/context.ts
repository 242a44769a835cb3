import { type Cluster, chooseContext as chooseByName, openCluster } from '../cluster/connect.ts'
import { connectFailure } from '../cluster/connect-failure.ts'
import type { PermittedContext } from '../cluster/contexts.ts'
import { engineOf } from '../cluster/docker-context.ts'
import type { EngineAddress } from '../cluster/provider.ts'
import type { Failure } from '../model/failure.ts'
import type { ApiError } from '../model/kube-api.ts'
import type { Project } from '../model/project.ts'
import { ok, type Result } from '../model/result.ts'
import type { ProjectOptions } from './project.ts'

/** The kubeconfig's context that a command acts in: known, allowed, and not asked anything yet. */
export interface ChosenContext {
  readonly name: string
  /** Why devloop may act in it, in words for people. */
  readonly reason: string
  /** The address of the API server. */
  readonly server: string
  /** What makes images for the cluster; found out once. */
  engine(signal: AbortSignal): Promise<EngineAddress>
  connect(signal: AbortSignal): Promise<Result<Cluster>>
  /** Why the cluster does not answer, with the cure that fits its kind. */
  explain(error: ApiError): Failure
}

/** Chooses by the command line, the environment and the kubeconfig, within what the Devfile allows. */
export function chooseContext(
  { context, kubeconfig }: ProjectOptions,
  { contexts }: Pick<Project, 'contexts'>,
): Result<ChosenContext> {
  const { env } = process
  const choose = () =>
    chooseByName({
      env,
      allowed: contexts,
      ...(context !== undefined && { context }),
      ...(kubeconfig !== undefined && { kubeconfig }),
    })
  const permitted = choose()
  if (!permitted.ok) return permitted
  let engine: Promise<EngineAddress> | undefined
  return ok({
    name: permitted.value.context.name,
    reason: reasonOf(permitted.value),
    server: permitted.value.context.server,
    engine(signal) {
      engine ??= engineOf(permitted.value, env, signal)
      return engine
    },
    async connect(signal) {
      // Whoever makes a cluster anew writes its new address and credentials there.
      const now = choose()
      // Whoever builds nothing has not asked.
      const address = await engine
      const engineEnv = address?.kind === 'docker' ? address.env : {}
      return now.ok ? openCluster(now.value, { env, engineEnv, signal }) : now
    },
    explain: error => connectFailure(permitted.value, error),
  })
}

function reasonOf({ tool, context: { server } }: PermittedContext): string {
  return tool
    ? `it is ${tool.name}, and its server ${server} is on this machine`
    : `the Devfile's contexts name it (its server is ${server})`
}
