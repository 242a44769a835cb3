import { expect, test } from 'vitest'
import { outcomeOf } from '../../src/cluster/exec-outcome.ts'

/** The status of a command that ended with a code, in the words of dockershim (1.20). */
function exited(code: number): string {
  return JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: Error executing in Docker Container: ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  })
}

function internalError(words: string): string {
  const message = `Internal error occurred: ${words}`
  const details = { causes: [{ message: words }] }
  return JSON.stringify({ status: 'Failure', message, reason: 'InternalError', details, code: 500 })
}

const runc = 'OCI runtime exec failed: exec failed: unable to start container process:'
const containerd =
  'error executing command in container: failed to exec in container: failed to start exec "f83e8b":'

test('a command that succeeds ends with code 0', () => {
  expect(outcomeOf('{"metadata":{},"status":"Success"}', '')).toEqual({ kind: 'exited', code: 0 })
})

test.each([1, 3, 126, 127, 137])("a command's exit code %i arrives", code => {
  expect(outcomeOf(exited(code), 'what it printed')).toEqual({ kind: 'exited', code })
})

test.each([
  ['Docker, by name', exited(126), `${runc} exec: "sh": executable file not found in $PATH: unknown\r\n`],
  ['Docker 28', exited(127), `${runc} exec: "sh": executable file not found in $PATH: unknown\r\n`],
  [
    'Docker, by path',
    exited(126),
    `${runc} exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown\r\n`,
  ],
  [
    'containerd',
    internalError(`${containerd} ${runc} exec: "sh": executable file not found in $PATH: unknown`),
    '',
  ],
  [
    'an older runc',
    internalError(
      `${containerd} OCI runtime exec failed: exec failed: container_linux.go:345: starting container process caused "exec: \\"sh\\": executable file not found in $PATH": unknown`,
    ),
    '',
  ],
  [
    'crun',
    internalError(
      'error executing command in container: exec failed: crun: executable file `sh` not found in $PATH: No such file or directory',
    ),
    '',
  ],
])('a program that the image does not have is told from other failures: %s', (_runtime, status, output) => {
  expect(outcomeOf(status, output)).toMatchObject({ kind: 'broken', isMissingProgram: true })
})

test.each([
  [
    'no permission',
    exited(126),
    `${runc} exec: "/etc/passwd": permission denied: unknown\r\n`,
    'permission denied',
  ],
  [
    'no working directory',
    exited(126),
    `${runc} chdir to cwd ("/app") set in config.json failed: no such file or directory: unknown`,
    'chdir',
  ],
  [
    'no container',
    internalError('container is not created or running'),
    '',
    'container is not created or running',
  ],
])('what else hinders the start is told in the words of the runtime: %s', (_case, status, output, words) => {
  const outcome = outcomeOf(status, output)
  expect(outcome).toEqual({ kind: 'broken', message: expect.stringContaining(words) })
})

test('a status that nobody can read is no success', () => {
  expect(outcomeOf('out of luck', '')).toEqual({
    kind: 'broken',
    message: expect.stringContaining('out of luck'),
  })
  expect(outcomeOf('{}', '')).toMatchObject({ kind: 'broken' })
  expect(outcomeOf('null', '')).toMatchObject({ kind: 'broken' })
})
