import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../model/kube.ts'
import type { KubeApi, ListQuery, ResourceType } from '../model/kube-api.ts'
import type { Closable } from '../util/scope.ts'
import type { Interruptions } from './interruptions.ts'

/** What one watch looks at. */
export interface WatchPlace {
  readonly type: ResourceType
  readonly query: ListQuery
}

export interface MirrorOptions<T> {
  readonly api: Pick<KubeApi, 'watch'>
  readonly interruptions: Interruptions
  /** @param before what was read of the same object's last version */
  readonly read: (object: KubeObject, before: T | undefined) => T
  /** Of several objects at once after each list. `gone` are no longer there. */
  readonly onChange: (changed: readonly T[], gone: readonly T[]) => void
  /** A place was listed for the first time: before, that nothing is known of it does not mean that nothing is there. */
  readonly onListed?: () => void
  /**
   * This user may not see a place. Returns whether there is another way, so that it is given up; else it counts as an
   * interruption, and is tried again.
   */
  readonly onForbidden: (place: WatchPlace) => boolean
}

/** More than a project has; in a namespace full of warnings, the newest are kept. */
const maxObjectsPerPlace = 5_000

/** Objects of one sort as the cluster last showed them, by one watch a place. */
export class Mirror<T> implements Closable {
  readonly #options: MirrorOptions<T>
  readonly #open: OpenPlace<T>[] = []
  readonly #closing = new Set<Promise<void>>()

  constructor(options: MirrorOptions<T>) {
    this.#options = options
  }

  /** Looks at these places and at no others. What was seen at others is gone. */
  watch(places: readonly WatchPlace[]): void {
    const unwanted = this.#open.filter(({ place }) => !places.some(one => isDeepStrictEqual(one, place)))
    for (const place of unwanted) this.#leave(place)
    for (const place of places) {
      if (!this.#open.some(open => isDeepStrictEqual(open.place, place))) this.#enter(place)
    }
  }

  values(): readonly T[] {
    return this.#open.flatMap(({ objects }) => [...objects.values()])
  }

  /** Whether these places, of those that are looked at, have all been listed. */
  hasListed(wanted: (place: WatchPlace) => boolean): boolean {
    return this.#open.every(({ place, isListed }) => isListed || !wanted(place))
  }

  async close(): Promise<void> {
    this.watch([])
    await Promise.all(this.#closing)
  }

  #enter(place: WatchPlace): void {
    const { api, interruptions, read, onChange, onListed, onForbidden } = this.#options
    const objects = new Map<string, T>()
    const put = (object: KubeObject, before = objects) => {
      const uid = object.metadata.uid ?? ''
      const value = read(object, before.get(uid))
      // Put in again at the end, so that the first is the one that has been quiet for longest.
      objects.delete(uid)
      objects.set(uid, value)
      const [quietest] = objects.keys()
      if (objects.size > maxObjectsPerPlace && quietest !== undefined) objects.delete(quietest)
      return value
    }
    const watch = api.watch(place.type, place.query, {
      onList(listed) {
        const before = new Map(objects)
        objects.clear()
        const changed = listed.map(object => put(object, before))
        for (const { metadata } of listed) before.delete(metadata.uid ?? '')
        const isFirst = !open.isListed
        open.isListed = true
        onChange(changed, [...before.values()])
        if (isFirst) onListed?.()
      },
      onChange: object => onChange([put(object)], []),
      onDelete({ metadata }) {
        const gone = objects.get(metadata.uid ?? '')
        objects.delete(metadata.uid ?? '')
        if (gone !== undefined) onChange([], [gone])
      },
      onInterrupted: error => {
        if (error?.kind === 'forbidden' && onForbidden(place)) this.#end(watch)
        else if (error) interruptions.begin(watch, error)
        else interruptions.end(watch)
      },
    })
    const open: OpenPlace<T> = { place, objects, watch, isListed: false }
    this.#open.push(open)
  }

  #leave(open: OpenPlace<T>): void {
    this.#open.splice(this.#open.indexOf(open), 1)
    this.#end(open.watch)
    this.#options.onChange([], [...open.objects.values()])
  }

  #end(watch: Closable): void {
    const closed = Promise.resolve(watch.close()).finally(() => this.#closing.delete(closed))
    this.#closing.add(closed)
    this.#options.interruptions.end(watch)
  }
}

interface OpenPlace<T> {
  readonly place: WatchPlace
  /** By uid. */
  readonly objects: Map<string, T>
  readonly watch: Closable
  isListed: boolean
}
