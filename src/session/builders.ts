import type { Builder } from '../build/builder.ts'
import { customBuilder } from '../build/custom.ts'
import { dockerBuilder } from '../build/docker.ts'
import { dockerCommand } from '../build/docker-command.ts'
import type { BuilderDefinition } from '../model/image.ts'

/** The builder that a definition asks for. */
export function createBuilder(definition: BuilderDefinition): Builder {
  switch (definition.kind) {
    case 'docker':
      return dockerBuilder(definition, dockerCommand({}))
    case 'custom':
      return customBuilder(definition, dockerCommand({}))
    case 'own':
      // The schema has made sure that it has a builder's members.
      return definition.builder as Builder
    default:
      return definition satisfies never
  }
}
