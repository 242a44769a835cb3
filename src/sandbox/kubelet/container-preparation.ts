import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fail, ok, type Result } from '../../model/result.ts'
import type { ContainerDefinition } from '../kinds/pod.ts'
import type { ContainerSpec } from '../runtime/container-runtime.ts'
import { environmentOf } from './environment.ts'
import { expand } from './expansion.ts'
import { logFile, terminationFile } from './log-files.ts'
import type { PodContext } from './pod-context.ts'

export interface PreparedContainer {
  readonly spec: ContainerSpec
  /** What the container writes there is its last word. */
  readonly terminationFile: string
}

const defaultTerminationPath = '/dev/termination-log'

/**
 * What the runtime is to start, once everything that it refers to is there.
 *
 * @returns otherwise what is missing, in the kubelet's words
 */
export async function prepareContainer(
  { store, pod, addresses, volumes, folder }: PodContext,
  definition: ContainerDefinition,
  restartCount: number,
): Promise<Result<PreparedContainer, string>> {
  const { name, image, command, args, workingDir, securityContext, tty, stdin, terminationMessagePath } =
    definition
  const variables = environmentOf(store, pod(), definition, addresses)
  if (!variables.ok) return variables
  const mounts = await volumes.mountsOf(definition, variables.value)
  if (!mounts.ok) return mounts
  const logs = logFile(folder, name, restartCount)
  const lastWords = terminationFile(folder, name, restartCount)
  try {
    mkdirSync(path.dirname(logs), { recursive: true })
    writeFileSync(lastWords, '')
    // Whoever the container runs as: a mode is less what the umask takes away, and this one must not be.
    chmodSync(lastWords, 0o666)
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  const forPod = pod().spec.securityContext
  const user = securityContext?.runAsUser ?? forPod?.runAsUser
  const group = securityContext?.runAsGroup ?? forPod?.runAsGroup
  return ok({
    terminationFile: lastWords,
    spec: {
      name,
      image,
      ...(command && { command: command.map(each => expand(each, variables.value)) }),
      ...(args && { args: args.map(each => expand(each, variables.value)) }),
      env: [...variables.value].map(([key, value]) => ({ name: key, value })),
      ...(workingDir !== undefined && { workingDir }),
      ...(user !== undefined && { user }),
      ...(group !== undefined && { group }),
      mounts: [
        ...mounts.value,
        {
          source: lastWords,
          target: terminationMessagePath ?? defaultTerminationPath,
          isReadOnly: false,
        },
      ],
      isRootReadOnly: securityContext?.readOnlyRootFilesystem ?? false,
      hasTty: tty ?? false,
      hasStdin: stdin ?? false,
      logFile: logs,
    },
  })
}
