import path from 'node:path'
import { isRecord } from '../../util/is-record.ts'
import type { Recipe, Remark } from './draft.ts'
import type { Survey } from './survey.ts'
import { readYamlMap, textsOf } from './text-file.ts'

/** A service of a compose file, as far as a Devfile can say the same. */
export interface ComposeService {
  readonly name: string
  /** The compose file, relative to the root. */
  readonly file: string
  readonly image?: string
  readonly build?: Recipe
  /** What it publishes on this machine. */
  readonly ports: readonly { readonly local: number; readonly target: number }[]
  readonly dependsOn: readonly string[]
}

/** By the order in which Docker Compose takes them. */
export const composeNames: ReadonlySet<string> = new Set([
  'compose.yaml',
  'compose.yml',
  'docker-compose.yaml',
  'docker-compose.yml',
])

export interface FoundCompose {
  readonly services: readonly ComposeService[]
  readonly remarks: readonly Remark[]
}

/** Reads the services of all compose files; of one name, that of the file nearest to the root. */
export async function readCompose({ root, files }: Survey): Promise<FoundCompose> {
  const services = new Map<string, ComposeService>()
  const remarks: Remark[] = []
  for (const file of files.filter(name => composeNames.has(path.posix.basename(name)))) {
    const said = await readYamlMap(path.join(root, file))
    const named = Object.entries(isRecord(said?.services) ? said.services : {})
    if (said?.include !== undefined || named.some(([, service]) => isRecord(service) && service.extends)) {
      remarks.push(otherFilesRemark(file))
    }
    for (const [name, service] of named) {
      if (isRecord(service) && !services.has(name)) services.set(name, serviceOf(name, service, file))
    }
  }
  return { services: [...services.values()], remarks }
}

function otherFilesRemark(file: string): Remark {
  return {
    text: `${file}: what it includes or extends was not read.`,
    cure: 'What is missing of it, such as ports, is to be added to the Devfile.',
  }
}

function serviceOf(name: string, said: Readonly<Record<string, unknown>>, file: string): ComposeService {
  const { image, ports, depends_on: dependsOn } = said
  const build = buildOf(said.build, path.posix.dirname(file))
  return {
    name,
    file,
    ...(typeof image === 'string' && { image: filledIn(image) }),
    ...(build && { build }),
    ports: Array.isArray(ports) ? ports.flatMap(publishedPorts) : [],
    dependsOn: isRecord(dependsOn) ? Object.keys(dependsOn) : textsOf(dependsOn),
  }
}

/** Paths are relative to the compose file, that of the Dockerfile to the context. */
function buildOf(build: unknown, folder: string): Recipe | undefined {
  const said = typeof build === 'string' ? { context: build } : isRecord(build) ? build : undefined
  if (!said) return undefined
  const { context = '.', dockerfile, target, args } = said as Readonly<Record<string, unknown>>
  // A repository on the network is no folder; a Dockerfile that is written into the compose file is no file.
  if (typeof context !== 'string' || /:\/\/|^git@/.test(context)) return undefined
  const place = path.posix.join(folder, filledIn(context)).replace(/(?<=.)\/$/, '')
  if (place.startsWith('/') || place.startsWith('..')) return undefined
  const values = argumentsOf(args)
  return {
    builder: 'docker',
    options: {
      context: place,
      ...(typeof dockerfile === 'string' &&
        filledIn(dockerfile) !== 'Dockerfile' && {
          dockerfile: path.posix.join(place, filledIn(dockerfile)),
        }),
      ...(typeof target === 'string' && { target: filledIn(target) }),
      ...(Object.keys(values).length > 0 && { args: values }),
    },
  }
}

/** As a map, or a list of `NAME=value`. One without a value is the environment's, and stays out. */
function argumentsOf(args: unknown): Readonly<Record<string, string>> {
  const pairs = isRecord(args)
    ? Object.entries(args)
    : textsOf(args).flatMap(text => {
        const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
        return name === undefined ? [] : [[name, value] as const]
      })
  return Object.fromEntries(
    pairs.flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, filledIn(String(value))]],
    ),
  )
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, or a map; a container's port alone gets another local port at each start. */
function publishedPorts(port: unknown): readonly { local: number; target: number }[] {
  if (isRecord(port)) {
    const { published, target, protocol = 'tcp' } = port
    return protocol === 'tcp' ? portPair(String(published), String(target)) : []
  }
  const [, local, target] = /^(?:.*:)?(\d+):(\d+)(?:\/tcp)?$/.exec(filledIn(String(port))) ?? []
  return local === undefined || target === undefined ? [] : portPair(local, target)
}

function portPair(local: string, target: string): readonly { local: number; target: number }[] {
  const pair = { local: Number(local), target: Number(target) }
  return Object.values(pair).every(isPort) ? [pair] : []
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535
}

/** With the defaults of variables, `${PORT:-8080}`; what the environment says is not for a file that is committed. */
function filledIn(text: string): string {
  return text.replace(/\$\{\w+:?-([^}]*)\}/g, '$1').replaceAll('$$', '$')
}
