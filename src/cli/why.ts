import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Consequence, explainFile } from '../session/explain.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { clean, formatPath } from '../ui/text.ts'
import { printFailures } from './failures.ts'

/** Says what a change of one file leads to, and why. Gives the exit code: 1 where nothing is made from the file. */
export async function why(file: string, options: ProjectOptions): Promise<number> {
  const loaded = await loadProject(options)
  if (!loaded.ok) return printFailures(loaded.failure)
  const { devfile, project } = loaded.value
  const absolute = path.resolve(file)
  const consequences = await explainFile({
    project,
    devfiles: devfile.files,
    file: absolute,
  })
  const shown = formatPath(absolute, process.cwd())
  if (consequences.length === 0) {
    const isThere = existsSync(absolute) ? '' : ' There is no such file.'
    process.stdout.write(`${clean(shown)}: nothing in ${project.name} is made from it.${isThere}\n`)
    return 1
  }
  for (const { subject, action, reasons } of consequences) {
    process.stdout.write(`${clean(shown)} → ${subject}: ${words[action]}\n`)
    for (const reason of reasons) process.stdout.write(`  ${clean(reason)}\n`)
  }
  return 0
}

const words: Readonly<Record<Consequence['action'], string>> = {
  reload: 'the Devfile is loaded again, and what changed by it is made anew',
  apply: 'the manifests are read and applied again',
  sync: 'the file is put into the running containers',
  compile: 'it is compiled, and what comes of it is put into the running containers',
  rebuild: 'a new image is built',
  ignored: 'nothing happens',
}
