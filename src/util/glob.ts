/** A glob that names this path and nothing else. */
export function escapeGlob(literal: string): string {
  return literal.replace(/[\\*?"!@+|()[\]{}]/g, '\\$&')
}
