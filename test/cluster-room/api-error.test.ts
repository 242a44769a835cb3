import { expect, test } from 'vitest'
import { errorOfAnswer } from '../../src/cluster/api-error.ts'

const status = (message: string, details?: object) => JSON.stringify({ kind: 'Status', message, details })

test.each([
  [400, 'invalid'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'conflict'],
  [422, 'invalid'],
  [500, 'other'],
  [503, 'unreachable'],
  [504, 'timeout'],
])('status %i is told as %s', (code, kind) => {
  expect(errorOfAnswer(code, status('words'))).toEqual({ kind, status: code, message: 'words' })
})

test("an old server's status 500 for unknown fields is the user's fault, field by field", () => {
  const one = errorOfAnswer(
    500,
    status('failed to create typed patch object: .spec.repicas: field not declared in schema'),
  )
  expect(one).toMatchObject({
    kind: 'invalid',
    causes: [{ field: 'spec.repicas', message: 'field not declared in schema' }],
  })
  const several = errorOfAnswer(
    500,
    status(
      'failed to create typed patch object: errors:\n  .spec.repicas: field not declared in schema\n' +
        '  .spec.template.spec.containers[name="web"].imagee: field not declared in schema',
    ),
  )
  expect(several.causes).toEqual([
    { field: 'spec.repicas', message: 'field not declared in schema' },
    { field: 'spec.template.spec.containers[name="web"].imagee', message: 'field not declared in schema' },
  ])
})

test("a new server's strict validation names the fields", () => {
  const error = errorOfAnswer(
    422,
    status('failed to create: strict decoding error: unknown field "spec.a", duplicate field "spec.b"'),
  )
  expect(error).toMatchObject({
    kind: 'invalid',
    causes: [
      { field: 'spec.a', message: 'unknown field' },
      { field: 'spec.b', message: 'duplicate field' },
    ],
  })
})

test("the server's own causes are kept", () => {
  const causes = [{ reason: 'FieldValueInvalid', field: 'spec.selector', message: 'field is immutable' }]
  expect(errorOfAnswer(422, status('Deployment is invalid', { causes })).causes).toEqual([
    { field: 'spec.selector', message: 'field is immutable' },
  ])
})

test('an answer of something else than an API server is bounded, and one line', () => {
  const { message } = errorOfAnswer(502, `<html>\n${'bad gateway '.repeat(1_000)}</html>`)
  expect(message).toMatch(/^<html> bad gateway/)
  expect(message.length).toBeLessThanOrEqual(1_000)
  expect(errorOfAnswer(502, '').message).toBe('HTTP status 502')
})
