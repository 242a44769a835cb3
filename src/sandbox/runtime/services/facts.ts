/** What proxies and DNS need of a Service; an object of the API is one. */
export interface ServiceFacts {
  readonly metadata: { readonly namespace: string; readonly name: string }
  readonly spec: {
    readonly type?: string
    /** `None` for a headless one. */
    readonly clusterIP?: string
    readonly externalName?: string
    readonly ports?: readonly PortFacts[]
    readonly sessionAffinity?: string
    readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
  }
}

/** What they need of the Endpoints of the same name: ports are those of the pods. */
export interface EndpointsFacts {
  readonly metadata: { readonly namespace: string; readonly name: string }
  readonly subsets?: readonly {
    /** Those that are ready. */
    readonly addresses?: readonly { readonly ip: string; readonly hostname?: string }[]
    readonly ports?: readonly PortFacts[]
  }[]
}

export interface PortFacts {
  readonly name?: string
  /** `TCP` where it is not said. */
  readonly protocol?: string
  readonly port: number
  readonly nodePort?: number
}

/** A pod's address and port. */
export interface Endpoint {
  readonly ip: string
  readonly port: number
}

export interface ServiceWithEndpoints {
  readonly service: ServiceFacts
  readonly subsets: NonNullable<EndpointsFacts['subsets']>
}

export function joinEndpoints(
  services: readonly ServiceFacts[],
  endpoints: readonly EndpointsFacts[],
): readonly ServiceWithEndpoints[] {
  const key = ({ metadata }: { metadata: ServiceFacts['metadata'] }) =>
    `${metadata.namespace}/${metadata.name}`
  const byService = new Map(endpoints.map(one => [key(one), one.subsets ?? []]))
  return services.map(service => ({ service, subsets: byService.get(key(service)) ?? [] }))
}
