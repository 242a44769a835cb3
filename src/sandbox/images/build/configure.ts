import { splitWords } from '../../../dockerfile/expand.ts'
import { type Instruction, readJsonForm } from '../../../dockerfile/instructions.ts'
import { ok, type Result } from '../../../model/result.ts'
import type { ImageConfig } from '../image-store.ts'
import { failAt, refuse, type Spot, syntaxFailure } from './refusal.ts'

export const defaultShell = ['/bin/sh', '-c']

export interface ConfigureOptions {
  readonly spot: Spot
  readonly escapeCharacter: string
  /** Fills variables in, and takes quotes away; undefined for a form that is not followed. */
  readonly expand: (word: string) => string | undefined
  /** Whether the stage has set a command: one of the base belongs to the base's entrypoint. */
  readonly hasOwnCommand: boolean
}

/** What an instruction that changes no file makes of an image's settings. `ENV`, `ARG` and `WORKDIR` are done elsewhere. */
export function configure(
  config: ImageConfig,
  { keyword, body, flags }: Instruction,
  { spot, escapeCharacter, expand, hasOwnCommand }: ConfigureOptions,
): Result<ImageConfig> {
  const isExpanded = expanded.has(keyword)
  const words = splitWords(body, escapeCharacter).map(word => (isExpanded ? expand(word) : word))
  if (!words.every(word => word !== undefined)) return unknownVariable(spot)
  if (body === '') return syntaxFailure(spot, `${keyword} requires an argument`)
  switch (keyword) {
    case 'CMD':
      return ok({ ...config, cmd: commandOf(body, config) })
    case 'ENTRYPOINT': {
      const { cmd, ...rest } = config
      return ok({ ...rest, ...(hasOwnCommand && cmd && { cmd }), entrypoint: commandOf(body, config) })
    }
    case 'USER':
      return ok({ ...config, user: words.join(' ') })
    case 'EXPOSE': {
      const ports = words.map(portsOf)
      if (!ports.every(port => port !== undefined)) return failAt(spot, 'a port is no number', cureForLine)
      return ok({ ...config, exposedPorts: union(config.exposedPorts, ports.flat()) })
    }
    case 'VOLUME':
      return ok({ ...config, volumes: union(config.volumes, readJsonForm(body) ?? words) })
    case 'LABEL': {
      const pairs = words[0]?.includes('=') ? words : [`${words[0]}=${words.slice(1).join(' ')}`]
      return ok({ ...config, labels: { ...config.labels, ...Object.fromEntries(pairs.map(pairOf)) } })
    }
    case 'MAINTAINER':
      return ok({ ...config, author: body })
    case 'STOPSIGNAL':
      return ok({ ...config, stopSignal: words.join(' ') })
    case 'SHELL': {
      const shell = readJsonForm(body)
      if (!shell?.length) return syntaxFailure(spot, 'SHELL requires a list of words: ["/bin/bash", "-c"]')
      return ok({ ...config, shell })
    }
    case 'HEALTHCHECK':
      return ok({ ...config, healthcheck: { test: testOf(body), options: Object.fromEntries(flags) } })
    default:
      return refuse(
        spot,
        keyword,
        'Write the instructions into the Dockerfiles that are built from this image.',
      )
  }
}

/** @returns nothing, as a failure, where a variable is used in a way that only Docker knows. */
export function unknownVariable(spot: Spot): Result<never> {
  return refuse(spot, 'this form of a variable', 'Use ${NAME}, ${NAME:-default} or ${NAME:+other}.')
}

const cureForLine = 'Correct the line; the build starts again when the file is saved.'

/** https://docs.docker.com/reference/dockerfile/#environment-replacement */
const expanded = new Set(['EXPOSE', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME'])

function commandOf(body: string, { shell = defaultShell }: ImageConfig): readonly string[] {
  return readJsonForm(body) ?? [...shell, body]
}

function testOf(body: string): readonly string[] {
  if (/^NONE$/i.test(body)) return ['NONE']
  const command = body.replace(/^CMD\s+/i, '')
  const list = readJsonForm(command)
  return list ? ['CMD', ...list] : ['CMD-SHELL', command]
}

/** `80`, `53/udp`, `8000-8002`. */
function portsOf(word: string): readonly string[] | undefined {
  const [, first, last = first, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(word) ?? []
  if (first === undefined) return undefined
  const count = Number(last) - Number(first) + 1
  return count < 1 || count > 65_536
    ? undefined
    : Array.from({ length: count }, (_, index) => `${Number(first) + index}/${protocol.toLowerCase()}`)
}

function pairOf(word: string): readonly [string, string] {
  const at = word.indexOf('=')
  return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort()
}
