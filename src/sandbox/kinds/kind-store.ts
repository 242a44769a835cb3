import type { Closable } from '../../util/scope.ts'
import type {
  DeleteOptions,
  NewObject,
  ObjectStore,
  StoredObject,
  StoreResult,
} from '../store/object-store.ts'
import type {
  ConfigMap,
  EndpointSlice,
  Endpoints,
  Event,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  Service,
} from './cluster.ts'
import type { Pod } from './pod.ts'
import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  ReplicaSet,
  StatefulSet,
} from './workloads.ts'

/** What the controllers and the kubelet know by its fields. */
export interface Kinds {
  'deployments.apps': Deployment
  'replicasets.apps': ReplicaSet
  'statefulsets.apps': StatefulSet
  'daemonsets.apps': DaemonSet
  'controllerrevisions.apps': ControllerRevision
  'jobs.batch': Job
  'cronjobs.batch': CronJob
  'endpointslices.discovery.k8s.io': EndpointSlice
  configmaps: ConfigMap
  endpoints: Endpoints
  events: Event
  namespaces: Namespace
  nodes: Node
  persistentvolumeclaims: PersistentVolumeClaim
  persistentvolumes: PersistentVolume
  pods: Pod
  secrets: Secret
  serviceaccounts: StoredObject
  services: Service
}

export interface KindChange<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: T
  readonly previous?: T
}

/** The object store, seen by who knows what its kinds look like: as `ObjectStore` says, with types. */
export interface KindStore {
  get<R extends keyof Kinds>(resource: R, name: string, namespace?: string): Kinds[R] | undefined
  list<R extends keyof Kinds>(resource: R, namespace?: string): readonly Kinds[R][]
  create<R extends keyof Kinds>(resource: R, object: NewObject): StoreResult<Kinds[R]>
  update<R extends keyof Kinds>(
    resource: R,
    name: string,
    namespace: string | undefined,
    change: (object: Kinds[R]) => Kinds[R] | undefined,
    part?: 'status',
  ): StoreResult<Kinds[R]>
  delete<R extends keyof Kinds>(
    resource: R,
    name: string,
    namespace: string | undefined,
    options?: DeleteOptions,
  ): StoreResult<Kinds[R]>
  watch<R extends keyof Kinds>(resource: R, listener: (change: KindChange<Kinds[R]>) => void): Closable
}

/** Admission has checked that objects are what their kind says: this is the one place that takes it on trust. */
export function kindStore(store: ObjectStore): KindStore {
  return store as unknown as KindStore
}
