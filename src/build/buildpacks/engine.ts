import { ok, type Result } from '../../model/result.ts'
import type { DockerCommand } from '../docker-command.ts'

/**
 * The environment in which `pack` uses the engine that `docker` uses. It knows `DOCKER_HOST`, but not `DOCKER_CONTEXT`, and
 * before version 0.37 not the context that `docker context use` chose either.
 */
export async function engineEnvironment(
  docker: DockerCommand,
  signal: AbortSignal,
): Promise<Result<Readonly<Record<string, string>>>> {
  if (docker.env.DOCKER_HOST ?? process.env.DOCKER_HOST) return ok(docker.env)
  const asked = await docker.run(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], signal)
  // Command lines before 19.03 have no contexts; one that is missing altogether is named.
  if (!asked.ok) return asked.failure.code === 'process/failed' ? ok(docker.env) : asked
  const [host] = asked.value
  return ok(host ? { ...docker.env, DOCKER_HOST: host } : docker.env)
}
