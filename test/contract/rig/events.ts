import { expect } from 'vitest'
import type { Pattern } from './collection.ts'
import type { Space } from './namespace.ts'

/** Nodes before 1.27 tell of five events a second, and of a suite's pods there are hundreds. */
const timeoutMs = 150_000

/** Waits until something is told of an object. */
export async function untilEvent(space: Space, name: string, pattern: Pattern): Promise<void> {
  using watch = await space.events.watch({ fieldSelector: `involvedObject.name=${name}` })
  const wanted = expect.objectContaining(pattern)
  await watch.until(events => events.some(({ object }) => wanted.asymmetricMatch(object)), timeoutMs)
}
