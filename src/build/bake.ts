import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { DockerDefinition } from '../model/image.ts'
import { exec } from '../util/exec.ts'
import { bakeReader, failedTarget, namedTag } from './bake-output.ts'
import { type BuildCommand, buildCommand } from './buildx.ts'
import { createCompany } from './company.ts'
import { dialectOf } from './dialect.ts'
import type { BuildAttempt } from './docker-arguments.ts'
import type { DockerCommand } from './docker-command.ts'
import type { BuildOutcome } from './docker-failure.ts'
import type { EngineSocket } from './engine-socket.ts'
import { contentTag } from './tags.ts'

/**
 * Builds Dockerfiles that are due at the same moment with one process of `docker buildx bake`: each process takes CPU of its own, and
 * each talks to the engine by itself.
 */
export interface Bakery {
  /** As `expectBuild` of the engine. */
  expect(ref: string): () => void
  /**
   * Waits for the others that are on their way.
   *
   * @returns undefined where the image is to be built alone: no other is due, this one needs what bake cannot be told, or
   * another one has failed, which has ended them all
   */
  build(attempt: BuildAttempt): Promise<BuildOutcome | undefined>
}

/** Milliseconds that a build waits for others: one that takes longer to read its many files is not waited for. */
const maxWaitMs = 100

export function createBakery(docker: DockerCommand): Bakery {
  const company = createCompany<Member>(maxWaitMs)
  return {
    expect(ref) {
      company.setOut(ref)
      return () => company.leave(ref)
    },
    async build(attempt) {
      const { socket } = docker
      if (!socket || !canBake(attempt.definition)) {
        company.leave(attempt.ref)
        return undefined
      }
      const member = createMember(attempt)
      const members = await company.meet(attempt.ref, member)
      if (members.length === 1) return undefined
      const plugin = findPlugin(docker)
      if (plugin === undefined) return undefined
      if (members[0] === member) void bake(members, { docker, socket, plugin })
      return member.outcome.promise
    },
  }
}

interface Oven {
  readonly docker: DockerCommand
  readonly socket: EngineSocket
  readonly plugin: BuildCommand
}

function findPlugin(docker: DockerCommand): BuildCommand | undefined {
  const { command, env } = docker
  // A builder of the user's own may be none that leaves images in the engine.
  const isOwn = (env.BUILDX_BUILDER ?? process.env.BUILDX_BUILDER) !== undefined
  if (isOwn || !dialectOf(docker).takesPlugin) return undefined
  const plugin = buildCommand(docker)
  return plugin.command === command ? undefined : plugin
}

/** For secrets, SSH and networks bake wants leave, in words that its versions differ in. */
function canBake(definition: DockerDefinition): boolean {
  const { secrets, ssh, network } = definition
  if (secrets.length > 0 || ssh !== undefined || network !== undefined) return false
  // What bake would take for an expression, and fill in.
  return !/[$%]\{/.test(JSON.stringify(definition))
}

interface Member extends BuildAttempt {
  /** What bake calls it. */
  readonly target: string
  /** By which the engine has the image until it is named after its content. */
  readonly tag: string
  readonly outcome: PromiseWithResolvers<BuildOutcome | undefined>
}

function createMember(attempt: BuildAttempt): Member {
  const id = randomBytes(8).toString('hex')
  // As the tag of a build's content: what a crash leaves is pruned like one.
  return { ...attempt, target: `image-${id}`, tag: `devloop-${id}`, outcome: Promise.withResolvers() }
}

/** Settles the outcome of each member, as soon as it is known. Never rejects. */
async function bake(members: readonly Member[], oven: Oven): Promise<void> {
  const { docker, plugin } = oven
  const byTarget = new Map(members.map(member => [member.target, member]))
  const byTag = new Map(members.map(member => [member.tag, member]))
  const unsettled = new Set(members)
  const settle = (member: Member, outcome: BuildOutcome | undefined) => {
    unsettled.delete(member)
    member.outcome.resolve(outcome)
  }
  /** Takes what the engine has by the member's tag. */
  const take = async (member: Member) => {
    const id = unsettled.has(member) ? await nameByContent(member, oven.socket) : undefined
    if (id !== undefined && !member.signal.aborted) settle(member, { status: 'succeeded', id })
  }

  const end = new AbortController()
  /** What nobody wants any more is built to its end for the others, unless there are none. */
  const leave = () => {
    const isWanted = [...unsettled].some(({ signal }) => !signal.aborted)
    if (!isWanted) return end.abort()
    for (const member of unsettled) if (member.signal.aborted) settle(member, { status: 'aborted' })
  }
  for (const { signal } of members) signal.addEventListener('abort', leave, { once: true })
  leave()

  const read = bakeReader(byTarget)
  const taking: Promise<void>[] = []
  const outcome = await exec({
    command: plugin.command,
    args: ['bake', '--file=-', '--progress=plain'],
    env: { ...docker.env, ...dialectOf(docker).env, ...plugin.env, ...mayRead },
    input: Readable.from([bakeFile(members)]),
    signal: end.signal,
    onLine(text) {
      const done = byTag.get(namedTag(text) ?? '')
      if (done) taking.push(take(done))
      const line = read(text)
      if (line) byTarget.get(line.target)?.onLine(line.line)
    },
  })
  for (const { signal } of members) signal.removeEventListener('abort', leave)
  await Promise.all(taking)
  await Promise.all([...unsettled].map(take))
  // Not sooner: in an engine with many images each change of a name is work, which those that are still built would wait for.
  await Promise.all(members.map(member => oven.socket.untag(nameOf(member))))
  const failed = outcome.status === 'failed' ? failedTarget(outcome.output, byTarget) : undefined
  for (const member of unsettled) {
    if (member.signal.aborted) settle(member, { status: 'aborted' })
    else if (outcome.status === 'failed' && failed?.target === member.target)
      settle(member, { ...outcome, output: failed.output })
    else settle(member, undefined)
  }
}

/** Without another name the image would go with this one. @returns its id; undefined where the engine does not answer */
async function nameByContent(member: Member, socket: EngineSocket): Promise<string | undefined> {
  const { ref, signal } = member
  const name = nameOf(member)
  const image = (await socket.find([name], signal))?.get(name)
  if (image === undefined) return undefined
  const isNamed = await socket.tag(image.id, `${ref}:${contentTag(image.id)}`, signal)
  return isNamed ? image.id : undefined
}

function nameOf({ ref, tag }: Member): string {
  return `${ref}:${tag}`
}

/** Newer versions ask for leave to read files outside of the folder that bake runs in; the Devfile is the user's own. */
const mayRead = { BUILDX_BAKE_ENTITLEMENTS_FS: '0' }

/** By https://docs.docker.com/build/bake/reference/. */
function bakeFile(members: readonly Member[]): string {
  const target = Object.fromEntries(members.map(member => [member.target, bakeTarget(member)]))
  return JSON.stringify({ group: { default: { targets: Object.keys(target) } }, target })
}

function bakeTarget(member: Member): object {
  const { context, dockerfile, target, args, platform, cacheFrom, labels } = member.definition
  return {
    context,
    dockerfile,
    tags: [nameOf(member)],
    args,
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platforms: [platform] }),
    ...(cacheFrom && { 'cache-from': cacheFrom }),
    ...(labels && { labels }),
    ...(member.asksForBases && { pull: true }),
  }
}
