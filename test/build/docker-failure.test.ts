import { describe, expect, test } from 'vitest'
import { explainBuildFailure } from '../../src/build/docker-failure.ts'

const text = 'FROM node:20-alpine\nWORKDIR /app\nRUN npm ci\nCOPY nope /x\n'

// As Docker 20.10 (BuildKit 0.8) and Docker 28 print it.
const explain = (...output: string[]) => explainOf('docker', 'exit code 1', output)

function explainOf(command: string, exit: string, output: readonly string[], dockerfile = text) {
  return explainBuildFailure(
    { status: 'failed', exit, output },
    { command, dockerfile: '/app/Dockerfile', text: dockerfile, ref: 'shop/web', output },
  )
}

describe('a build that fails says where and why', () => {
  test.each([
    [
      'ERROR: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: RUNN',
    ],
    ['ERROR: failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: RUNN'],
  ])('a syntax error: %s', line => {
    expect(explain('#1 DONE 0.0s', line)).toEqual({
      code: 'build/dockerfile-syntax',
      message: 'The Dockerfile has an error: unknown instruction: RUNN.',
      at: { file: '/app/Dockerfile', line: 2 },
      why: 'docker build: exit code 1',
      cure: 'Correct the line; the build starts again when the file is saved.',
    })
  })

  test('a COPY of a file that is not there, by an engine that names no line', () => {
    const failure = explain(
      '#6 [3/3] COPY nope /x',
      '#6 ERROR: "/nope" not found: not found',
      '------',
      ' > [3/3] COPY nope /x:',
      '------',
      'ERROR: failed to solve: failed to compute cache key: "/nope" not found: not found',
    )
    expect(failure).toMatchObject({
      code: 'build/failed',
      message: 'The image shop/web could not be built at `COPY nope /x`.',
      at: { file: '/app/Dockerfile', line: 4 },
      why: '"/nope" not found (docker build: exit code 1)',
    })
    expect(failure.cure).toContain('build context')
  })

  test('a command that fails, with its own last words', () => {
    const failure = explain(
      '#7 [3/4] RUN npm ci',
      '#7 1.2 npm error code E404',
      '#7 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
      '------',
      ' > [3/4] RUN npm ci:',
      '1.2 npm error code E404',
      '------',
      'Dockerfile:3',
      '--------------------',
      '   3 | >>> RUN npm ci',
      '--------------------',
      'ERROR: failed to build: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
    )
    expect(failure).toMatchObject({ at: { line: 3 }, why: '`npm ci` ended with exit code: 1' })
    expect(failure.output).toContain('1.2 npm error code E404')
  })

  test('a base image that does not exist points at its FROM', () => {
    const failure = explain(
      '#3 [internal] load metadata for docker.io/library/node:20-alpine',
      '------',
      ' > [internal] load metadata for docker.io/library/node:20-alpine:',
      '------',
      'ERROR: failed to solve: node:20-alpine: pull access denied, repository does not exist or may require authorization',
    )
    expect(failure).toMatchObject({ at: { file: '/app/Dockerfile', line: 1 } })
    expect(failure.cure).toContain('FROM')
  })

  test('an engine that does not run is no fault of the image', () => {
    const failure = explain(
      'ERROR: Cannot connect to the Docker daemon at unix:///nope. Is the docker daemon running?',
    )
    expect(failure.code).toBe('build/no-engine')
    expect(failure.cure).toContain('Start Docker')
  })
})

// As docker 28 prints it with DOCKER_BUILDKIT=0, and podman 4.3.
describe('a build without BuildKit that fails says where and why, too', () => {
  const other = 'FROM busybox\nRUN echo before; exit 3\nCOPY nope /x\nRUNN x\n'

  test('a command that fails, with its exit code', () => {
    const classic = [
      'Step 1/2 : FROM busybox',
      'Step 2/2 : RUN echo before; exit 3',
      ' ---> Running in 811e61f28d99',
      "The command '/bin/sh -c echo before; exit 3' returned a non-zero code: 3",
      'before',
    ]
    const podman = [
      'STEP 1/3: FROM busybox',
      'STEP 2/3: RUN echo before; exit 3',
      'before',
      'subprocess exited with status 3',
      'Error: building at STEP "RUN echo before; exit 3": exit status 3',
    ]
    const expected = {
      code: 'build/failed',
      message: 'The image shop/web could not be built at `RUN echo before; exit 3`.',
      at: { file: '/app/Dockerfile', line: 2 },
      why: '`echo before; exit 3` ended with exit code: 3',
    }
    expect(explainOf('docker', 'exit code 3', classic, other)).toMatchObject({
      ...expected,
      output: classic.slice(1),
    })
    expect(explainOf('podman', 'exit code 3', podman, other)).toMatchObject({
      ...expected,
      output: podman.slice(1),
    })
  })

  test('a COPY of a file that is not there', () => {
    const classic = [
      'Step 3/4 : COPY nope /x',
      'COPY failed: file not found in build context or excluded by .dockerignore: stat nope: file does not exist',
    ]
    const podman = [
      'STEP 3/4: COPY nope /x',
      'Error: building at STEP "COPY nope /x": checking on sources under "/app": copier: stat: "/nope": no such file or directory',
    ]
    const expected = { at: { line: 3 }, cure: expect.stringContaining('build context') }
    expect(explainOf('docker', 'exit code 1', classic, other)).toMatchObject({
      ...expected,
      why: `${classic[1]} (docker build: exit code 1)`,
    })
    expect(explainOf('podman', 'exit code 125', podman, other)).toMatchObject({
      ...expected,
      why: expect.stringMatching(/copier: stat: "\/nope".* \(podman build: exit code 125\)$/),
    })
  })

  test('a syntax error', () => {
    const classic = ['Error response from daemon: dockerfile parse error line 4: unknown instruction: RUNN']
    const podman = [
      'STEP 4/4: RUNN x',
      'Error: building at STEP "RUNN ": Build error: Unknown instruction: "RUNN" &imagebuilder.Step{}',
    ]
    const expected = { code: 'build/dockerfile-syntax', at: { line: 4 } }
    expect(explainOf('docker', 'exit code 1', classic, other)).toMatchObject(expected)
    expect(explainOf('podman', 'exit code 125', podman, other)).toMatchObject(expected)
  })

  test('a base image that does not exist', () => {
    const classic = [
      'Step 1/4 : FROM busybox',
      'Get "https://host.example/v2/": dial tcp: lookup: no such host',
    ]
    const podman = ['STEP 1/4: FROM busybox', 'Error: creating build container: busybox: image not known']
    const expected = { at: { line: 1 }, cure: expect.stringContaining('FROM') }
    expect(explainOf('docker', 'exit code 1', classic, other)).toMatchObject(expected)
    expect(explainOf('podman', 'exit code 125', podman, other)).toMatchObject(expected)
  })

  test('a step that only BuildKit can do', () => {
    const failure = explain('the --mount option requires BuildKit. Refer to the documentation')
    expect(failure.cure).toContain('DOCKER_BUILDKIT')
  })
})

test.each([
  [
    'podman',
    'Cannot connect to Podman. Please verify your connection to the Linux system',
    'podman machine start',
  ],
  [
    'nerdctl',
    'level=fatal msg="no buildkit host is available, tried 2 candidates: failed to ping"',
    'buildkitd',
  ],
])('an engine of %s that does not run is no fault of the image', (command, line, cure) => {
  const failure = explainOf(command, 'exit code 125', [line])
  expect(failure).toMatchObject({ code: 'build/no-engine', cure: expect.stringContaining(cure) })
})
