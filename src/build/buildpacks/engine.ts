import { fail, ok, type Result } from '../../model/result.ts'
import { dockerSettings, engineAddress } from '../../util/docker-settings.ts'
import type { DockerCommand } from '../docker-command.ts'

/**
 * The environment in which `pack` uses the engine that `docker` uses. It knows `DOCKER_HOST`, but not `DOCKER_CONTEXT`, and
 * before version 0.37 not the context that `docker context use` chose either.
 */
export function engineEnvironment(docker: DockerCommand): Result<Readonly<Record<string, string>>> {
  const env = { ...process.env, ...docker.env }
  const settings = dockerSettings(env)
  const address = engineAddress(settings, env)
  if (address !== undefined) return ok({ ...docker.env, DOCKER_HOST: address })
  return fail({
    code: 'build/no-engine',
    message: `Docker has no context ${settings.context}, so nothing says which engine pack is to use.`,
    cure: '`docker context ls` lists those that there are; choose one by `docker context use`, or set DOCKER_CONTEXT or DOCKER_HOST.',
  })
}
