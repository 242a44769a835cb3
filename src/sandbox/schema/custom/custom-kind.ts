import { isRecord } from '../../../util/is-record.ts'
import { apiVersionOf, type Kind, type KindVersion } from '../kind.ts'
import type { JsonObject } from '../types.ts'
import { customObjectSchema, type JsonSchema } from './json-schema.ts'

/** What of a CustomResourceDefinition counts, once it was found valid. */
interface Definition {
  readonly spec: {
    readonly group: string
    readonly scope: 'Namespaced' | 'Cluster'
    readonly names: {
      readonly kind: string
      readonly plural: string
      readonly singular?: string
      readonly shortNames?: readonly string[]
      readonly categories?: readonly string[]
    }
    readonly versions: readonly DefinedVersion[]
  }
}

interface DefinedVersion {
  readonly name: string
  readonly served: boolean
  readonly storage: boolean
  readonly schema?: { readonly openAPIV3Schema?: JsonSchema }
  readonly subresources?: {
    readonly status?: object
    readonly scale?: {
      readonly specReplicasPath: string
      readonly statusReplicasPath: string
      readonly labelSelectorPath?: string
    }
  }
  readonly additionalPrinterColumns?: readonly {
    readonly name: string
    readonly type: 'string' | 'integer' | 'boolean' | 'number' | 'date'
    readonly format?: string
    readonly jsonPath: string
    readonly priority?: number
  }[]
}

/** The kind that a valid CustomResourceDefinition makes. */
export function customKind(definition: JsonObject): Kind {
  const { group, scope, names, versions } = (definition as unknown as Definition).spec
  const served = versions.filter(version => version.served).toSorted(byPriority)
  return {
    group,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    isNamespaced: scope === 'Namespaced',
    resource: `${names.plural}.${group}`,
    isCustom: true,
    hasGeneration: true,
    versions: served.map(version => customVersion(group, version)),
  }
}

function customVersion(group: string, version: DefinedVersion): KindVersion {
  const { status, scale } = version.subresources ?? {}
  const json = version.schema?.openAPIV3Schema
  return {
    name: version.name,
    apiVersion: apiVersionOf(group, version.name),
    schema: customObjectSchema(json),
    hasStatus: isRecord(status),
    ...(json && { jsonSchema: json }),
    ...(scale && {
      scale: {
        specReplicas: fieldPath(scale.specReplicasPath),
        statusReplicas: fieldPath(scale.statusReplicasPath),
        ...(scale.labelSelectorPath && { selector: fieldPath(scale.labelSelectorPath) }),
      },
    }),
    ...(version.additionalPrinterColumns && {
      columns: version.additionalPrinterColumns.map(column => ({ priority: 0, ...column })),
    }),
  }
}

function fieldPath(path: string): string[] {
  return path.split('.').filter(part => part !== '')
}

/** Released versions before betas before alphas, newer ones first; other names last, by the alphabet. */
function byPriority(a: DefinedVersion, b: DefinedVersion): number {
  const [x, y] = [priorityOf(a.name), priorityOf(b.name)]
  if (!x || !y) return x ? -1 : y ? 1 : a.name < b.name ? -1 : 1
  for (const [index, part] of x.entries()) {
    const difference = (y[index] ?? 0) - part
    if (difference !== 0) return difference
  }
  return 0
}

function priorityOf(name: string): readonly number[] | undefined {
  const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name) ?? []
  if (major === undefined) return undefined
  const stages = { alpha: 0, beta: 1, released: 2 }
  return [stages[(stage ?? 'released') as keyof typeof stages], Number(major), Number(minor ?? 0)]
}
