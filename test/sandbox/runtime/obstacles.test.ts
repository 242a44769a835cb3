import { expect, test } from 'vitest'
import { describeObstacle } from '../../../src/sandbox/runtime/obstacles.ts'

const denied = ['unshare: unshare failed: Operation not permitted']

function machine(files: Readonly<Record<string, string>>, isRoot = false) {
  return { isRoot, read: (file: string) => files[file] }
}

test.each([
  [
    'kernel/unprivileged_userns_clone',
    '0\n',
    'sudo sysctl -w kernel.unprivileged_userns_clone=1, or start devloop as root.',
  ],
  [
    'user/max_user_namespaces',
    '0\n',
    'sudo sysctl -w user.max_user_namespaces=10000, or start devloop as root.',
  ],
  [
    'kernel/apparmor_restrict_unprivileged_userns',
    '1\n',
    'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or start devloop as root.',
  ],
])('where %s forbids namespaces, what allows them is said', (setting, value, cure) => {
  const failure = describeObstacle(denied, machine({ [`/proc/sys/${setting}`]: value }))
  expect(failure).toMatchObject({ code: 'sandbox/forbidden', cure })
  expect(failure.why).toContain(setting.split('/').at(-1))
})

test('in a container whose profile forbids namespaces, how to start it is said, to root as well', () => {
  const container = machine({ '/proc/self/status': 'Name:\tnode\nSeccomp:\t2\n' }, true)
  expect(describeObstacle(denied, container).cure).toContain('--security-opt seccomp=unconfined')
})

test('in a container that hides parts of /proc, how to start it is said', () => {
  const failure = describeObstacle(['unshare: mount /proc failed: Operation not permitted'], machine({}))
  expect(failure.cure).toContain('--privileged')
})

test.each([
  ['spawn unshare ENOENT', 'unshare', 'util-linux'],
  ['unshare: unrecognized option: kill-child', 'unshare', 'util-linux'],
  ['unshare: failed to execute perl: No such file or directory', 'perl', 'perl-base'],
  ["Can't locate Socket.pm in @INC (you may need to install the Socket module)", 'perl', 'perl-Socket'],
])('%j names the command that is missing, and its package', (line, tool, debian) => {
  const failure = describeObstacle([line], machine({}))
  expect(failure).toMatchObject({ code: 'sandbox/no-tool', tool })
  expect(failure.cure).toContain(debian)
})

test('what nobody knows a cure for is told in its own words', () => {
  const failure = describeObstacle(['cannot make the bridge devloop0: Operation not supported'], machine({}))
  expect(failure.why).toBe('cannot make the bridge devloop0: Operation not supported')
  expect(failure.cure).toBeUndefined()
})
