import type { KubeObject } from '../../src/model/kube.ts'
import type { ApiError } from '../../src/model/kube-api.ts'

/** Why a Kubernetes API server (1.20) does not make one object of another: fields that cannot change. */
export function refuseUpdate(before: KubeObject, after: KubeObject): ApiError | undefined {
  const refusal = refusals[after.kind]?.(before as Spec, after as Spec)
  if (!refusal) return undefined
  const { field, message } = refusal
  const subject = `${after.kind} "${after.metadata.name}" is invalid`
  return {
    kind: 'invalid',
    status: 422,
    message: `${subject}: ${field}: ${message}`,
    causes: [{ field, message }],
  }
}

type Spec = KubeObject & { spec: Record<string, unknown> }

const refusals: Record<
  string,
  (before: Spec, after: Spec) => { field: string; message: string } | undefined
> = {
  Job: changed('template', 'spec.template', 'Invalid value: core.PodTemplateSpec{…}: field is immutable'),
  Deployment: changed('selector', 'spec.selector', 'Invalid value: v1.LabelSelector{…}: field is immutable'),
  StatefulSet: changed(
    'serviceName',
    'spec',
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' are forbidden",
  ),
  Pod: changed(
    'containers',
    'spec',
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, …',
  ),
  PersistentVolumeClaim: changed(
    'storageClassName',
    'spec',
    'Forbidden: spec is immutable after creation except resources.requests for bound claims',
  ),
}

function changed(key: string, field: string, message: string) {
  return (before: Spec, after: Spec) =>
    JSON.stringify(before.spec[key]) === JSON.stringify(after.spec[key]) ? undefined : { field, message }
}
