import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { PodTemplate } from '../kinds/pod.ts'

export const templateHashLabel = 'pod-template-hash'

/** Of these names are made: no vowels, so no words, and nothing that looks like something else. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
const hashLength = 10

/** A short name for a content, whatever the order of its fields is. */
export function contentHash(content: unknown): string {
  const bytes = createHash('sha256').update(canonical(content)).digest()
  return [...bytes.subarray(0, hashLength)].map(byte => alphabet[byte % alphabet.length]).join('')
}

/** Whether two templates make the same pods; the label that tells the ReplicaSets of a Deployment apart does not count. */
export function isSameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return isDeepStrictEqual(withoutHash(a), withoutHash(b))
}

function withoutHash(template: PodTemplate): unknown {
  const { [templateHashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  )
}
