import { access } from 'node:fs/promises'
import type { Failure } from '../model/failure.ts'
import type { BuildSecret, SshAccess } from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { readIfThere } from '../util/files.ts'

/** The files among the secrets: a change of one is a change of the build. */
export function secretFiles(secrets: readonly BuildSecret[]): readonly string[] {
  return secrets.flatMap(secret => ('file' in secret ? [secret.file] : []))
}

/** The values by their ids, none of which may be printed; or the secret that is missing. */
export async function secretValues(
  secrets: readonly BuildSecret[],
): Promise<Result<ReadonlyMap<string, string>>> {
  const values = new Map<string, string>()
  for (const secret of secrets) {
    const value = 'file' in secret ? await readIfThere(secret.file) : process.env[secret.env]
    if (value === undefined) return fail(missingSecret(secret))
    values.set(secret.id, value)
  }
  return ok(values)
}

/** Checked here because the engine's own error names neither the Devfile's option nor what to do. */
export async function checkSsh(ssh: SshAccess): Promise<Result<void>> {
  if (ssh === 'default') return process.env.SSH_AUTH_SOCK ? ok(undefined) : fail(missingAgent)
  for (const { id, path } of ssh) {
    if (!(await isThere(path))) return fail(missingSsh(id, path))
  }
  return ok(undefined)
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}

function missingSecret(secret: BuildSecret): Failure {
  const source = 'file' in secret ? `the file ${secret.file}` : `the environment variable ${secret.env}`
  return {
    code: 'build/missing-input',
    message: `The build secret "${secret.id}" is missing: ${source} is not there.`,
    ...('file' in secret && { at: { file: secret.file } }),
    cure:
      'file' in secret
        ? 'Create the file, or correct its path in the Devfile.'
        : `Set ${secret.env} and start devloop again.`,
  }
}

const missingAgent: Failure = {
  code: 'build/missing-input',
  message: 'The build wants the SSH agent, and none is running.',
  why: 'The environment variable SSH_AUTH_SOCK is not set.',
  cure: "Start one (eval $(ssh-agent); ssh-add) and start devloop again, or name a key in the Devfile: ssh: [{ id: 'default', path: '…' }].",
}

function missingSsh(id: string, path: string): Failure {
  return {
    code: 'build/missing-input',
    message: `The key or socket of ssh "${id}" is missing: ${path} is not there.`,
    at: { file: path },
    cure: 'Create it, or correct its path in the Devfile.',
  }
}
