import path from 'node:path'
import type { BuildpacksDefinition } from '../../model/image.ts'
import { fail, ok, type Result } from '../../model/result.ts'
import { exec } from '../../util/exec.ts'
import { readIfThere } from '../../util/files.ts'
import { isWithin } from '../../util/paths.ts'
import type { Builder, BuildInputs, BuildRequest, BuiltImage } from '../builder.ts'
import type { DockerCommand } from '../docker-command.ts'
import { takeImage, toolImageName } from '../tool-image.ts'
import { packArguments } from './arguments.ts'
import { type Descriptor, parseDescriptor } from './descriptor.ts'
import { engineEnvironment } from './engine.ts'
import { explainPackFailure, missingImage } from './failure.ts'
import { applicationFilter } from './filter.ts'

/** Builds with Cloud Native Buildpacks, by the `pack` command line. */
export function buildpacksBuilder(definition: BuildpacksDefinition, docker: DockerCommand): Builder {
  const descriptorFile = path.join(definition.context, 'project.toml')
  let last: { text: string; inputs: BuildInputs } | undefined
  return {
    async inputs() {
      const text = (await readIfThere(descriptorFile)) ?? ''
      // The same object as long as nothing has changed: whoever watches the files then has nothing to do.
      if (last?.text !== text) {
        last = { text, inputs: inputsOf(definition, descriptorFile, parseDescriptor(text)) }
      }
      return ok(last.inputs)
    },
    build: request => build(definition, docker, request),
  }
}

/** `pack` uploads all of the folder but what the descriptor leaves out; `.gitignore` means nothing to it. */
function inputsOf(
  { context, buildpacks, envFile }: BuildpacksDefinition,
  descriptorFile: string,
  descriptor: Descriptor,
): BuildInputs {
  const isLeftOut = applicationFilter(context, descriptor)
  const local = [
    ...buildpacks.filter(path.isAbsolute),
    ...descriptor.buildpacks.map(uri => path.resolve(context, uri)),
  ]
  // They decide on the build even where the application does not hold them.
  const always = [descriptorFile, ...(envFile === undefined ? [] : [envFile]), ...local]
  const isAlways = (file: string) => always.some(one => isWithin(file, one))
  return {
    roots: [context, ...always.filter(file => !isWithin(file, context) || isLeftOut(file, false))],
    ignores: (file, isFolder) => !isAlways(file) && isLeftOut(file, isFolder),
    bases: [],
  }
}

async function build(
  definition: BuildpacksDefinition,
  docker: DockerCommand,
  { ref, signal, onLine }: BuildRequest,
): Promise<Result<BuiltImage>> {
  const engine = engineEnvironment(docker)
  if (!engine.ok) return engine
  const wanted = toolImageName(ref)
  const outcome = await exec({
    command: 'pack',
    args: packArguments(definition, { wanted, env: engine.value }),
    cwd: definition.context,
    env: engine.value,
    signal,
    onLine,
  })
  if (outcome.status !== 'succeeded') return fail(explainPackFailure(outcome, { ref, definition }))
  const taken = await takeImage(docker, { wanted, ref, signal })
  if (!taken.ok) return taken
  return taken.value ? ok(taken.value) : fail(missingImage(wanted))
}
