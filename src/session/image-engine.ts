import { type DockerCommand, dockerCommand } from '../build/docker-command.ts'
import { dockerEngine } from '../build/docker-engine.ts'
import { progressReader } from '../build/docker-progress.ts'
import type { EngineAddress } from '../cluster/provider.ts'
import type { ImageEngine } from '../model/image-engine.ts'
import { openSandboxEngine } from '../sandbox/client.ts'

/** What builds images. */
export interface OpenedEngine {
  readonly images: ImageEngine
  /** How tools that speak to docker's engine by themselves reach it; absent where there is none. */
  readonly docker?: DockerCommand
}

export function openEngine(address: EngineAddress): OpenedEngine {
  switch (address.kind) {
    case 'docker': {
      const docker = dockerCommand(address.env)
      return { images: dockerEngine(docker), docker }
    }
    case 'sandbox':
      return { images: openSandboxEngine(address.socket, progressReader) }
    default:
      return address satisfies never
  }
}
