import type { Kind, KindVersion } from './kind.ts'
import { isObject, type JsonObject } from './types.ts'

/** An object of the stored version as another version has it. What the other one cannot say is left out. */
export function convert<T extends JsonObject>(kind: Kind, version: KindVersion, object: T): T {
  if (object.apiVersion === version.apiVersion) return object
  const converted = { ...object, apiVersion: version.apiVersion }
  return kind.resource === autoscalers ? { ...converted, spec: toCpuTarget(object.spec) } : converted
}

/** The other way: what a client wrote, in the version that is stored. */
export function convertToStored<T extends JsonObject>(kind: Kind, object: T): T {
  const [stored] = kind.versions
  if (!stored || object.apiVersion === stored.apiVersion) return object
  const converted = { ...object, apiVersion: stored.apiVersion }
  return kind.resource === autoscalers ? { ...converted, spec: toMetrics(object.spec) } : converted
}

const autoscalers = 'horizontalpodautoscalers.autoscaling'

/** Version 1 of autoscalers knows but one metric. */
function toMetrics(spec: unknown): unknown {
  if (!isObject(spec)) return spec
  const { targetCPUUtilizationPercentage: averageUtilization, ...rest } = spec
  if (averageUtilization === undefined) return rest
  const target = { type: 'Utilization', averageUtilization }
  return { ...rest, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] }
}

function toCpuTarget(spec: unknown): unknown {
  if (!isObject(spec)) return spec
  const { metrics, behavior: _, ...rest } = spec
  const targets = Array.isArray(metrics) ? metrics.map(cpuTargetOf) : []
  const target = targets.find(one => one !== undefined)
  return { ...rest, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) }
}

function cpuTargetOf(metric: unknown): unknown {
  const resource = isObject(metric) && isObject(metric.resource) ? metric.resource : {}
  const target = isObject(resource.target) ? resource.target : {}
  return resource.name === 'cpu' ? target.averageUtilization : undefined
}
