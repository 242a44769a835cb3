import type { Builder } from '../build/builder.ts'
import { customBuilder } from '../build/custom.ts'
import { dockerBuilder } from '../build/docker.ts'
import type { DockerCommand } from '../build/docker-command.ts'
import type { BuilderDefinition } from '../model/image.ts'

/** The builder that a definition asks for. `docker` is how the engine of the cluster is reached. */
export function createBuilder(definition: BuilderDefinition, docker: DockerCommand): Builder {
  switch (definition.kind) {
    case 'docker':
      return dockerBuilder(definition, docker)
    case 'custom':
      return customBuilder(definition, docker)
    case 'own':
      // The schema has made sure that it has a builder's members.
      return definition.builder as Builder
    default:
      return definition satisfies never
  }
}
