import { type Condition, findCondition, setCondition } from '../kinds/conditions.ts'
import type { ContainerStatus, Pod, PodPhase, PodStatus } from '../kinds/pod.ts'

/** What the kubelet has seen of a pod. */
export interface PodFacts {
  readonly startTime: string
  readonly hostIp: string
  readonly podIp: string | undefined
  /** In the order of the definition; sidecars among them. */
  readonly initContainers: readonly ContainerStatus[]
  readonly containers: readonly ContainerStatus[]
  readonly sidecars: ReadonlySet<string>
  /** Why the kubelet has ended the pod, if so. */
  readonly ended?: { readonly reason: string; readonly message: string }
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export function statusOf(pod: Pod, facts: PodFacts): PodStatus {
  const { startTime, hostIp, podIp, initContainers, containers, ended } = facts
  const phase = ended ? 'Failed' : phaseOf(pod, facts)
  return {
    ...pod.status,
    phase,
    conditions: conditionsOf(pod, facts, phase),
    ...(ended ?? {}),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp !== undefined && { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime,
    ...(initContainers.length > 0 && { initContainerStatuses: initContainers }),
    containerStatuses: containers,
  }
}

function phaseOf({ spec }: Pod, { initContainers, containers, sidecars }: PodFacts): PodPhase {
  const { restartPolicy = 'Always' } = spec
  const inits = initContainers.filter(({ name }) => !sidecars.has(name))
  const hasFailed = inits.some(({ state }) => (state.terminated?.exitCode ?? 0) !== 0)
  if (hasFailed && restartPolicy === 'Never') return 'Failed'
  if (!isInitialized(initContainers, sidecars)) return 'Pending'
  if (containers.some(({ state, lastState }) => state.waiting && !lastState.terminated)) return 'Pending'
  if (containers.some(({ state }) => state.running || state.waiting) || restartPolicy === 'Always')
    return 'Running'
  const failed = containers.filter(({ state }) => state.terminated?.exitCode !== 0)
  if (failed.length === 0) return 'Succeeded'
  return restartPolicy === 'Never' ? 'Failed' : 'Running'
}

function isInitialized(initContainers: readonly ContainerStatus[], sidecars: ReadonlySet<string>): boolean {
  return incomplete(initContainers, sidecars).length === 0
}

function incomplete(
  initContainers: readonly ContainerStatus[],
  sidecars: ReadonlySet<string>,
): readonly string[] {
  return initContainers
    .filter(({ name, state, started }) => (sidecars.has(name) ? !started : state.terminated?.exitCode !== 0))
    .map(({ name }) => name)
}

function conditionsOf(
  { spec, status }: Pod,
  { podIp, initContainers, containers, sidecars }: PodFacts,
  phase: PodPhase,
): readonly Condition[] {
  const isOver = phase === 'Succeeded' || phase === 'Failed'
  const missing = incomplete(initContainers, sidecars)
  const hasBegun = containers.some(({ state, lastState }) => !state.waiting || lastState.terminated)
  const isThrough = missing.length === 0 || hasBegun
  const unready = [...initContainers.filter(({ name }) => sidecars.has(name)), ...containers]
    .filter(({ ready }) => !ready)
    .map(({ name }) => name)
  const containersReady: Omit<Condition, 'type'> =
    phase === 'Succeeded'
      ? { status: 'False', reason: 'PodCompleted' }
      : phase === 'Failed'
        ? { status: 'False', reason: 'PodFailed' }
        : unready.length > 0
          ? notReady('ContainersNotReady', 'containers with unready status', unready)
          : { status: 'True' }
  const gates = (spec.readinessGates ?? []).filter(
    ({ conditionType }) => findCondition(status?.conditions, conditionType)?.status !== 'True',
  )
  const isReadyToStart: Condition['status'] = podIp !== undefined && !isOver ? 'True' : 'False'
  const all: readonly Condition[] = [
    { type: 'PodReadyToStartContainers', status: isReadyToStart },
    isThrough
      ? { type: 'Initialized', status: 'True', ...(phase === 'Succeeded' && { reason: 'PodCompleted' }) }
      : {
          type: 'Initialized',
          ...notReady('ContainersNotInitialized', 'containers with incomplete status', missing),
        },
    {
      type: 'Ready',
      ...(containersReady.status === 'True' && gates.length > 0
        ? {
            status: 'False' as const,
            reason: 'ReadinessGatesNotReady',
            message: gates
              .map(
                ({ conditionType }) =>
                  `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
              )
              .join(', '),
          }
        : containersReady),
    },
    { type: 'ContainersReady', ...containersReady },
  ]
  return all.reduce(
    (conditions, condition) => setCondition(conditions, { ...condition, lastProbeTime: null }),
    status?.conditions ?? [],
  )
}

function notReady(reason: string, subject: string, names: readonly string[]) {
  return { status: 'False' as const, reason, message: `${subject}: [${names.join(' ')}]` }
}
