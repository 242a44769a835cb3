/** A kind as it is known by names, without what its objects look like. */
export interface KindNames {
  readonly group: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly isNamespaced: boolean
}

export interface BuiltInKind extends KindNames {
  /** The first one is the one that is stored, and that clients prefer. */
  readonly versions: readonly { readonly name: string; readonly type: string }[]
  readonly hasStatus: boolean
  /** The kind whose objects it shows in another form. */
  readonly storedAs?: string
  readonly scale?: ScalePaths
  /** Whether `metadata.generation` counts the changes of what is wanted. */
  readonly hasGeneration: boolean
}

/** Where the numbers of the scale subresource are, as paths of field names. */
export interface ScalePaths {
  readonly specReplicas: readonly string[]
  readonly statusReplicas: readonly string[]
  readonly selector?: readonly string[]
}

interface Traits {
  readonly plural?: string
  readonly short?: string
  readonly isInAll?: boolean
  readonly isClusterWide?: boolean
  readonly hasStatus?: boolean
  readonly isScalable?: boolean
  readonly hasGeneration?: boolean
  readonly storedAs?: string
}

const workload: Traits = { isInAll: true, hasStatus: true, hasGeneration: true }
const scalable: Traits = { ...workload, isScalable: true }
const clusterWide: Traits = { isClusterWide: true }

/** The kinds of Kubernetes that the sandbox has, in the versions of 1.32. */
export const builtInKinds: readonly BuiltInKind[] = [
  ...kinds('', ['v1'], {
    ConfigMap: { short: 'cm' },
    Endpoints: { short: 'ep', plural: 'endpoints' },
    Event: { short: 'ev' },
    LimitRange: { short: 'limits' },
    Namespace: { ...clusterWide, short: 'ns', hasStatus: true },
    Node: { ...clusterWide, short: 'no', hasStatus: true },
    PersistentVolume: { ...clusterWide, short: 'pv', hasStatus: true },
    PersistentVolumeClaim: { short: 'pvc', hasStatus: true },
    Pod: { short: 'po', isInAll: true, hasStatus: true },
    PodTemplate: {},
    ReplicationController: { ...scalable, short: 'rc' },
    ResourceQuota: { short: 'quota', hasStatus: true },
    Secret: {},
    Service: { short: 'svc', isInAll: true, hasStatus: true },
    ServiceAccount: { short: 'sa' },
  }),
  ...kinds('apps', ['v1'], {
    ControllerRevision: {},
    DaemonSet: { ...workload, short: 'ds' },
    Deployment: { ...scalable, short: 'deploy' },
    ReplicaSet: { ...scalable, short: 'rs' },
    StatefulSet: { ...scalable, short: 'sts' },
  }),
  ...kinds('autoscaling', ['v2', 'v1'], {
    HorizontalPodAutoscaler: { short: 'hpa', isInAll: true, hasStatus: true },
  }),
  ...kinds('batch', ['v1'], {
    CronJob: { ...workload, short: 'cj' },
    Job: workload,
  }),
  ...kinds('coordination.k8s.io', ['v1'], { Lease: {} }),
  ...kinds('discovery.k8s.io', ['v1'], { EndpointSlice: { hasGeneration: true } }),
  ...kinds('events.k8s.io', ['v1'], { Event: { short: 'ev', storedAs: 'events' } }),
  ...kinds('networking.k8s.io', ['v1'], {
    Ingress: { short: 'ing', plural: 'ingresses', hasStatus: true, hasGeneration: true },
    IngressClass: { ...clusterWide, plural: 'ingressclasses', hasGeneration: true },
    NetworkPolicy: { short: 'netpol', plural: 'networkpolicies', hasGeneration: true },
  }),
  ...kinds('node.k8s.io', ['v1'], { RuntimeClass: { ...clusterWide, plural: 'runtimeclasses' } }),
  ...kinds('policy', ['v1'], { PodDisruptionBudget: { short: 'pdb', hasStatus: true, hasGeneration: true } }),
  ...kinds('rbac.authorization.k8s.io', ['v1'], {
    ClusterRole: clusterWide,
    ClusterRoleBinding: clusterWide,
    Role: {},
    RoleBinding: {},
  }),
  ...kinds('scheduling.k8s.io', ['v1'], {
    PriorityClass: { ...clusterWide, short: 'pc', plural: 'priorityclasses', hasGeneration: true },
  }),
  ...kinds('storage.k8s.io', ['v1'], {
    StorageClass: { ...clusterWide, short: 'sc', plural: 'storageclasses' },
  }),
  ...kinds('apiextensions.k8s.io', ['v1'], {
    CustomResourceDefinition: { ...clusterWide, short: 'crd,crds', hasStatus: true, hasGeneration: true },
  }),
]

/** Types of objects that are sent, and not kept. */
export const otherTypes = [
  'meta.v1.DeleteOptions',
  'policy.v1.Eviction',
  'autoscaling.v1.Scale',
  'authorization.v1.SelfSubjectAccessReview',
  'authorization.v1.SelfSubjectRulesReview',
]

function kinds(
  group: string,
  versions: readonly string[],
  traitsOf: Readonly<Record<string, Traits>>,
): BuiltInKind[] {
  return Object.entries(traitsOf).map(([kind, traits]) => ({
    group,
    kind,
    plural: traits.plural ?? `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: traits.short?.split(',') ?? [],
    categories: traits.isInAll ? ['all'] : [],
    isNamespaced: traits.isClusterWide !== true,
    versions: versions.map(name => ({ name, type: `${typeGroup(group)}.${name}.${kind}` })),
    hasStatus: traits.hasStatus === true,
    hasGeneration: traits.hasGeneration === true,
    ...(traits.storedAs && { storedAs: traits.storedAs }),
    ...(traits.isScalable && {
      scale: {
        specReplicas: ['spec', 'replicas'],
        statusReplicas: ['status', 'replicas'],
        selector: ['spec', 'selector'],
      },
    }),
  }))
}

/** The name of a built-in type, whether there is one or not: `apps.v1.Deployment`. */
export function typeNameOf(apiVersion: string, kind: string): string {
  if (kind === 'DeleteOptions') return 'meta.v1.DeleteOptions'
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return `${typeGroup(group)}.${version}.${kind}`
}

/** The group as the names of types have it: `rbac` for `rbac.authorization.k8s.io`. */
function typeGroup(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? group)
}
