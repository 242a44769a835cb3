import { rm } from 'node:fs/promises'
import path from 'node:path'
import { rotatedFile } from '../runtime/output-log.ts'

/** The output of one instance of a container. @param folder of the pod */
export function logFile(folder: string, container: string, restartCount: number): string {
  return path.join(folder, 'logs', container, `${restartCount}.log`)
}

/** What one instance of a container has for its last words. @param folder of the pod */
export function terminationFile(folder: string, container: string, restartCount: number): string {
  return path.join(folder, 'logs', container, `${restartCount}.termination`)
}

/** Removes what an instance has said, which nobody can ask for any more. @param folder of the pod */
export async function removeInstanceFiles(
  folder: string,
  container: string,
  restartCount: number,
): Promise<void> {
  const log = logFile(folder, container, restartCount)
  for (const file of [log, rotatedFile(log), terminationFile(folder, container, restartCount)])
    await rm(file, { force: true })
}
