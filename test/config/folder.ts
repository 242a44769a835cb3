import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type DevfileSource, type LoadedDevfile, loadDevfile } from '../../src/config/load.ts'

/** A folder of its own for one test, and loading its Devfile as devloop does. */
export interface Folder {
  readonly root: string
  file(name: string): string
  /** Writes files; folders are made as needed. */
  write(files: Readonly<Record<string, string>>): void
  load(options?: Partial<DevfileSource>): Promise<LoadedDevfile>
}

export function makeFolder(files: Readonly<Record<string, string>> = {}): Folder {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'devloop-config-')))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const root = path.join(parent, 'shop')
  const file = (name: string) => path.join(root, name)
  const write = (written: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(written)) {
      mkdirSync(path.dirname(file(name)), { recursive: true })
      writeFileSync(file(name), text)
    }
  }
  mkdirSync(root)
  write(files)
  return {
    root,
    file,
    write,
    load: options =>
      loadDevfile({
        path: file('Devfile.ts'),
        args: [],
        env: { XDG_CACHE_HOME: path.join(parent, 'cache') },
        cwd: root,
        devloopEntry: path.join(import.meta.dirname, '../../src/index.ts'),
        ...options,
      }),
  }
}
