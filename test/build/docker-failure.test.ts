import { describe, expect, test } from 'vitest'
import { explainBuildFailure } from '../../src/build/docker-failure.ts'

const text = 'FROM node:20-alpine\nWORKDIR /app\nRUN npm ci\nCOPY nope /x\n'

// As Docker 20.10 (BuildKit 0.8) and Docker 28 print it.
const explain = (...output: string[]) =>
  explainBuildFailure(
    { status: 'failed', exit: 'exit code 1', output },
    { dockerfile: '/app/Dockerfile', text, ref: 'shop/web', output },
  )

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
      why: '"/nope" not found',
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
