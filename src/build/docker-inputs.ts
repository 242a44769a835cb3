import path from 'node:path'
import { baseImages } from '../dockerfile/base-images.ts'
import { ignoreFiles, parseDockerIgnore, readIgnoreRules } from '../dockerfile/dockerignore.ts'
import { hasRemoteSources } from '../dockerfile/remote-sources.ts'
import { readSources } from '../dockerfile/sources.ts'
import type { DockerDefinition } from '../model/image.ts'
import type { SyncSetting } from '../model/sync.ts'
import { readIfThere } from '../util/files.ts'
import { globRoot } from '../util/glob.ts'
import { isWithin } from '../util/paths.ts'
import type { BuildInputs } from './builder.ts'
import { secretFiles } from './docker-credentials.ts'

export interface DockerInputs extends BuildInputs {
  /** Of the Dockerfile; undefined where there is none. */
  readonly text: string | undefined
}

/**
 * Reads what an image is made from: of the context only what the Dockerfile copies and `.dockerignore` lets through.
 *
 * @returns a function that gives the same object as long as Dockerfile and `.dockerignore` say the same, so that whoever
 *   watches the files then has nothing to do.
 */
export function dockerInputs(definition: DockerDefinition): () => Promise<DockerInputs> {
  const { context, dockerfile } = definition
  let last: { said: string; inputs: DockerInputs } | undefined
  return async () => {
    const [text, ignoreRules] = await Promise.all([
      readIfThere(dockerfile),
      readIgnoreRules(context, dockerfile),
    ])
    const said = JSON.stringify([text, ignoreRules])
    if (last?.said !== said) last = { said, inputs: inputsOf(definition, text, ignoreRules ?? '') }
    return last.inputs
  }
}

function inputsOf(definition: DockerDefinition, text: string | undefined, ignoreRules: string): DockerInputs {
  const { context, dockerfile, args, target, secrets } = definition
  const instructions = text ?? ''
  const isIgnored = parseDockerIgnore(context, ignoreRules)
  const sources = readSources({ text: instructions, args, ...(target !== undefined && { target }) })
  // They decide on the build even where the context leaves them out.
  const always = new Set([dockerfile, ...ignoreFiles(context, dockerfile), ...secretFiles(secrets)])
  const isCopied = (file: string, isFolder: boolean) =>
    sources?.covers(path.relative(context, file).split(path.sep).join('/'), isFolder) ?? true
  const named = namedRoots(definition.sync)
  const isNamed = (file: string, isFolder: boolean) =>
    named.some(root => isWithin(file, root) || (isFolder && isWithin(root, file)))
  return {
    text,
    // One root for all sources: what is not there yet, or is replaced whole, is seen from the folder above.
    roots: [context, ...always],
    ignores: (file, isFolder) =>
      !always.has(file) &&
      (isIgnored(file, isFolder) || !(isCopied(file, isFolder) || isNamed(file, isFolder))),
    bases: baseImages(instructions, args),
    readsMore: definition.pull === true || hasRemoteSources(instructions, args),
  }
}

/** Where that begins which the Devfile's own rules name: it is to be watched, whether or not the image holds it. */
function namedRoots(sync: SyncSetting): readonly string[] {
  if (sync.kind === 'off') return []
  const { runs, rebuildOn } = sync.kind === 'rules' ? sync.rules : sync
  const froms = sync.kind === 'rules' ? sync.rules.sync.map(({ from }) => from) : []
  return [...froms, ...rebuildOn, ...runs.flatMap(({ when }) => when)].map(globRoot)
}
