import { z } from 'zod'
import type { Failure } from '../model/failure.ts'

/** What the launcher tells the server by this variable of its environment. */
export const launchVariable = 'DEVLOOP_SANDBOX_LAUNCH'

export const launchSchema = z.object({
  run: z.string(),
  /** File descriptors. */
  ready: z.number(),
  listeners: z.array(z.number()),
})

export type Launch = z.infer<typeof launchSchema>

/** What the server tells the launcher, a line of JSON each. */
export type LaunchMessage =
  /** The namespaces are made, and the server runs in them. */
  | { readonly status: 'inside' }
  | { readonly status: 'ready' }
  | { readonly status: 'failed'; readonly failure: Failure }
