/** A way into an object: keys, positions, and items of a list found by a key of theirs. */
export type FieldPath = readonly (string | number | { readonly key: string; readonly value: string })[]

/**
 * Reads a field as the API server writes it, as in `.spec.template.spec.containers[name="web"].image` or
 * `spec.ports[0].port`.
 */
export function parseFieldPath(text: string): FieldPath {
  const path: (string | number | { key: string; value: string })[] = []
  const segments = /\[(\d+)\]|\[(\w+)="?([^"\]]*)"?[^\]]*\]|\[([^\]]+)\]|([^.[\]]+)/g
  for (const [, index, key, value, bracketed, plain] of text.matchAll(segments)) {
    if (index !== undefined) path.push(Number(index))
    else if (key !== undefined && value !== undefined) path.push({ key, value })
    else if (bracketed !== undefined) path.push(bracketed)
    else if (plain !== undefined) path.push(plain)
  }
  return path
}
