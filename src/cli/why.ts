import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Consequence } from '../model/consequence.ts'
import type { Failure } from '../model/failure.ts'
import { ok, type Result } from '../model/result.ts'
import { explainFile } from '../session/explain.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { clean, formatPath } from '../ui/text.ts'
import { connectControl } from './connect.ts'
import { printFailures } from './failures.ts'

/** Says what a change of one file leads to, and why. Gives the exit code: 1 where nothing is made from the file. */
export async function why(file: string, options: ProjectOptions): Promise<number> {
  const absolute = path.resolve(file)
  const explained = await explain(absolute, options)
  if (!explained.ok) return printFailures(explained.failure)
  const consequences = explained.value
  const shown = formatPath(absolute, process.cwd())
  if (consequences.length === 0) {
    const isThere = existsSync(absolute) ? '' : ' There is no such file.'
    process.stdout.write(`${clean(shown)}: nothing of the project is made from it.${isThere}\n`)
    return 1
  }
  for (const { subject, action, reasons } of consequences) {
    process.stdout.write(`${clean(shown)} → ${subject}: ${words[action]}\n`)
    for (const reason of reasons) process.stdout.write(`  ${clean(reason)}\n`)
  }
  return 0
}

/** A running `up` knows the profile that it runs with; without one the Devfile itself says enough. */
async function explain(
  file: string,
  options: ProjectOptions,
): Promise<Result<readonly Consequence[], readonly Failure[]>> {
  const client = connectControl(options)
  const asked = client.ok ? await client.value.why(file) : client
  if (asked.ok) return asked
  const loaded = await loadProject(options)
  if (!loaded.ok) return loaded
  const { devfile, project } = loaded.value
  return ok(await explainFile({ project, devfiles: devfile.files, file }))
}

const words: Readonly<Record<Consequence['action'], string>> = {
  reload: 'the Devfile is loaded again, and what changed by it is made anew',
  apply: 'the manifests are read and applied again',
  sync: 'the file is put into the running containers',
  compile: 'it is compiled, and what comes of it is put into the running containers',
  rebuild: 'a new image is built',
  ignored: 'nothing happens',
}
