import { randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { repositoryOf } from '../model/image.ts'
import { drained } from '../util/drained.ts'
import type { ExecOutcome } from '../util/exec.ts'
import type { Receiver } from './image-archive.ts'
import { runInNode } from './node.ts'
import type { NodeSurvey } from './node-survey.ts'

/** An import into one node that is under way. */
export interface NodeImport {
  readonly receiver: Receiver
  /** The name that the image has until it is complete. */
  readonly name: string
  /** How it ended; never rejects. */
  readonly outcome: Promise<ExecOutcome>
  /** Bytes that were sent. */
  sentBytes(): number
  /** What is sent is not going to be complete. */
  abandon(): void
}

/** What is read of the archive while a node takes nothing. */
const bufferBytes = 1024 * 1024
const stopTimeoutMs = 5_000

/**
 * A name that no pod has: it gets its real one when all of it is unpacked, so that at no time there is an image of that
 * name which cannot be started.
 */
export function importName(reference: string): string {
  // A registry's port is no part of a path.
  const path = repositoryOf(reference).replace(':', '-')
  return `import.devloop.invalid/${path}:${randomUUID()}`
}

/**
 * Begins to import an archive into a node, which is then written to `receiver`.
 *
 * @param reference the name that the image gets, normalized
 */
export function beginImport(
  { node, snapshotter, heldLayers, compressedLayers }: NodeSurvey,
  { name, reference, signal }: { name: string; reference: string; signal: AbortSignal },
): NodeImport {
  const archive = new PassThrough({ highWaterMark: bufferBytes })
  // A node that stops reading says why by its outcome.
  archive.on('error', () => {})
  let process: string | undefined
  let sentBytes = 0
  const run = async () => {
    const outcome = await runInNode(node, script, [name, reference, snapshotter], {
      signal,
      timeoutMs: importTimeoutMs,
      input: archive,
      onLine(line) {
        process ??= /^process (\d+)$/.exec(line)?.[1]
      },
    })
    archive.destroy()
    const isCutOff = outcome.status === 'aborted' || outcome.status === 'timed-out'
    if (isCutOff && node.outlivesCommand && process !== undefined) {
      await runInNode(node, stopScript, [process, name], { signal: AbortSignal.timeout(stopTimeoutMs) })
    }
    return outcome
  }
  return {
    name,
    receiver: {
      heldLayers,
      compressedLayers,
      async write(bytes) {
        if (archive.destroyed) return
        sentBytes += bytes.length
        if (!archive.write(bytes)) await drained(archive)
      },
      end: () => archive.end(),
    },
    outcome: run(),
    sentBytes: () => sentBytes,
    abandon: () => archive.destroy(),
  }
}

/** A whole image of many gigabytes on a slow disk. */
const importTimeoutMs = 15 * 60 * 1_000

/** Its process is the head of a group of its own, as every process of `docker exec`. */
const script = `
echo "process $$"
$ctr images import --snapshotter "$3" - && $ctr images tag --force "$1" "$2"
status=$?
$ctr images rm "$1" >/dev/null 2>&1
exit $status
`

/** In this form of `kill` dash, busybox and bash agree. */
const stopScript = `
kill -TERM "-$1" 2>/dev/null
$ctr images rm "$2" >/dev/null 2>&1
`
