import {
  type Cause,
  type Compilation,
  type ImageState,
  isBuildPending,
  maxCauses,
  type State,
} from './state.ts'

/* Changed sources that a compiler on this machine turns into files for running containers. */

export const noSources: Compilation = { wanted: 0, done: 0, causes: [] }

/** The compiler has not seen the newest sources yet. Where a new image is due, that will hold them. */
export function isCompileDue(image: ImageState): boolean {
  const { wanted, done, failed } = image.compilation
  const isBuilt = !isBuildPending(image) && image.failed?.revision !== image.revision
  return isBuilt && wanted > done && failed?.version !== wanted
}

/** Why the newest sources cannot be compiled. */
export function compileFailure({ compilation: { wanted, failed } }: ImageState) {
  return failed?.version === wanted ? failed.failure : undefined
}

export function withChangedSources(compilation: Compilation, causes: readonly Cause[]): Compilation {
  return {
    ...compilation,
    wanted: compilation.wanted + 1,
    causes: [...compilation.causes, ...causes].slice(-maxCauses),
  }
}

/**
 * A build compiles the sources, too. One that was not necessary leaves on this machine what was compiled last, which
 * may be of other sources; that matters where containers may hold more than their image.
 */
export function compilationAfterBuild(
  { existingPods }: Pick<State, 'existingPods'>,
  { compilation, inspected, edits }: Pick<ImageState, 'compilation' | 'inspected' | 'edits'>,
  isCached: boolean,
): Compilation {
  const compiled = withCompiled(compilation)
  const isOpen = existingPods.size > 0 || edits.byPath.size > 0
  return isCached && inspected?.canCompile && isOpen ? withChangedSources(compiled, []) : compiled
}

/** All changes up to `version` are in the outputs, or in a new image. */
export function withCompiled({ wanted }: Compilation, version = wanted): Compilation {
  return { wanted, done: version, causes: [] }
}
