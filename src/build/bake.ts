import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { DockerDefinition } from '../model/image.ts'
import type { Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import { bakeReader, failedTarget, namedTag } from './bake-output.ts'
import type { Builder, BuiltImage } from './builder.ts'
import { type BuildCommand, buildCommand } from './buildx.ts'
import { createCompany } from './company.ts'
import { dialectOf } from './dialect.ts'
import type { BuildAttempt } from './docker-arguments.ts'
import { type DockerCommand, tagByContent } from './docker-command.ts'
import type { BuildOutcome } from './docker-failure.ts'
import type { EngineSocket } from './engine-socket.ts'

/**
 * Builds Dockerfiles that are due at the same moment with one process of `docker buildx bake`: each process takes CPU of its own, and
 * each talks to the engine by itself.
 */
export interface Bakery {
  /** Lets it know of a build from its beginning, whatever is found out before it comes to `build`, or whether it does. */
  expect(builder: Builder): Builder
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
    expect: builder => ({
      ...builder,
      async build(request) {
        const stay = company.setOut(request.ref)
        try {
          return await builder.build(request)
        } finally {
          stay()
        }
      },
    }),
    async build(attempt) {
      const oven = findOven(docker)
      if (oven === undefined || !canBake(attempt.definition)) return undefined
      const member = createMember(attempt)
      const members = await company.meet(attempt.ref, member)
      if (members.length === 1) return undefined
      if (members[0] === member) void bake(members, oven)
      return member.outcome.promise
    },
  }
}

interface Oven {
  readonly docker: DockerCommand
  readonly socket: EngineSocket
  readonly plugin: BuildCommand
}

function findOven(docker: DockerCommand): Oven | undefined {
  const { socket, command, env } = docker
  if (!socket || !dialectOf(docker).takesPlugin) return undefined
  // A builder of the user's own may be none that leaves images in the engine.
  if ((env.BUILDX_BUILDER ?? process.env.BUILDX_BUILDER) !== undefined) return undefined
  const plugin = buildCommand(docker)
  return plugin.command === command ? undefined : { docker, socket, plugin }
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
    const image = unsettled.has(member) ? await nameByContent(member, oven) : undefined
    await oven.socket.untag(nameOf(member))
    if (image) settle(member, { status: 'succeeded', image })
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
  const failed = outcome.status === 'failed' ? failedTarget(outcome.output, byTarget) : undefined
  for (const member of unsettled) {
    if (member.signal.aborted) settle(member, { status: 'aborted' })
    else if (outcome.status === 'failed' && failed?.target === member.target)
      settle(member, { ...outcome, output: failed.output })
    else settle(member, undefined)
  }
}

/** @returns undefined where the engine has no image of the member's tag, or does not answer. */
async function nameByContent(
  member: Member,
  { docker, socket }: Oven,
): Promise<Result<BuiltImage> | undefined> {
  const { ref, signal } = member
  const name = nameOf(member)
  const image = (await socket.find([name], signal))?.get(name)
  return image && tagByContent(docker, { ref, id: image.id, signal })
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
