import type { Builder } from '../build/builder.ts'
import { buildpacksBuilder } from '../build/buildpacks/buildpacks.ts'
import { customBuilder } from '../build/custom.ts'
import { dockerBuilder } from '../build/docker.ts'
import { gradleBuilder } from '../build/gradle.ts'
import { jibBuilder } from '../build/jib.ts'
import { mavenBuilder } from '../build/maven.ts'
import type { BuilderDefinition, DockerDefinition } from '../model/image.ts'
import { fail, ok } from '../model/result.ts'
import type { OpenedEngine } from './image-engine.ts'

/** The builder that a definition asks for. */
export function createBuilder(definition: BuilderDefinition, { images, docker }: OpenedEngine): Builder {
  if (definition.kind === 'docker') return dockerBuilder(definition, images)
  if (!docker) return refusedBuilder(definition)
  switch (definition.kind) {
    case 'own':
      // The schema has made sure that it has a builder's members.
      return definition.builder as Builder
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
    default:
      return definition satisfies never
  }
}

/** What leaves the image to a tool that wants an engine of its own. */
function refusedBuilder({ kind }: Exclude<BuilderDefinition, DockerDefinition>): Builder {
  const name = kind === 'own' ? 'that is written in the Devfile' : `${kind}()`
  return {
    inputs: async () => ok({ roots: [], bases: [] }),
    build: async () =>
      fail({
        // Not that an engine is away, which would be waited for.
        code: 'build/failed',
        message: `The builder ${name} needs a Docker engine, and the sandbox has none.`,
        why: 'It makes the image by itself, in an engine or a registry.',
        cure: 'Write a Dockerfile and build it with docker(), or use a cluster of kind, k3d or minikube.',
      }),
  }
}
