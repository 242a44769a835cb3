import { z } from 'zod'
import { logLevels } from '../model/log.ts'
import { sizeShape } from './shell.ts'

/* What the bodies of requests may hold. A member that is not known is refused: it would be a wish without effect. */

/** Milliseconds. A day is longer than anybody waits. */
const longestWaitMs = 24 * 60 * 60 * 1_000

const name = z.string().min(1).max(253)

const names = z.array(name).max(1_000)

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

export const restartBody = z.strictObject({ service: name })

export const logsBody = z.strictObject({
  services: names.default([]),
  sinceMs: z.number().min(0).optional(),
  level: z.enum(logLevels).optional(),
  follow: z.boolean().default(false),
})

export const attachBody = z.strictObject({ version: z.string().max(100), past: z.boolean() })

/** Of a query, in which everything is text. */
export const shellQuery = z.strictObject({
  service: name,
  columns: z.coerce.number().pipe(sizeShape.columns),
  rows: z.coerce.number().pipe(sizeShape.rows),
})
