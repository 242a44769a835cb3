import { isRecord } from '../../util/is-record.ts'
import type { Kind, KindVersion } from './kind.ts'
import type { JsonObject } from './types.ts'

/** An object as it is stored as another version has it. What the other one cannot say is left out. */
export function convert<T extends JsonObject>(kind: Kind, version: KindVersion, object: T): T {
  if (object.apiVersion === version.apiVersion) return object
  const converted = { ...object, apiVersion: version.apiVersion }
  if (kind.resource === events) return { ...renamed(converted, newEventFields) } as T
  return kind.resource === autoscalers ? { ...converted, spec: toCpuTarget(object.spec) } : converted
}

/** The other way: what a client wrote, as it is stored. */
export function convertToStored<T extends JsonObject>(kind: Kind, object: T): T {
  if (kind.resource === events) {
    if (object.apiVersion === 'v1') return object
    const names = Object.entries(newEventFields).map(([old, name]) => [name, old])
    return { ...renamed(object, Object.fromEntries(names)), apiVersion: 'v1' } as unknown as T
  }
  const [stored] = kind.versions
  if (!stored || object.apiVersion === stored.apiVersion) return object
  const converted = { ...object, apiVersion: stored.apiVersion }
  return kind.resource === autoscalers ? { ...converted, spec: toMetrics(object.spec) } : converted
}

const events = 'events'

/** What `events.k8s.io` calls the fields of an event. */
const newEventFields: Readonly<Record<string, string>> = {
  message: 'note',
  involvedObject: 'regarding',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
}

function renamed(object: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [names[name] ?? name, value]))
}

const autoscalers = 'horizontalpodautoscalers.autoscaling'

/** Version 1 of autoscalers knows but one metric. */
function toMetrics(spec: unknown): unknown {
  if (!isRecord(spec)) return spec
  const { targetCPUUtilizationPercentage: averageUtilization, ...rest } = spec
  if (averageUtilization === undefined) return rest
  const target = { type: 'Utilization', averageUtilization }
  return { ...rest, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] }
}

function toCpuTarget(spec: unknown): unknown {
  if (!isRecord(spec)) return spec
  const { metrics, behavior: _, ...rest } = spec
  const targets = Array.isArray(metrics) ? metrics.map(cpuTargetOf) : []
  const target = targets.find(one => one !== undefined)
  return { ...rest, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) }
}

function cpuTargetOf(metric: unknown): unknown {
  const resource = isRecord(metric) && isRecord(metric.resource) ? metric.resource : {}
  const target = isRecord(resource.target) ? resource.target : {}
  return resource.name === 'cpu' ? target.averageUtilization : undefined
}
