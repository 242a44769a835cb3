import type { ResourceType } from '../../../src/model/kube-api.ts'
import { isSince } from '../differences.ts'

export const kinds = {
  namespaces: kind('v1', 'Namespace', 'namespaces', false),
  nodes: kind('v1', 'Node', 'nodes', false),
  pods: kind('v1', 'Pod', 'pods'),
  services: kind('v1', 'Service', 'services'),
  endpoints: kind('v1', 'Endpoints', 'endpoints'),
  configMaps: kind('v1', 'ConfigMap', 'configmaps'),
  secrets: kind('v1', 'Secret', 'secrets'),
  serviceAccounts: kind('v1', 'ServiceAccount', 'serviceaccounts'),
  events: kind('v1', 'Event', 'events'),
  deployments: kind('apps/v1', 'Deployment', 'deployments'),
  replicaSets: kind('apps/v1', 'ReplicaSet', 'replicasets'),
  statefulSets: kind('apps/v1', 'StatefulSet', 'statefulsets'),
  daemonSets: kind('apps/v1', 'DaemonSet', 'daemonsets'),
  jobs: kind('batch/v1', 'Job', 'jobs'),
  cronJobs: kind(isSince('stable CronJobs') ? 'batch/v1' : 'batch/v1beta1', 'CronJob', 'cronjobs'),
  ingresses: kind('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  endpointSlices: kind(
    isSince('stable EndpointSlices') ? 'discovery.k8s.io/v1' : 'discovery.k8s.io/v1beta1',
    'EndpointSlice',
    'endpointslices',
  ),
  definitions: kind(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    false,
  ),
} as const satisfies Record<string, ResourceType>

function kind(apiVersion: string, kind: string, plural: string, namespaced = true): ResourceType {
  return { apiVersion, kind, plural, namespaced }
}
