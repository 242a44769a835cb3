import type { Answer, Packet, Question } from 'dns-packet'
import type { FindHostName } from './host-names.ts'
import { clusterDomain, type Zone, type ZoneEntry } from './zone.ts'

/** Seconds for which an answer may be kept: short, since pods come and go. */
const ttl = 5
/** Names that stand for one another are followed no further. */
const maxAliases = 8

type Code = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'NOTIMP'

/** What is known about a question. */
interface Known {
  readonly code: Code
  readonly answers: readonly Answer[]
  readonly additionals: readonly Answer[]
  readonly isOwn: boolean
}

// The library names them for itself only (RFC 1035, 4.1.1).
const codes: Readonly<Record<Code, number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4 }
/** Of the flags, what is asked for; 0 is a query. */
const operation = 0x7800
const isAuthoritative = 0x400
const isRecursionDesired = 0x100
const isRecursionAvailable = 0x80

/** Answers a question about the cluster's names, and others as the host knows them. */
export async function answerQuery(query: Packet, zone: Zone, findOther: FindHostName): Promise<Packet> {
  const [question] = query.questions ?? []
  const known: Known =
    question && ((query.flags ?? 0) & operation) === 0
      ? await find(question, zone, findOther)
      : { code: 'NOTIMP', answers: [], additionals: [], isOwn: false }
  return {
    type: 'response',
    id: query.id ?? 0,
    flags:
      ((query.flags ?? 0) & isRecursionDesired) |
      isRecursionAvailable |
      (known.isOwn ? isAuthoritative : 0) |
      codes[known.code],
    questions: question ? [question] : [],
    answers: [...known.answers],
    // Who gets nothing is told for how long that holds.
    authorities: known.isOwn && known.answers.length === 0 ? [authority] : [],
    additionals: [...known.additionals],
  }
}

const authority: Answer = {
  type: 'SOA',
  name: clusterDomain,
  ttl,
  data: {
    mname: `ns.dns.${clusterDomain}`,
    rname: `hostmaster.${clusterDomain}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86400,
    minimum: ttl,
  },
}

async function find({ name, type }: Question, zone: Zone, findOther: FindHostName): Promise<Known> {
  const answers: Answer[] = []
  let at = name
  for (let aliases = 0; aliases < maxAliases; aliases++) {
    const entry = zone.find(at)
    if (!entry) return await findOutside(at, type, answers, findOther)
    if (entry.alias !== undefined) {
      answers.push({ type: 'CNAME', name: at, ttl, data: entry.alias })
      if (type === 'CNAME') break
      at = entry.alias
      continue
    }
    answers.push(...recordsOf(entry, at, type))
    const additionals = type === 'SRV' ? targetsOf(entry, zone) : []
    return { code: exists(entry) ? 'NOERROR' : 'NXDOMAIN', answers, additionals, isOwn: true }
  }
  return { code: 'NOERROR', answers, additionals: [], isOwn: true }
}

async function findOutside(
  name: string,
  type: Question['type'],
  before: readonly Answer[],
  findOther: FindHostName,
): Promise<Known> {
  const rest = { additionals: [], isOwn: false }
  if (type !== 'A' && type !== 'AAAA')
    return { code: before.length > 0 ? 'NOERROR' : 'SERVFAIL', answers: before, ...rest }
  const answer = await findOther(name, type === 'A' ? 4 : 6)
  if (answer.status === 'failed') return { code: 'SERVFAIL', answers: before, ...rest }
  if (answer.status === 'unknown') return { code: 'NXDOMAIN', answers: before, ...rest }
  const found = answer.addresses.map((data): Answer => ({ type, name, ttl, data }))
  return { code: 'NOERROR', answers: [...before, ...found], ...rest }
}

function recordsOf(entry: ZoneEntry, name: string, type: Question['type']): readonly Answer[] {
  switch (type) {
    case 'A':
      return entry.addresses.map(data => ({ type, name, ttl, data }))
    case 'PTR':
      return entry.pointers.map(data => ({ type, name, ttl, data }))
    case 'SRV':
      return entry.services.map(({ target, port }) => {
        const weight = Math.max(1, Math.floor(100 / entry.services.length))
        return { type, name, ttl, data: { target, port, priority: 0, weight } }
      })
    default:
      return []
  }
}

/** The addresses of what a service record names, which saves its reader a question. */
function targetsOf(entry: ZoneEntry, zone: Zone): readonly Answer[] {
  const targets = [...new Set(entry.services.map(({ target }) => target))]
  return targets.flatMap(target => recordsOf(zone.find(target) ?? entry, target, 'A'))
}

function exists({ addresses, services, pointers, hasNamesBelow }: ZoneEntry): boolean {
  return addresses.length + services.length + pointers.length > 0 || hasNamesBelow
}
