import { call } from './rig/call.ts'

/** What clusters of different versions do differently: from which minor version of 1.x on, and what it was before. */
const differences = {
  /** `batch/v1`; before only `batch/v1beta1`. */
  'stable CronJobs': 21,
  /** `discovery.k8s.io/v1`; before only `discovery.k8s.io/v1beta1`, which newer kubectl does not ask for. */
  'stable EndpointSlices': 21,
  /** `kubernetes.io/metadata.name` on each namespace; before none had it. */
  'names of namespaces as labels': 21,
  /** `policy/v1` for evictions; before only `policy/v1beta1`, which newer versions do not take. */
  'stable evictions': 22,
  /** `/openapi/v3`; before only `/openapi/v2`. */
  'OpenAPI v3': 24,
  /** The query `fieldValidation`; before, an unknown field was dropped, whatever a request asked for. */
  'field validation': 25,
  /** A Job finds its pods by `batch.kubernetes.io/controller-uid`; before by `controller-uid`. */
  'prefixed labels of Jobs': 27,
} as const

const minor = await askForMinor()

/** Whether the cluster does what newer versions do. */
export function isSince(difference: keyof typeof differences): boolean {
  return minor >= differences[difference]
}

async function askForMinor(): Promise<number> {
  const { body } = await call('GET', '/version')
  return Number.parseInt((body as { minor: string }).minor, 10)
}
