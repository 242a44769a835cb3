import { z } from 'zod'

/* What the bodies of requests may hold. A member that is not known is refused: it would be a wish without effect. */

/** Milliseconds. A day is longer than anybody waits. */
const longestWaitMs = 24 * 60 * 60 * 1_000

const names = z.array(z.string().min(1).max(253)).max(1_000)

export const waitBody = z.strictObject({
  services: names.default([]),
  for: z.enum(['live', 'ready']).default('live'),
  timeoutMs: z.int().min(1).max(longestWaitMs).default(300_000),
})

export const servicesBody = z.strictObject({ services: names.min(1) })

export const emptyBody = z.strictObject({})

export const whyBody = z.strictObject({
  /** Absolute. */
  file: z.string().min(1).max(4_096),
})
