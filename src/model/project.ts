import type { ImageDefinition } from './image.ts'

/** What a Devfile resolves to: defaults filled in, paths absolute, everything validated. */
export interface Project {
  readonly name: string
  /** The folder of the Devfile, absolute. */
  readonly root: string
  /** Contexts that the Devfile allows besides the known local clusters: names or globs such as `kind-*`. */
  readonly contexts: readonly string[]
  /** For objects that name no namespace themselves. */
  readonly namespace: string
  /** The registry by which images get into the cluster; false: none. Absent: what the cluster itself tells of. */
  readonly registry?: RegistryAddress | false
  /** In the Devfile's order. */
  readonly images: readonly ImageDefinition[]
  /** In the Devfile's order. */
  readonly services: readonly Service[]
}

/** A registry that the engine pushes to and the cluster's nodes pull from. */
export interface RegistryAddress {
  /** As the engine reaches it, maybe with a path: `localhost:5000`, `registry.example.com/me`. */
  readonly host: string
  /** As the nodes' runtime reaches it, where the same place may have another name. */
  readonly hostFromNodes: string
}

/** One row that the user sees: manifests with their images, ports and dependencies. */
export interface Service {
  readonly name: string
  /** Absolute file paths, folders and globs, in the Devfile's order. A folder stands for its `*.yaml`, `*.yml` and `*.json`. */
  readonly manifests: readonly string[]
  readonly ports: readonly PortRule[]
  /** Names of services of the same project that must have been live once before this one is applied. */
  readonly dependsOn: readonly string[]
}

/** One local port and what it leads to. */
export interface PortRule {
  /** As the user wrote it, for messages. */
  readonly text: string
  /** The local address to listen on. */
  readonly host: string
  readonly localPort: number
  readonly target: PortTarget
}

export type PortTarget =
  /** A container port of the service's own pods. */
  | { readonly kind: 'pod'; readonly port: number | string }
  /** A port of a Kubernetes Service, by number or name, which leads to the pods that it selects. */
  | { readonly kind: 'service'; readonly name: string; readonly port: number | string }
