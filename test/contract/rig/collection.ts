import { expect } from 'vitest'
import { resourcePath } from '../../../src/cluster/resource-path.ts'
import type { ResourceType } from '../../../src/model/kube-api.ts'
import { type Answer, type ApiObject, namesOf } from './answer.ts'
import { call, type Query } from './call.ts'
import { Watch } from './watch.ts'

/** What `toMatchObject` takes. */
export type Pattern = Readonly<Record<string, unknown>>

/** A manifest: what is sent to the server. */
export interface Manifest {
  readonly metadata: { readonly name?: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

export const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

/** The objects of one kind, in one namespace where the kind has any: the API's verbs, each answer as it came. */
export class Collection {
  readonly type: ResourceType
  readonly namespace: string | undefined

  constructor(type: ResourceType, namespace?: string) {
    this.type = type
    this.namespace = namespace
  }

  /** @param part a subresource: `status` */
  path(name?: string, part?: string): string {
    const path = resourcePath(this.type, this.namespace, name)
    return part === undefined ? path : `${path}/${part}`
  }

  create(manifest: Manifest, query?: Query): Promise<Answer> {
    return call('POST', this.path(), { body: this.#whole(manifest), ...(query && { query }) })
  }

  /** Creates what has to be there for a test. */
  async make(manifest: Manifest): Promise<ApiObject> {
    return (await this.create(manifest)).object
  }

  get(name: string, part?: string): Promise<Answer> {
    return call('GET', this.path(name, part))
  }

  list(query: Query = {}): Promise<Answer> {
    return call('GET', this.path(), { query })
  }

  async names(query: Query = {}): Promise<string[]> {
    return namesOf((await this.list(query)).items)
  }

  replace(name: string, manifest: object, part?: string, query: Query = {}): Promise<Answer> {
    return call('PUT', this.path(name, part), { body: manifest, query })
  }

  patch(
    name: string,
    type: keyof typeof patchTypes,
    body: unknown,
    { part, ...query }: Query & { readonly part?: string } = {},
  ): Promise<Answer> {
    return call('PATCH', this.path(name, part), { type: patchTypes[type], body, query })
  }

  /** Server-side apply. */
  apply(manifest: Manifest, manager: string, query: Query = {}): Promise<Answer> {
    const { name = '' } = manifest.metadata
    return this.patch(name, 'apply', this.#whole(manifest), { fieldManager: manager, ...query })
  }

  /** @param options of the deletion: grace period, propagation, preconditions, dry run */
  delete(name: string, options?: Pattern): Promise<Answer> {
    return call('DELETE', this.path(name), options && { body: options })
  }

  deleteAll(query: Query): Promise<Answer> {
    return call('DELETE', this.path(), { query })
  }

  watch(query: Query = {}): Promise<Watch> {
    return Watch.open(this.path(), query)
  }

  /** Waits until an object matches, and gives that version of it; one that is made later counts too. */
  async until(name: string, pattern: Pattern, timeoutMs?: number): Promise<ApiObject> {
    using watch = await this.watch({ fieldSelector: `metadata.name=${name}` })
    const isMet = () => {
      const last = watch.entries.at(-1)
      return last !== undefined && last.type !== 'DELETED' && matches(last.object, pattern)
    }
    try {
      await watch.until(isMet, timeoutMs)
    } catch (error) {
      // Says in detail what is otherwise.
      expect(
        watch.entries.at(-1)?.object,
        `${this.type.kind}/${name}: ${(error as Error).message}`,
      ).toMatchObject(pattern)
      throw error
    }
    const last = watch.entries.at(-1)
    if (!last) throw new Error('a watch that is enough has an event')
    return last.object
  }

  async untilGone(name: string, timeoutMs?: number): Promise<void> {
    const listed = await this.list({ fieldSelector: `metadata.name=${name}` })
    if (listed.items.length === 0) return
    const { resourceVersion } = listed.object.metadata
    using watch = await this.watch({ fieldSelector: `metadata.name=${name}`, resourceVersion })
    await watch.until(events => events.some(({ type }) => type === 'DELETED'), timeoutMs)
  }

  /** Waits until the objects of a selection are as wanted, and gives them in the order of their names. */
  async untilAll(
    labelSelector: string,
    areAsWanted: (objects: readonly ApiObject[]) => boolean,
    timeoutMs?: number,
  ): Promise<readonly ApiObject[]> {
    const { object, items } = await this.list({ labelSelector })
    const { resourceVersion } = object.metadata
    using watch = await this.watch({ labelSelector, resourceVersion })
    const current = () => {
      const byName = new Map(items.map(item => [item.metadata.name, item]))
      for (const { type, object } of watch.entries) {
        if (type === 'DELETED') byName.delete(object.metadata.name)
        else byName.set(object.metadata.name, object)
      }
      return [...byName.values()].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
    }
    await watch.until(() => areAsWanted(current()), timeoutMs)
    return current()
  }

  #whole(manifest: Manifest): Pattern {
    const { apiVersion, kind } = this.type
    return { apiVersion, kind, ...manifest }
  }
}

function matches(value: unknown, pattern: Pattern): boolean {
  try {
    expect(value).toMatchObject(pattern)
    return true
  } catch {
    return false
  }
}

type ConditionStatus = 'True' | 'False' | 'Unknown'

/** A pattern for an object with a condition. */
export function condition(type: string, status: ConditionStatus, more: Pattern = {}): Pattern {
  return { status: conditions({ type, status, ...more }) }
}

/** A pattern for a status that has these conditions among others. */
export function conditions(...wanted: readonly Pattern[]): Pattern {
  return { conditions: expect.arrayContaining(wanted.map(one => expect.objectContaining(one))) }
}
