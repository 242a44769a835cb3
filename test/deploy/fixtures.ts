import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { PodObject } from '../../src/deploy/pod-object.ts'
import { type PodWarning, readWarning } from '../../src/deploy/pod-warning.ts'
import type { WorkloadObject } from '../../src/deploy/workloads.ts'
import type { KubeObject } from '../../src/model/kube.ts'

/** A pod as a real cluster (Kubernetes 1.20) showed it, its Warning events, and the last lines of its container. */
export interface PodFixture {
  readonly pod: PodObject
  readonly events: readonly KubeObject[]
  readonly warnings: readonly PodWarning[]
  readonly log: readonly string[]
}

/** A fresh copy at each call. */
export function podFixture(name: string): PodFixture {
  const {
    pod,
    events,
    log = [],
  } = read(`pods/${name}.json`) as Omit<PodFixture, 'warnings'> & { log?: string[] }
  return { pod, events, warnings: events.map(readWarning), log }
}

/** How the healthy pod came up: its versions, oldest first. */
export function healthyStages(): readonly PodObject[] {
  return read('pods/healthy-stages.json') as readonly PodObject[]
}

/** A workload as the same cluster showed it. */
export function workloadFixture(name: string): WorkloadObject {
  return read(`workloads/${name}.json`) as WorkloadObject
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, '../fixtures', file), 'utf8'))
}
