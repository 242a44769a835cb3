import type { PortRule } from '../model/project.ts'
import { nearest } from '../util/nearest.ts'
import type { Fault, KeyPath } from './fault.ts'
import type { DevfileInput, ImageInput, ProfileInput, ServiceInput } from './input.ts'
import { faultOfImageName, isLabel, toLabel } from './names.ts'
import { parsePortRule } from './ports.ts'
import { reachFaults } from './reach-faults.ts'
import { registryFaults } from './registry.ts'
import { syncFaults } from './sync-faults.ts'

/**
 * Faults of single values that are of the right type: names, port rules and sync rules, in all profiles.
 *
 * @param root the Devfile's folder, absolute.
 */
export function valueFaults(input: DevfileInput, root: string): readonly Fault[] {
  const profiles = Object.entries(input.profiles ?? {})
  return [
    ...(input.name === undefined ? [] : labelFaults(['name'], input.name, 'a project')),
    ...partFaults([], input, root),
    ...profiles.flatMap(([name, profile]) => partFaults(['profiles', name], profile, root)),
  ]
}

/** Faults of what services want of each other and of this machine, of the services that are used together. */
export function linkFaults(services: Readonly<Record<string, ServiceInput>>): readonly Fault[] {
  return [...dependencyFaults(services), ...cycleFaults(services), ...clashFaults(services)]
}

/** Faults between the options of one image, of the images that are used together. */
export function imageFaults(images: Readonly<Record<string, ImageInput>>, root: string): readonly Fault[] {
  return Object.entries(images).flatMap(([ref, image]) =>
    reachFaults(image, root).map(fault => ({ ...fault, path: ['images', ref, ...fault.path] })),
  )
}

/** The fault of a profile that was asked for and is not there. */
export function profileFaults(input: DevfileInput, profile: string | undefined): readonly Fault[] {
  const names = Object.keys(input.profiles ?? {})
  if (profile === undefined || names.includes(profile)) return []
  const similar = nearest(profile, names)
  const hint = similar === undefined ? '' : `Did you mean '${similar}'? `
  return [
    {
      path: ['profiles'],
      message: `There is no profile '${profile}'.`,
      cure:
        names.length === 0
          ? 'This Devfile has no profiles: leave out --profile, or define it under profiles.'
          : `${hint}The profiles are ${names.join(', ')}.`,
    },
  ]
}

function partFaults(
  path: KeyPath,
  { namespace, registry = false, images = {}, services = {} }: ProfileInput,
  root: string,
): readonly Fault[] {
  return [
    ...(namespace === undefined ? [] : labelFaults([...path, 'namespace'], namespace, 'a namespace')),
    ...registryFaults(registry).map(fault => ({ ...fault, path: [...path, ...fault.path] })),
    ...Object.entries(images).flatMap(([ref, image]) => {
      const place = [...path, 'images', ref]
      const fault = faultOfImageName(ref)
      return [
        ...(fault ? [{ path: place, ...fault }] : []),
        ...syncFaults(image, root).map(one => ({ ...one, path: [...place, ...one.path] })),
      ]
    }),
    ...Object.entries(services).flatMap(([name, { ports = [] }]) => [
      ...labelFaults([...path, 'services', name], name, 'a service'),
      ...ports.flatMap((port, index) => {
        const rule = parsePortRule(port)
        return rule.ok ? [] : [{ path: [...path, 'services', name, 'ports', index], ...rule.failure }]
      }),
    ]),
  ]
}

function labelFaults(path: KeyPath, text: string, what: string): readonly Fault[] {
  if (isLabel(text)) return []
  const similar = toLabel(text)
  return [
    {
      path,
      message: `'${text}' cannot be the name of ${what}: Kubernetes takes lower-case letters, digits and -, at most 63 characters.`,
      ...(similar !== undefined && { cure: `Write '${similar}'.` }),
    },
  ]
}

function dependencyFaults(services: Readonly<Record<string, ServiceInput>>): readonly Fault[] {
  const names = Object.keys(services)
  return Object.entries(services).flatMap(([name, { dependsOn = [] }]) =>
    dependsOn.flatMap((wanted, index): readonly Fault[] => {
      if (names.includes(wanted)) return []
      const others = names.filter(other => other !== name)
      const similar = nearest(wanted, others)
      return [
        {
          path: ['services', name, 'dependsOn', index],
          message: `There is no service '${wanted}'.`,
          cure:
            similar !== undefined
              ? `Did you mean '${similar}'?`
              : others.length === 0
                ? 'Leave it out, or define it under services.'
                : `The other services are ${others.join(', ')}.`,
        },
      ]
    }),
  )
}

/** One fault a cycle, at the dependency that closes it. */
function cycleFaults(services: Readonly<Record<string, ServiceInput>>): readonly Fault[] {
  const faults: Fault[] = []
  const finished = new Set<string>()
  const visit = (name: string, way: readonly string[]) => {
    const start = way.indexOf(name)
    if (start >= 0) faults.push(cycleFault(way.slice(start), services))
    if (start >= 0 || finished.has(name)) return
    for (const next of services[name]?.dependsOn ?? []) visit(next, [...way, name])
    finished.add(name)
  }
  for (const name of Object.keys(services)) visit(name, [])
  return faults
}

function cycleFault(cycle: readonly string[], services: Readonly<Record<string, ServiceInput>>): Fault {
  const [first = ''] = cycle
  const last = cycle.at(-1) ?? first
  return {
    path: ['services', last, 'dependsOn', services[last]?.dependsOn?.indexOf(first) ?? 0],
    message:
      cycle.length === 1
        ? `The service ${first} depends on itself.`
        : `These services wait for each other: ${[...cycle, first].join(' → ')}.`,
    cure: `Leave '${first}' out of the dependsOn of ${last}.`,
  }
}

function clashFaults(services: Readonly<Record<string, ServiceInput>>): readonly Fault[] {
  const taken: { service: string; rule: PortRule }[] = []
  return Object.entries(services).flatMap(([service, { ports = [] }]) =>
    ports.flatMap((port, index): readonly Fault[] => {
      const parsed = parsePortRule(port)
      if (!parsed.ok) return []
      const rule = parsed.value
      const other = taken.find(one => clash(one.rule, rule))
      taken.push({ service, rule })
      if (!other) return []
      return [
        {
          path: ['services', service, 'ports', index],
          message:
            other.service === service
              ? `The service ${service} opens the local port ${rule.localPort} twice: '${other.rule.text}' and '${rule.text}'.`
              : `The services ${other.service} ('${other.rule.text}') and ${service} ('${rule.text}') both open the local port ${rule.localPort}.`,
          cure: `Give one of them another local port, as in '${freePort(taken)}:${remainder(rule)}'.`,
        },
      ]
    }),
  )
}

/** Whether two rules cannot both be listened to. A wildcard address takes the port of every address. */
function clash(one: PortRule, other: PortRule): boolean {
  if (one.localPort !== other.localPort) return false
  const hosts = [one, other].map(({ host }) => (host === 'localhost' ? '127.0.0.1' : host))
  return hosts[0] === hosts[1] || hosts.some(host => host === '0.0.0.0' || host === '::')
}

function freePort(taken: readonly { rule: PortRule }[]): number {
  const ports = new Set(taken.map(({ rule }) => rule.localPort))
  let port = taken.at(-1)?.rule.localPort ?? 0
  while (ports.has(port)) port = port < 65_535 ? port + 1 : 1024
  return port
}

function remainder({ target }: PortRule): string {
  return target.kind === 'pod' ? String(target.port) : `svc/${target.name}:${target.port}`
}
