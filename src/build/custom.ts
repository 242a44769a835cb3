import path from 'node:path'
import picomatch from 'picomatch'
import { type Failure, maxOutputLines } from '../model/failure.ts'
import type { CustomDefinition } from '../model/image.ts'
import { fail, ok } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import type { Builder, BuildInputs } from './builder.ts'
import type { DockerCommand } from './docker-command.ts'
import { takePushedImage } from './pushed-image.ts'
import { takeImage, toolImageName } from './tool-image.ts'

/**
 * Builds with a command of the user's, which must leave an image with the name in `DEVLOOP_IMAGE` in the engine, or push
 * it by that name to the registry of the cluster. The name is the same each time; devloop then names the image after its
 * content.
 */
export function customBuilder(definition: CustomDefinition, docker: DockerCommand): Builder {
  const { command, cwd, inputs, ignore } = definition
  const isIgnored = picomatch([...ignore], { dot: true })
  const found: BuildInputs = {
    roots: inputs,
    ...(ignore.length > 0 && {
      ignores: (file: string) => isIgnored(path.relative(cwd, file).split(path.sep).join('/')),
    }),
    bases: [],
  }
  return {
    inputs: async () => ok(found),
    async build({ ref, pushName, signal, onLine }) {
      const registryName = await pushName?.()
      const wanted = toolImageName(registryName ?? ref)
      // EXPECTED_REF is what Tilt calls it: scripts that were written for Tilt work as they are.
      const env = { ...docker.env, DEVLOOP_IMAGE: wanted, EXPECTED_REF: wanted }
      const outcome = await exec({ command: 'sh', args: ['-c', command], cwd, env, signal, onLine })
      if (outcome.status !== 'succeeded') {
        return fail(
          commandFailure(
            definition,
            outcome.status === 'failed' ? outcome : { exit: outcome.status, output: [] },
          ),
        )
      }
      const image = { wanted, ref, signal }
      const taken =
        registryName === undefined
          ? await takeImage(docker, image)
          : await takePushedImage(docker, { ...image, onLine })
      if (!taken.ok) return taken
      return taken.value ? ok(taken.value) : fail(missingImage(definition, wanted))
    },
  }
}

function commandFailure(
  { command, cwd }: CustomDefinition,
  failed: { exit: string; output: readonly string[] },
): Failure {
  return {
    code: 'build/failed',
    message: `The build command \`${command}\` ended with ${failed.exit}.`,
    at: { file: cwd },
    cure: 'Correct what the command complains of; it runs again when one of its inputs is saved.',
    output: failed.output.slice(-maxOutputLines),
  }
}

function missingImage({ command }: CustomDefinition, wanted: string): Failure {
  return {
    code: 'build/failed',
    message: `The build command \`${command}\` ended well, but left no image ${wanted}.`,
    cure: 'Give the image the name that is in the environment variable DEVLOOP_IMAGE, as in: docker build -t "$DEVLOOP_IMAGE" .',
  }
}
