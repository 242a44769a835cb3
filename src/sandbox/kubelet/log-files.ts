import { copyFileSync, statSync, truncateSync } from 'node:fs'
import path from 'node:path'

/** The size from which on a log is rotated, in bytes: the kubelet's own. */
const maxBytes = 10 * 1024 * 1024

/** The output of one instance of a container. @param folder of the pod */
export function logFile(folder: string, container: string, restartCount: number): string {
  return path.join(folder, 'logs', container, `${restartCount}.log`)
}

/** What was rotated away of a log. */
export function rotatedFile(file: string): string {
  return `${file}.1`
}

/**
 * Keeps the last one or two times 10 MB of a log. The runtime appends to the file in this same process, so between the copy and the cut
 * no line can come in.
 */
export function rotate(file: string): void {
  try {
    if (statSync(file).size < maxBytes) return
    copyFileSync(file, rotatedFile(file))
    truncateSync(file)
  } catch {
    // A container that has just gone has no log to rotate.
  }
}
