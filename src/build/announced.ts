import type { ImageDefinition } from '../model/image.ts'
import type { ImageEngine } from '../model/image-engine.ts'
import type { Builder } from './builder.ts'

/**
 * Has the engine know of the builds of a Dockerfile from their beginning, whatever is found out before it is asked for one, or whether
 * it is: those that are due at the same moment it may make together.
 */
export function announced(
  builder: Builder,
  { builder: { kind } }: ImageDefinition,
  engine: ImageEngine,
): Builder {
  if (kind !== 'docker') return builder
  return {
    ...builder,
    async build(request) {
      const end = engine.expectBuild(request.ref)
      try {
        return await builder.build(request)
      } finally {
        end()
      }
    },
  }
}
