import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A folder in front of the PATH, for stand-ins of tools, and a place where they write. */
export interface ToolsOnPath extends Disposable {
  readonly folder: string
  /** Puts a shell script there. */
  add(name: string, script: string): void
  /** The lines that stand-ins have written to `$TOOLS/log`, oldest first. */
  log(): readonly string[]
}

export function toolsOnPath(): ToolsOnPath {
  const folder = mkdtempSync(path.join(tmpdir(), 'devloop-tools-'))
  const bin = path.join(folder, 'bin')
  const { PATH: before } = process.env
  mkdirSync(bin)
  process.env.PATH = `${bin}:${before}`
  process.env.TOOLS = folder
  const log = path.join(folder, 'log')
  writeFileSync(log, '')
  return {
    folder,
    add(name, script) {
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`)
      chmodSync(path.join(bin, name), 0o755)
    },
    log: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
    [Symbol.dispose]() {
      process.env.PATH = before
      delete process.env.TOOLS
      rmSync(folder, { recursive: true })
    },
  }
}
