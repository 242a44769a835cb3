import { builtInKinds, type KindNames, type ScalePaths } from './built-in-kinds.ts'
import { builtInType } from './built-in-types.ts'
import type { JsonSchema } from './custom/json-schema.ts'
import type { ObjectSchema } from './types.ts'

/** A kind of objects that the API has. */
export interface Kind extends KindNames {
  /** Under which its objects are kept: `pods`, `deployments.apps`. Two kinds may be views of the same ones. */
  readonly resource: string
  /** The first one is the one that is stored, and that clients prefer. */
  readonly versions: readonly KindVersion[]
  readonly hasGeneration: boolean
  /** Of a CustomResourceDefinition. */
  readonly isCustom: boolean
}

export interface KindVersion {
  readonly name: string
  /** `apps/v1` */
  readonly apiVersion: string
  readonly schema: ObjectSchema
  /** The status is written apart from the rest. */
  readonly hasStatus: boolean
  readonly scale?: ScalePaths
  /** Of a custom kind: what its values must be like. */
  readonly jsonSchema?: JsonSchema
  /** Of a custom kind: what is shown of an object besides its name. */
  readonly columns?: readonly CustomColumn[]
}

export interface CustomColumn {
  readonly name: string
  readonly type: 'string' | 'integer' | 'boolean' | 'number' | 'date'
  readonly format?: string
  readonly jsonPath: string
  /** Above 0: only where much is asked for. */
  readonly priority: number
}

/** All kinds that there are at a moment: the built-in ones, and those of CustomResourceDefinitions. */
export class Kinds {
  readonly #byResource = new Map<string, Kind>()

  constructor() {
    for (const { versions, hasStatus, scale, storedAs, ...names } of builtInKinds) {
      this.set({
        ...names,
        resource: storedAs ?? resourceName(names.plural, names.group),
        isCustom: false,
        versions: versions.map(({ name, type }) => ({
          name,
          apiVersion: apiVersionOf(names.group, name),
          schema: builtInType(type),
          hasStatus,
          ...(scale && { scale }),
        })),
      })
    }
  }

  all(): readonly Kind[] {
    return [...this.#byResource.values()]
  }

  /** @param resource by the kind's own name and group */
  get(resource: string): Kind | undefined {
    return this.#byResource.get(resource)
  }

  /** @param apiVersion a served one: `apps/v1` */
  ofObject(apiVersion: string, kind: string): Kind | undefined {
    return this.all().find(
      one => one.kind === kind && one.versions.some(version => version.apiVersion === apiVersion),
    )
  }

  set(kind: Kind): void {
    this.#byResource.set(resourceName(kind.plural, kind.group), kind)
  }

  delete(resource: string): void {
    this.#byResource.delete(resource)
  }
}

/** The version that is stored. */
export function storedVersion(kind: Kind): KindVersion {
  const [version] = kind.versions
  if (!version) throw new Error(`${kind.resource} has no version`)
  return version
}

/** `deployments.apps`; of the core group `pods`. */
export function resourceName(plural: string, group: string): string {
  return group === '' ? plural : `${plural}.${group}`
}

/** `apps/v1`; of the core group `v1`. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`
}
