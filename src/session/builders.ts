import type { Bakery } from '../build/bake.ts'
import type { Builder } from '../build/builder.ts'
import { buildpacksBuilder } from '../build/buildpacks/buildpacks.ts'
import { customBuilder } from '../build/custom.ts'
import { dockerBuilder } from '../build/docker.ts'
import type { DockerCommand } from '../build/docker-command.ts'
import { gradleBuilder } from '../build/gradle.ts'
import { jibBuilder } from '../build/jib.ts'
import { mavenBuilder } from '../build/maven.ts'
import type { BuilderDefinition } from '../model/image.ts'

/**
 * The builder that a definition asks for.
 *
 * @param docker how the engine of the cluster is reached
 * @param bakery builds Dockerfiles together; without one each is built alone
 */
export function createBuilder(
  definition: BuilderDefinition,
  docker: DockerCommand,
  bakery?: Bakery,
): Builder {
  switch (definition.kind) {
    case 'docker':
      return dockerBuilder(definition, docker, bakery)
    case 'buildpacks':
      return buildpacksBuilder(definition, docker)
    case 'custom':
      return customBuilder(definition, docker)
    case 'gradle':
      return gradleBuilder(definition, docker)
    case 'maven':
      return mavenBuilder(definition, docker)
    case 'jib':
      return jibBuilder(definition, docker)
    case 'own':
      // The schema has made sure that it has a builder's members.
      return definition.builder as Builder
    default:
      return definition satisfies never
  }
}
