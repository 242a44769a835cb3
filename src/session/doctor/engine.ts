import { statfs } from 'node:fs/promises'
import { release } from 'node:os'
import type { DockerCommand } from '../../build/docker-command.ts'
import type { Failure } from '../../model/failure.ts'
import type { OpenedEngine } from '../image-engine.ts'
import { type Finding, good, notice, wrong } from './finding.ts'

/** What builds the images: whether it answers, in which versions, and how much room it has. */
export interface EngineReport {
  readonly isThere: boolean
  readonly findings: readonly Finding[]
}

/** Asks the engine; takes as long as four quick commands at most. */
export async function examineEngine(
  { images, docker }: OpenedEngine,
  signal: AbortSignal,
): Promise<EngineReport> {
  if (docker) return examineDocker(docker, signal)
  return (await images.isThere(signal))
    ? { isThere: true, findings: [good('engine', 'the sandbox, which builds its images itself')] }
    : { isThere: false, findings: [wrong('engine', silentSandbox)] }
}

const silentSandbox: Failure = {
  code: 'build/no-engine',
  message: 'The sandbox does not answer.',
  cure: 'Start it: devloop sandbox up.',
}

async function examineDocker(docker: DockerCommand, signal: AbortSignal): Promise<EngineReport> {
  const version = await docker.run(['version', '--format', '{{json .}}'], signal)
  if (!version.ok) {
    const failure = signal.aborted ? silentEngine(docker) : version.failure
    return { isThere: false, findings: [wrong('engine', failure)] }
  }
  const { Client, Server } = readVersions(version.value[0])
  const tool = `${docker.command} command line ${Client?.Version ?? 'unknown'}`
  // podman on Linux has no engine beside its command line.
  const text = Server?.Version === undefined ? tool : `version ${Server.Version}, ${tool}`
  const [buildKit, room] = await Promise.all([
    docker.command === 'docker' ? [await examineBuildKit(docker, signal)] : [],
    examineRoom(docker, signal),
  ])
  return { isThere: true, findings: [good('engine', text), ...buildKit, room] }
}

function silentEngine({ command }: DockerCommand): Failure {
  return {
    code: 'build/no-engine',
    message: `The engine does not answer: \`${command} version\` did not come to its end.`,
    cure: 'Start it anew.',
  }
}

interface EngineVersions {
  readonly Client?: { readonly Version?: string }
  readonly Server?: { readonly Version?: string }
}

async function examineBuildKit(docker: DockerCommand, signal: AbortSignal): Promise<Finding> {
  const [plugin, builder] = await Promise.all([
    docker.run(['buildx', 'version'], signal),
    docker.run(['buildx', 'inspect'], signal),
  ])
  if (!plugin.ok) {
    return notice(
      'BuildKit',
      'The docker command has no buildx plugin.',
      'Install it (the docker-buildx or docker-buildx-plugin package), so that builds keep their caches and secrets.',
    )
  }
  const buildx = /\bv?(\d+\.\d+\.\d+)/.exec(plugin.value[0] ?? '')?.[1] ?? 'unknown'
  const lines = builder.ok ? builder.value : []
  const field = (name: string) =>
    lines.map(line => line.split(/: +/)).find(([key]) => key?.trim() === name)?.[1]
  const version = field('BuildKit version')
  const text = `${version === undefined ? '' : `${version}, `}buildx ${buildx}`
  const driver = field('Driver')
  if (driver === undefined || driver === '' || driver === 'docker') return good('BuildKit', text)
  return notice(
    'BuildKit',
    `${text}; the builder ${field('Name') ?? ''} has an engine of its own (driver ${driver}).`,
    'Each image has to be copied from it into the Docker engine: `docker buildx use default` saves the copy.',
  )
}

/** Below it pulls and builds begin to fail. */
const tooLittle = 2 * 1024 ** 3
/** The share below which a kubelet by default begins to remove images (imageGCHighThresholdPercent is 85). */
const scarce = 0.15

async function examineRoom(docker: DockerCommand, signal: AbortSignal): Promise<Finding> {
  const info = await docker.run(['info', '--format', '{{.DockerRootDir}}\n{{.KernelVersion}}'], signal)
  const [root, kernel] = info.ok ? info.value : []
  const room = root && kernel === release() ? await roomIn(root) : undefined
  if (!room)
    return notice(
      'disk',
      'How much is free cannot be told: the engine runs on another machine or in a virtual one.',
    )
  const text = `${gigabytes(room.free)} of ${gigabytes(room.all)} free where the engine keeps images`
  const cure =
    'Make room: devloop clean, docker image prune, docker builder prune; docker system df says what takes it.'
  if (room.free < tooLittle) return { topic: 'disk', state: 'wrong', text, cure }
  return room.free < room.all * scarce
    ? notice('disk', `${text}: a cluster there begins to remove images`, cure)
    : good('disk', text)
}

async function roomIn(folder: string): Promise<{ free: number; all: number } | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { free: bavail * bsize, all: blocks * bsize }
  } catch {
    // Of an engine in a virtual machine with the kernel of this one, or in a folder that this user may not enter.
    return undefined
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`
}

/** A command line that prints something else is another tool's: nothing is known then. */
function readVersions(line: string | undefined): EngineVersions {
  try {
    return JSON.parse(line ?? '{}') as EngineVersions
  } catch {
    return {}
  }
}
