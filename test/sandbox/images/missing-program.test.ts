import { expect, test } from 'vitest'
import { missingProgram } from '../../../src/sandbox/images/missing-program.ts'

test.each([
  ['sh: 1: usleep: not found', 'usleep'],
  ['/bin/sh: 1: apk: not found', 'apk'],
  ['sh: apk: not found', 'apk'],
  ['bash: line 1: g++: command not found', 'g++'],
  ["env: 'python2': No such file or directory", 'python2'],
  ['unshare: failed to execute nosuch: No such file or directory', 'nosuch'],
])('that a program is missing is read from "%s"', (line, program) => {
  expect(missingProgram(['it begins', line])).toBe(program)
})

test.each(['module left-pad: not found in the registry', 'cat: a.txt: No such file or directory'])(
  '"%s" is about something else',
  line => expect(missingProgram([line])).toBeUndefined(),
)
