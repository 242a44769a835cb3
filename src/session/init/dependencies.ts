import type { ComposeService } from './compose.ts'
import type { Dependency } from './draft.ts'
import { type Group, isForAll } from './groups.ts'
import { containerSpecs, isWorkload, mentions } from './objects.ts'

export interface DependencyRequest {
  readonly groups: readonly Group[]
  /** The compose file's service that is the same as a group. */
  readonly composeOf: (group: Group) => ComposeService | undefined
}

/** What each group waits for at its first start, by name. Never in a circle: what would close one is left out. */
export function chooseDependencies({
  groups,
  composeOf,
}: DependencyRequest): ReadonlyMap<string, readonly Dependency[]> {
  const chosen = new Map<string, Dependency[]>(groups.map(({ name }) => [name, []]))
  const reaches = (from: string, to: string): boolean => {
    const reached = new Set([from])
    // What is added on the way is looked at, too.
    for (const name of reached) for (const { service } of chosen.get(name) ?? []) reached.add(service)
    return reached.has(to)
  }
  for (const group of groups) {
    const own = chosen.get(group.name) ?? []
    for (const other of groups) {
      if (other === group || reaches(other.name, group.name)) continue
      const reason = reasonToWait(group, other, composeOf)
      if (reason !== undefined) own.push({ service: other.name, reason })
    }
  }
  return chosen
}

function reasonToWait(
  group: Group,
  other: Group,
  composeOf: DependencyRequest['composeOf'],
): string | undefined {
  const own = composeOf(group)
  const wanted = composeOf(other)
  if (own && wanted && own.dependsOn.includes(wanted.name)) return `${own.file} says so`
  const needed = other.objects.find(
    object =>
      isForAll(object) ||
      (!isWorkload(object) && group.workloads.some(workload => mentions(workload, object))),
  )
  if (needed) return `it uses ${needed.kind}/${needed.metadata.name}`
  const hosts = other.objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name)
  const variable = group.workloads
    .flatMap(containerSpecs)
    .flatMap(({ env }) => env)
    .find(({ name, value }) => hosts.some(host => namesHost(value, host, name)))
  return variable && `its ${variable.name} names it`
}

/** `redis`, `redis:6379`, `redis.shop.svc`, `redis://redis:6379/0`; the bare word only where a host is expected. */
function namesHost(value: string, host: string, variable: string): boolean {
  if (value === host) return /HOST|ADDR|URL|URI|SERVER|SERVICE|ENDPOINT|BROKER|UPSTREAM/i.test(variable)
  return value
    .split(/[\s,;/@=|]+/)
    .slice(value.includes('://') ? 1 : 0)
    .some(part => part === host || part.startsWith(`${host}:`) || part.startsWith(`${host}.`))
}
