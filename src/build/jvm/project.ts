import path from 'node:path'
import type { BuildInputs } from '../builder.ts'

/** What is known of a project from its build files, without running the tool. */
export interface JvmProject {
  /** The module that becomes the image, absolute. */
  readonly module: string
  /** Build files, and folders of them, absolute. */
  readonly buildFiles: readonly string[]
  /** Folders `src` of the module and of those that it depends on, absolute. */
  readonly sources: readonly string[]
  /** Folders of builds that only make plugins for this one, absolute. */
  readonly pluginBuilds: readonly string[]
  /** What the build files say of the module, without comments. */
  readonly text: string
}

/**
 * Turns projects into what an image is made from. It gives the same object as long as the same files are read: whoever
 * watches them then has nothing to do.
 */
export function inputsReader(): (project: JvmProject) => BuildInputs {
  let last: { key: string; inputs: BuildInputs } | undefined
  return ({ buildFiles, sources, pluginBuilds }) => {
    const roots = [...new Set([...buildFiles, ...sources, ...pluginBuilds])]
    const key = JSON.stringify([roots, sources, pluginBuilds])
    if (last?.key !== key) {
      last = {
        key,
        inputs: {
          roots,
          ignores: file =>
            sources.some(folder => isTest(below(folder, file))) ||
            pluginBuilds.some(folder => isOutput(below(folder, file))),
          bases: [],
        },
      }
    }
    return last.inputs
  }
}

type Segments = readonly string[] | undefined

/** Source sets whose classes are in no image: `test`, `testFixtures`, `integrationTest`, Maven's `it`. */
function isTest(segments: Segments): boolean {
  const set = segments?.[0]
  return set !== undefined && /^(?:test|test[A-Z].*|.*Tests?|it)$/.test(set)
}

/** What the build of a plugin writes; below `src`, such a name is a package's. */
function isOutput(segments: Segments): boolean {
  if (!segments) return false
  const source = segments.indexOf('src')
  const outside = source < 0 ? segments : segments.slice(0, source)
  return outside.some(
    name => name === 'build' || name === '.gradle' || name === '.kotlin' || name === '.idea',
  )
}

/** The parts of a file's path below a folder; undefined where it lies elsewhere, or is the folder itself. */
function below(folder: string, file: string): Segments {
  return file.startsWith(`${folder}${path.sep}`) ? file.slice(folder.length + 1).split(path.sep) : undefined
}
