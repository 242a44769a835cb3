import { isIP } from 'node:net'
import type { PortRule, PortTarget } from '../model/project.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { isLabel } from './names.ts'

/** Why a port rule is none, and what to write instead. */
export interface PortFault {
  readonly message: string
  readonly cure: string
}

const defaultHost = '127.0.0.1'
const forms = "Write it as 9001, '8080:3000', '9001:http', '127.0.0.1:8080:3000' or '8080:svc/web:80'."

const grammar =
  /^(?:(?:\[(?<ipv6>[^\]]*)\]|(?<host>[^:[\]/]+)):)?(?<local>\d+):(?:svc\/(?<service>[^:/]+):)?(?<port>[^:/]+)$/

/** Reads a port rule as a Devfile writes it (the forms are listed at `PortInput`). */
export function parsePortRule(input: number | string): Result<PortRule, PortFault> {
  const text = String(input)
  if (typeof input === 'number' || /^\d+$/.test(text)) {
    const port = readPort(text)
    if (port === undefined) return outOfRange(text)
    return ok({ text, host: defaultHost, localPort: port, target: { kind: 'pod', port } })
  }
  const parts = grammar.exec(text)?.groups
  if (!parts) return fail({ message: `'${text}' is no port rule.`, cure: cureFor(text) })

  const { ipv6, host = ipv6 ?? defaultHost, local = '', service, port = '' } = parts
  if (!isHost(host)) {
    return fail({ message: `'${host}' is no local address.`, cure: 'Write an IP address or localhost.' })
  }
  const localPort = readPort(local)
  if (localPort === undefined) return outOfRange(local)
  const target = readTarget(service, port)
  return target.ok ? ok({ text, host, localPort, target: target.value }) : target
}

function readTarget(service: string | undefined, text: string): Result<PortTarget, PortFault> {
  const port = /^-?[\d.]+$/.test(text) ? readPort(text) : text
  if (port === undefined) return outOfRange(text)
  if (typeof port === 'string' && !isPortName(port)) {
    return fail({
      message: `'${port}' is neither a port's number nor a port's name.`,
      cure: 'A port name has at most 15 lower-case letters, digits and single -, with a letter among them.',
    })
  }
  if (service === undefined) return ok({ kind: 'pod', port })
  if (isLabel(service)) return ok({ kind: 'service', name: service, port })
  return fail({
    message: `'${service}' cannot be the name of a Kubernetes Service.`,
    cure: "Write the Service's name from its manifest, as in '8080:svc/web:80'.",
  })
}

function readPort(text: string): number | undefined {
  const port = Number(text)
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined
}

function outOfRange(text: string): Result<never, PortFault> {
  return fail({ message: `${text} is no port number.`, cure: 'Write a whole number from 1 to 65535.' })
}

/** What people write who know other tools. */
function cureFor(text: string): string {
  if (/\/(tcp|udp)$/i.test(text)) return `Leave out the protocol: only TCP can be forwarded. ${forms}`
  if (/^svc\//.test(text)) return `Put the local port in front: '8080:${text}'.`
  if (/:(service|services)\//.test(text)) return `Write svc: '${text.replace(/:services?\//, ':svc/')}'.`
  return forms
}

function isHost(host: string): boolean {
  return host === 'localhost' || isIP(host) !== 0
}

/** Kubernetes' rule for port names: IANA_SVC_NAME of RFC 6335. */
function isPortName(name: string): boolean {
  return name.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && /[a-z]/.test(name)
}
