const kinds: ReadonlySet<string> = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'PersistentVolume',
  'PersistentVolumeClaim',
])

/** Whether data or other objects go with an object of this kind, which nothing can make again. */
export function holdsData(kind: string): boolean {
  return kinds.has(kind)
}
