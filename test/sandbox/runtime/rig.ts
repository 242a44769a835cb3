import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { makeBaseImage } from '../../../src/sandbox/images/base-image.ts'
import { openImageStore, type StoredImages } from '../../../src/sandbox/images/stored-images.ts'
import type {
  Container,
  ContainerRuntime,
  ContainerSpec,
  PodNamespaces,
  PodSpec,
} from '../../../src/sandbox/runtime/container-runtime.ts'
import type { InitClient } from '../../../src/sandbox/runtime/init-client.ts'
import { createContainerRuntime } from '../../../src/sandbox/runtime/runtime.ts'
import { startInit } from '../../../src/sandbox/runtime/start-init.ts'

/** A runtime with the host's files as its only image. */
export interface Rig extends AsyncDisposable {
  readonly folder: string
  readonly image: string
  readonly images: StoredImages
  readonly init: InitClient
  readonly runtime: ContainerRuntime
  readonly notices: readonly string[]
  pod(spec?: Partial<PodSpec>): Promise<PodNamespaces>
  start(pod: PodNamespaces, spec: Partial<ContainerSpec>): Promise<Container>
  /** The lines of a container's log without their times. */
  log(container: Container): readonly string[]
}

export async function openRig(): Promise<Rig> {
  const folder = mkdtempSync(path.join(tmpdir(), 'devloop-runtime-'))
  const images = openImageStore(path.join(folder, 'images'))
  const base = await makeBaseImage(images, 'debian', AbortSignal.timeout(10_000))
  if (!base.ok) throw new Error(base.failure.message)
  const image = await images.add(base.value.image)
  const entered = await startInit(path.join(folder, 'run'))
  if (!entered.ok) throw new Error(JSON.stringify(entered.failure))
  const init = entered.value
  const notices: string[] = []
  const runtime = createContainerRuntime({ init, images, onNotice: notice => void notices.push(notice) })
  const logs = new Map<Container, string>()
  let started = 0
  return {
    ...{ folder, image, images, init, runtime, notices },
    async pod(spec) {
      const dns = { servers: ['10.96.0.10'], searches: ['default.svc.cluster.local'], options: ['ndots:5'] }
      const made = await runtime.createPod({ uid: 'uid', hostname: 'web-0', hostAliases: [], dns, ...spec })
      if (!made.ok) throw new Error(made.failure.message)
      return made.value
    },
    async start(pod, spec) {
      const logFile = path.join(folder, `log-${started++}`)
      const container = await runtime.start(pod, { ...containerSpec({ image, logFile }), ...spec })
      if (!container.ok) throw new Error(container.failure.message)
      logs.set(container.value, logFile)
      return container.value
    },
    log: container => readLog(logs.get(container) ?? ''),
    async [Symbol.asyncDispose]() {
      await runtime.close()
      await init.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function containerSpec(given: Pick<ContainerSpec, 'image' | 'logFile'>): ContainerSpec {
  return {
    name: 'main',
    env: [],
    mounts: [],
    isRootReadOnly: false,
    hasTty: false,
    hasStdin: false,
    ...given,
  }
}

export function readLog(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  for (const line of lines)
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (stdout|stderr) [FP] /)
  return lines.map(line => line.slice(31))
}

export interface Executed {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in a container to its end. */
export async function execute(
  container: Container,
  command: readonly string[],
  input?: string,
): Promise<Executed> {
  const signal = AbortSignal.timeout(10_000)
  const started = await container.exec({ command, hasStdin: input !== undefined, hasTty: false, signal })
  if (!started.ok) throw new Error(started.failure.message)
  const { stdin, stdout, stderr, exited } = started.value
  stdin?.end(input)
  const [out, error, { exitCode }] = await Promise.all([text(stdout), stderr ? text(stderr) : '', exited])
  return { exitCode, stdout: out, stderr: error }
}

const heard = new WeakMap<Readable, { text: string }>()

/** Waits until a stream has said something. @returns what it said up to there since the last call */
export async function until(stream: Readable, wanted: RegExp): Promise<string> {
  const known = heard.get(stream) ?? listen(stream)
  for (;;) {
    const match = wanted.exec(known.text)
    if (match) {
      const end = match.index + match[0].length
      const said = known.text.slice(0, end)
      known.text = known.text.slice(end)
      return said
    }
    if (stream.closed) throw new Error(`the stream ended without ${wanted}: ${known.text}`)
    const waiting = new AbortController()
    const { signal } = waiting
    await Promise.race([once(stream, 'data', { signal }), once(stream, 'close', { signal })])
    waiting.abort()
  }
}

function listen(stream: Readable): { text: string } {
  const known = { text: '' }
  stream.on('data', chunk => {
    known.text += String(chunk)
  })
  heard.set(stream, known)
  return known
}
