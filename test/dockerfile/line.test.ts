import { expect, test } from 'vitest'
import { lineOfInstruction } from '../../src/dockerfile/line.ts'

test('the step that a build names is found in the Dockerfile, over line breaks too', () => {
  const text = 'FROM node:20\nWORKDIR /app\nRUN npm ci \\\n  --omit=dev\nCOPY nope /x\n'
  expect(lineOfInstruction(text, 'COPY nope /x')).toBe(5)
  expect(lineOfInstruction(text, 'RUN npm ci   --omit=dev')).toBe(3)
  expect(lineOfInstruction(text, 'RUN other')).toBeUndefined()
})
