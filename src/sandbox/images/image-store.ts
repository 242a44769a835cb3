import type { Result } from '../../model/result.ts'

/** Images of the sandbox: layers as folders, configurations as files, both by the digest of their content. */
export interface ImageStore {
  /** @param reference name and tag, short or in full, or an id */
  find(reference: string): StoredImage | undefined
  list(): readonly StoredImage[]
  /** Gives an image another name, which is taken from the image that had it. */
  tag(source: string, reference: string): Promise<Result<void>>
  /** Takes a name from its image; an image without any name goes, with the layers that no other has. */
  remove(reference: string): Promise<Result<void>>
}

export interface StoredImage {
  /** `sha256:…` of the configuration. */
  readonly id: string
  /** All names with tags that it has, in full, those that were given last first. */
  readonly names: readonly string[]
  readonly config: ImageConfig
  /** What stands below the layers: the host's own files, or nothing (`FROM scratch`). */
  readonly base: 'host' | 'scratch'
  /** With `host`: the host's folders that are seen below the layers, each in its own place; absolute. */
  readonly hostFolders: readonly string[]
  /** Absolute folders, the lowest first, as overlayfs takes them (whiteouts and opaque folders by `user.overlay.*`). */
  readonly layers: readonly string[]
  /** When it was made, ISO 8601. */
  readonly created: string
  /** When it was last given a name, ISO 8601. */
  readonly named: string
}

/** As in the OCI image specification, with Docker's health check. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[]
  readonly cmd?: readonly string[]
  /** `NAME=value` */
  readonly env: readonly string[]
  readonly workingDir?: string
  readonly user?: string
  /** `8080/tcp` */
  readonly exposedPorts: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly stopSignal?: string
  readonly volumes: readonly string[]
  /** In front of a `RUN`, `CMD` or `ENTRYPOINT` that is no list; `/bin/sh -c` where it is not said. */
  readonly shell?: readonly string[]
  readonly healthcheck?: HealthCheck
  readonly author?: string
}

/** Kept for whoever reads the image; Kubernetes makes no use of it. */
export interface HealthCheck {
  /** `NONE`, `CMD` and its arguments, or `CMD-SHELL` and a command line. */
  readonly test: readonly string[]
  /** As written: `30s`. */
  readonly options: Readonly<Record<string, string>>
}
