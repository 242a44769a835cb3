import { afterAll, expect, vi } from 'vitest'

/* Files share processes: what one leaves behind would be found by another one, which fails for it some day. */

const before = settings()
afterAll(() => {
  expect(settings(), 'a file leaves the process as it found it').toEqual(before)
})

function settings() {
  return {
    env: { ...process.env },
    folder: process.cwd(),
    umask: process.umask(),
    hasFakeTimers: vi.isFakeTimers(),
  }
}
