/**
 * Kinds that others need, in the order in which they are to be there; kinds of one group do not need one another.
 * Everything else comes last, and is deleted first.
 */
const groups: readonly (readonly string[])[] = [
  ['Namespace', 'CustomResourceDefinition', 'PriorityClass', 'StorageClass'],
  [
    'ServiceAccount',
    'ConfigMap',
    'Secret',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'ClusterRole',
    'Role',
  ],
  ['ClusterRoleBinding', 'RoleBinding', 'LimitRange', 'ResourceQuota'],
]

/** Cuts objects into groups: each is to be applied after the one before, its members side by side. */
export function inOrder<T>(objects: readonly T[], kindOf: (object: T) => string): readonly (readonly T[])[] {
  const ranked = [...groups.keys(), groups.length].map(rank =>
    objects.filter(object => rankOf(kindOf(object)) === rank),
  )
  return ranked.filter(group => group.length > 0)
}

function rankOf(kind: string): number {
  const rank = groups.findIndex(group => group.includes(kind))
  return rank < 0 ? groups.length : rank
}
