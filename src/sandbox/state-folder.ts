import path from 'node:path'
import type { Failure } from '../model/failure.ts'
import { fail, type Result } from '../model/result.ts'
import { sandboxImageSocket, sandboxKubeconfig } from '../util/sandbox-place.ts'

/** What the server says, while it runs and until the next one does. */
export function logFileOf(stateFolder: string): string {
  return path.join(stateFolder, 'server.log')
}

/** The first process's own. */
export function runFolderOf(stateFolder: string): string {
  return path.join(stateFolder, 'run')
}

/** Images and their layers, which the next start has again. */
export function imagesFolderOf(stateFolder: string): string {
  return path.join(stateFolder, 'images')
}

/** In the folder of the images: layers that are just being made. */
export function unfinishedLayersOf(imagesFolder: string): string {
  return path.join(imagesFolder, 'scratch')
}

/** Whoever finds these takes the sandbox for one that runs. */
export function signsOfLife(stateFolder: string): readonly string[] {
  const kubeconfig = sandboxKubeconfig(stateFolder)
  return [kubeconfig, newKubeconfig(kubeconfig), sandboxImageSocket(stateFolder)]
}

/** A kubeconfig that is just being written. */
export function newKubeconfig(kubeconfig: string): string {
  return `${kubeconfig}.new`
}

/** Carries out what writes to the state folder; that it cannot be written is a failure, and not a fault of devloop. */
export async function inStateFolder<T>(
  stateFolder: string,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    return await work()
  } catch (error) {
    const cure = cureOf((error as NodeJS.ErrnoException).code)
    if (!cure) throw error
    const failure: Failure = {
      code: 'sandbox/start',
      message: 'the sandbox cannot write its state folder',
      at: { file: stateFolder },
      why: (error as Error).message,
      cure,
    }
    return fail(failure)
  }
}

function cureOf(code: string | undefined): string | undefined {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Make room on its file system, or set XDG_STATE_HOME to a folder on another one.'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
      return 'Make it a folder that your user may write to, or set XDG_STATE_HOME to one that is.'
    default:
      return undefined
  }
}
