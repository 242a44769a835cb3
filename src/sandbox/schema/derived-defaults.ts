import { child, type Draft, fill, isDraft, items, peek } from './draft.ts'

/** Defaults that depend on what else an object says, by the names of types. They come before the fixed ones. */
export const derivedDefaults: Readonly<Record<string, (draft: Draft) => void>> = {
  'core.v1.Pod': pod,
  'core.v1.PodSpec': podSpec,
  'core.v1.Container': container,
  'core.v1.EphemeralContainer': container,
  'core.v1.Probe': draft => {
    const grpc = draft.grpc
    if (isDraft(grpc)) fill(grpc, 'service', '')
  },
  'core.v1.Volume': volume,
  'core.v1.ServiceSpec': serviceSpec,
  'core.v1.ServicePort': draft => fillTarget(draft),
  'core.v1.Secret': secret,
  'core.v1.ReplicationController': replicationController,
  'core.v1.PersistentVolumeClaim': draft => fill(child(draft, 'status'), 'phase', 'Pending'),
  'core.v1.PersistentVolume': draft => fill(child(draft, 'status'), 'phase', 'Pending'),
  'core.v1.Namespace': draft => {
    child(draft, 'spec')
    fill(child(draft, 'status'), 'phase', 'Active')
    child(child(draft, 'metadata'), 'labels')['kubernetes.io/metadata.name'] = peek(draft, 'metadata').name
  },
  'core.v1.Endpoints': draft => {
    for (const subset of items(draft, 'subsets'))
      for (const port of items(subset, 'ports')) fill(port, 'protocol', 'TCP')
  },
  'apps.v1.DeploymentStrategy': draft => {
    if ((draft.type ?? 'RollingUpdate') === 'RollingUpdate') child(draft, 'rollingUpdate')
  },
  'apps.v1.StatefulSetUpdateStrategy': draft => {
    if ((draft.type ?? 'RollingUpdate') === 'RollingUpdate') child(draft, 'rollingUpdate')
  },
  'apps.v1.DaemonSetUpdateStrategy': draft => {
    if ((draft.type ?? 'RollingUpdate') === 'RollingUpdate') child(draft, 'rollingUpdate')
  },
  'apps.v1.StatefulSetSpec': draft => {
    for (const claim of items(draft, 'volumeClaimTemplates')) {
      fill(claim, 'apiVersion', 'v1')
      fill(claim, 'kind', 'PersistentVolumeClaim')
    }
  },
  'batch.v1.Job': job,
  'autoscaling.v2.HorizontalPodAutoscalerSpec': draft => {
    const byCpu = {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
    }
    fill(draft, 'metrics', [byCpu])
  },
  'networking.v1.NetworkPolicySpec': draft => {
    fill(draft, 'podSelector', {})
    fill(draft, 'policyTypes', items(draft, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'])
  },
  'rbac.v1.Subject': draft => {
    const isAccount = draft.kind === 'ServiceAccount'
    if (!isAccount) fill(draft, 'apiGroup', 'rbac.authorization.k8s.io')
  },
  'apiextensions.v1.CustomResourceDefinitionSpec': spec => {
    const names = child(spec, 'names')
    const kind = String(names.kind ?? '')
    fill(names, 'singular', kind.toLowerCase())
    fill(names, 'listKind', `${kind}List`)
  },
  'apiextensions.v1.CustomResourceDefinition': draft => {
    fill(child(draft, 'status'), 'storedVersions', [])
  },
}

function pod(draft: Draft): void {
  const spec = child(draft, 'spec')
  for (const list of ['containers', 'initContainers']) {
    for (const one of items(spec, list)) requestWhatIsLimited(one)
  }
  fill(spec, 'enableServiceLinks', true)
  fill(spec, 'serviceAccountName', spec.serviceAccount ?? 'default')
  fill(spec, 'serviceAccount', spec.serviceAccountName)
  fill(spec, 'priority', 0)
  fill(spec, 'preemptionPolicy', 'PreemptLowerPriority')
  const status = child(draft, 'status')
  fill(status, 'phase', 'Pending')
  fill(status, 'qosClass', qosClass(spec))
  tolerateLostNodes(spec)
}

/** A container that says how much it may have at most, and not how much it needs, needs as much. */
function requestWhatIsLimited(draft: Draft): void {
  const { limits } = peek(draft, 'resources')
  if (!isDraft(limits)) return
  const requests = child(child(draft, 'resources'), 'requests')
  for (const [name, amount] of Object.entries(limits)) fill(requests, name, amount)
}

function tolerateLostNodes(spec: Draft): void {
  const tolerations = items(spec, 'tolerations')
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const isTolerated = tolerations.some(
      one => (!one.key || one.key === key) && (!one.effect || one.effect === 'NoExecute'),
    )
    if (!isTolerated)
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
  }
  spec.tolerations = tolerations
}

function qosClass(spec: Draft): string {
  const all = [...items(spec, 'containers'), ...items(spec, 'initContainers')].map(one =>
    peek(one, 'resources'),
  )
  const isUnbound = all.every(one => [one.requests, one.limits].every(amounts => isEmpty(amounts)))
  if (isUnbound) return 'BestEffort'
  const isBound = all.every(one =>
    ['cpu', 'memory'].every(name => {
      const limit = peek(one, 'limits')[name]
      return limit !== undefined && String(peek(one, 'requests')[name]) === String(limit)
    }),
  )
  return isBound ? 'Guaranteed' : 'Burstable'
}

function isEmpty(amounts: unknown): boolean {
  return !isDraft(amounts) || Object.keys(amounts).length === 0
}

function podSpec(draft: Draft): void {
  if (draft.hostNetwork !== true) return
  for (const one of items(draft, 'containers'))
    for (const port of items(one, 'ports')) fill(port, 'hostPort', port.containerPort)
}

function container(draft: Draft): void {
  fill(draft, 'imagePullPolicy', isLatest(String(draft.image ?? '')) ? 'Always' : 'IfNotPresent')
}

/** An image without tag and digest is the newest one. */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false
  const tag = /:([^/:]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest'
}

function volume(draft: Draft): void {
  if (Object.keys(draft).every(field => field === 'name')) draft.emptyDir = {}
}

function serviceSpec(draft: Draft): void {
  const type = draft.type ?? 'ClusterIP'
  if (type === 'NodePort' || type === 'LoadBalancer') fill(draft, 'externalTrafficPolicy', 'Cluster')
  if (type === 'LoadBalancer') fill(draft, 'allocateLoadBalancerNodePorts', true)
  if (type !== 'ExternalName') {
    fill(draft, 'internalTrafficPolicy', 'Cluster')
    fill(draft, 'ipFamilies', ['IPv4'])
    fill(draft, 'ipFamilyPolicy', 'SingleStack')
  }
  if (draft.sessionAffinity === 'ClientIP') child(child(draft, 'sessionAffinityConfig'), 'clientIP')
}

function fillTarget(draft: Draft): void {
  if (draft.targetPort === '' || draft.targetPort === 0) delete draft.targetPort
  fill(draft, 'targetPort', draft.port)
}

/** `stringData` is for writing only. */
function secret(draft: Draft): void {
  const { stringData } = draft
  if (!isDraft(stringData)) return
  const data = child(draft, 'data')
  for (const [key, text] of Object.entries(stringData))
    data[key] = Buffer.from(String(text)).toString('base64')
  delete draft.stringData
}

function replicationController(draft: Draft): void {
  const spec = child(draft, 'spec')
  const { labels } = peek(peek(spec, 'template'), 'metadata')
  if (!isDraft(labels)) return
  fill(spec, 'selector', { ...labels })
  fill(child(draft, 'metadata'), 'labels', { ...labels })
}

/** A job's pods are told from others by its uid, unless somebody says that they choose the labels themselves. */
function job(draft: Draft): void {
  const spec = child(draft, 'spec')
  const metadata = child(draft, 'metadata')
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  fill(spec, 'parallelism', 1)
  const template = child(child(spec, 'template'), 'metadata')
  if (spec.manualSelector !== true && !spec.selector && metadata.uid) {
    const labels = child(template, 'labels')
    for (const prefix of ['', 'batch.kubernetes.io/']) {
      labels[`${prefix}controller-uid`] = metadata.uid
      labels[`${prefix}job-name`] = metadata.name
    }
    spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } }
  }
  fill(metadata, 'labels', { ...peek(template, 'labels') })
}
