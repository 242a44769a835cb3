import { afterAll, expect, vi } from 'vitest'

/* Files share processes: what one leaves behind would be found by another one, which fails for it some day. */

const environment = { ...process.env }
const folder = process.cwd()

afterAll(() => {
  const names = Object.keys({ ...environment, ...process.env })
  // Names alone, since values may be secrets.
  const changed = names.filter(name => process.env[name] !== environment[name])
  expect(changed, 'environment variables that this file has changed').toEqual([])
  expect(process.cwd()).toBe(folder)
  expect(vi.isFakeTimers()).toBe(false)
})
