import type { Result } from '../model/result.ts'
import { type Algorithm, contentOf } from './host-content.ts'
import type { Content } from './reconcile.ts'
import type { FileWriter } from './transfer.ts'

/** Who made a file what it was when both sides last held the same. */
export type Origin = 'host' | 'container'

interface Entry {
  readonly content: Content | undefined
  readonly origin: Origin
}

/** What one container and the host last both held, by container path. A file that both have deleted is remembered, too. */
export class Agreement {
  readonly #entries = new Map<string, Entry>()

  content(target: string): Content | undefined {
    return this.#entries.get(target)?.content
  }

  /** Whether the host has it from the container. */
  cameBack(target: string): boolean {
    return this.#entries.get(target)?.origin === 'container'
  }

  set(target: string, content: Content | undefined, origin: Origin): void {
    this.#entries.set(target, { content, origin })
  }

  /** The files that were there. */
  *targets(): Generator<string> {
    for (const [target, { content }] of this.#entries) if (content) yield target
  }

  /**
   * A stream that does the same, and that this learns from what the container took; but not from commands.
   *
   * @param isOwn whether a container path is of any interest
   */
  recording(stream: FileWriter, algorithm: Algorithm, isOwn: (path: string) => boolean): FileWriter {
    const after = async <T extends Result<void, unknown>>(
      done: Promise<T>,
      record: () => void,
    ): Promise<T> => {
      const result = await done
      if (result.ok) record()
      return result
    }
    const written = (path: string, bytes: Uint8Array, mode: number) => {
      if (isOwn(path)) this.set(path, contentOf(bytes, mode, algorithm), 'host')
    }
    const deleted = (path: string) => {
      if (isOwn(path)) this.set(path, undefined, 'host')
      for (const target of this.targets()) {
        if (target.startsWith(`${path}/`)) this.set(target, undefined, 'host')
      }
    }
    return {
      write: (path, bytes, mode) =>
        after(stream.write(path, bytes, mode), () => written(path, bytes, mode ?? 0o644)),
      writeMany: files =>
        after(stream.writeMany(files), () => {
          for (const { path, bytes, mode } of files) written(path, bytes, mode)
        }),
      // Links are not listed, so that on this side a link and nothing are the same.
      link: (path, destination) => after(stream.link(path, destination), () => deleted(path)),
      makeFolder: path => stream.makeFolder(path),
      run: (command, onLine) => stream.run(command, onLine),
      delete: path => after(stream.delete(path), () => deleted(path)),
    }
  }
}
