import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inOrder } from '../../src/deploy/order.ts'

const kinds = [
  'Namespace',
  'CustomResourceDefinition',
  'ConfigMap',
  'Secret',
  'RoleBinding',
  'Role',
  'Deployment',
  'Widget',
]

describe('objects are cut into groups', () => {
  test('of which each finds what it needs in those before', () => {
    const needs = [
      ['Deployment', 'ConfigMap'],
      ['Deployment', 'ServiceAccount'],
      ['ConfigMap', 'Namespace'],
      ['RoleBinding', 'Role'],
      ['RoleBinding', 'ServiceAccount'],
      ['PersistentVolumeClaim', 'StorageClass'],
      ['Widget', 'CustomResourceDefinition'],
    ] as const
    for (const [kind, needed] of needs)
      expect(inOrder([kind, needed], name => name)).toEqual([[needed], [kind]])
  })

  test('without losing, doubling or mixing up any', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds)), found => {
        const objects = found.map((kind, index) => ({ kind, index }))
        const groups = inOrder(objects, ({ kind }) => kind)
        expect(groups.every(group => group.length > 0)).toBe(true)
        expect(groups.flat().toSorted((a, b) => a.index - b.index)).toEqual(objects)
        for (const group of groups) expect(group).toEqual(group.toSorted((a, b) => a.index - b.index))
      }),
    )
  })
})
