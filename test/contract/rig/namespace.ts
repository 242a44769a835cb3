import { afterAll } from 'vitest'
import { Collection } from './collection.ts'
import { kinds } from './kinds.ts'

type Kinds = typeof kinds

/** A namespace that only one test file uses, with the collections of all kinds in it. */
export type Space = Readonly<Record<keyof Kinds, Collection>> & { readonly namespace: string }

/**
 * Makes a namespace that takes pods, and deletes it after the last test of the file.
 *
 * @param subject goes into its name
 */
export async function openSpace(subject: string): Promise<Space> {
  const namespace = `contract-${subject}-${process.pid}-${Date.now().toString(36)}`
  const namespaces = new Collection(kinds.namespaces)
  await namespaces.make({ metadata: { name: namespace } })
  afterAll(async () => {
    await namespaces.delete(namespace)
  })
  const space = spaceOf(namespace)
  // Pods are refused until there is one to run them as.
  await space.serviceAccounts.until('default', {})
  return space
}

/** The collections of a namespace. */
export function spaceOf(namespace: string): Space {
  const collections = Object.entries(kinds).map(([name, kind]) => [name, new Collection(kind, namespace)])
  return { ...Object.fromEntries(collections), namespace } as Space
}
