import { randomBytes } from 'node:crypto'
import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Failure } from '../../model/failure.ts'
import { fail, ok, type Result } from '../../model/result.ts'
import { isSystemError } from '../../util/system-error.ts'
import { type Field, type InitClient, listFields, type ProcessEnd } from './init-client.ts'
import type { Root } from './root.ts'

/** A program in namespaces: a container's, another one in a container, or a step of a build. */
export interface Program {
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** `NAME=value`, all of it. */
  readonly environment: readonly string[]
  /** Absolute; made where it is not there. */
  readonly workingDir: string
  readonly user: ProgramUser
  readonly hasStdin: boolean
  readonly hasTty: boolean
  /** The pod whose network, name and memory it shares; without one it has the host's. */
  readonly pod?: string
  readonly files: NewFiles | { readonly kind: 'of'; readonly container: string } | HostFiles
}

/** Those of the sandbox's first process, whose rights it has, too: for programs of the host that make a root themselves. */
export interface HostFiles {
  readonly kind: 'host'
}

/** Files and processes of its own: what else runs in there ends with the program. */
export interface NewFiles {
  readonly kind: 'new'
  readonly root: Root
  readonly isRootReadOnly: boolean
  /** Parents before what is in them; a source is absolute, without links. */
  readonly mounts: readonly {
    readonly source: string
    readonly target: string
    readonly isReadOnly: boolean
  }[]
}

export interface ProgramUser {
  readonly user: number
  readonly group: number
  readonly groups: readonly number[]
}

export interface RunningProgram {
  /** What init knows it by. */
  readonly id: string
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  /** Undefined with a terminal. */
  readonly stderr: Readable | undefined
  readonly ended: Promise<ProcessEnd>
  kill(signal: number): void
  resize(columns: number, rows: number): void
}

/**
 * Starts a program.
 *
 * @returns a failure where it cannot be started; `sandbox/no-command` and `sandbox/not-executable` are the command's fault
 */
export async function startProgram(init: InitClient, program: Program): Promise<Result<RunningProgram>> {
  const pipes = [...(program.hasStdin ? [0] : []), 1, ...(program.hasTty ? [] : [2])]
  const opened = await startWithPipes(init, pipes, 'start', programFields(init, program))
  if (!opened.ok) return fail(describeRefusal(opened.failure))
  const { id, streams, ended } = opened.value
  return ok({
    id,
    stdin: streams.get(0),
    stdout: streams.get(1) as Readable,
    stderr: streams.get(2),
    ended,
    kill: signal => void init.ask('kill', id, signal).catch(() => {}),
    resize: (columns, rows) => void init.ask('resize', id, columns, rows).catch(() => {}),
  })
}

export interface PipedProcess {
  readonly id: string
  /** By the numbers of its files. */
  readonly streams: ReadonlyMap<number, Socket>
  readonly ended: Promise<ProcessEnd>
}

/** Starts something that init gives pipes to: a program, or a connection. */
export async function startWithPipes(
  init: InitClient,
  pipes: readonly number[],
  action: 'start' | 'dial',
  fields: readonly Field[],
): Promise<Result<PipedProcess, string>> {
  const id = randomBytes(8).toString('hex')
  const made = await init.ask('pipes', id, ...pipes)
  if (!made.ok) return made
  const files = openPipes(init.run, id, pipes)
  if (!files.ok) {
    await init.ask('drop-pipes', id)
    return files
  }
  const { promise: ended, resolve } = Promise.withResolvers<ProcessEnd>()
  init.onExit(id, resolve)
  const started = await init.ask(action, id, ...fields)
  // Not before, or a short output's end could come before anybody listens for it.
  if (started.ok)
    return ok({ id, ended, streams: new Map(files.value.map(file => [file.number, streamOf(file)])) })
  init.forgetExit(id)
  for (const { descriptor } of files.value) closeSync(descriptor)
  return started
}

interface OpenPipe {
  /** Of the file in the process. */
  readonly number: number
  readonly descriptor: number
}

function openPipes(run: string, id: string, numbers: readonly number[]): Result<readonly OpenPipe[], string> {
  const opened: OpenPipe[] = []
  try {
    for (const number of numbers) opened.push(openPipe(run, id, number))
    return ok(opened)
  } catch (error) {
    for (const { descriptor } of opened) closeSync(descriptor)
    if (!isSystemError(error)) throw error
    return fail(error.message)
  }
}

/** Init holds the other end, so neither waits for it nor sees the end of the file too early. */
function openPipe(run: string, id: string, number: number): OpenPipe {
  const mode = number === 0 ? constants.O_WRONLY : constants.O_RDONLY
  const descriptor = openSync(path.join(run, 'pipes', `${id}.${number}`), mode | constants.O_NONBLOCK)
  return { number, descriptor }
}

function streamOf({ number, descriptor }: OpenPipe): Socket {
  const pipe = new Socket({ fd: descriptor, readable: number !== 0, writable: number === 0 })
  // A program that no longer reads is no failure of whoever writes to it.
  return pipe.on('error', () => pipe.destroy())
}

function programFields(init: InitClient, program: Program): readonly Field[] {
  const { command, environment, workingDir, user, hasStdin, hasTty, pod, files } = program
  const isNew = files.kind === 'new'
  const isKnown = init.userIds.has(user.user) && init.groupIds.has(user.group)
  return [
    ...[pod ?? '', files.kind === 'of' ? files.container : ''],
    ...(isNew ? [files.root.path, files.root.layersFolder] : ['', '']),
    ...[workingDir, isKnown ? user.user : 0, isKnown ? user.group : 0],
    // One that the namespace does not have cannot be become: the only one that there is takes its place.
    ...[
      init.userIds.isSingle ? 1 : 0,
      isNew && files.isRootReadOnly ? 1 : 0,
      hasStdin ? 1 : 0,
      hasTty ? 1 : 0,
    ],
    ...listFields(user.groups.filter(group => init.groupIds.has(group))),
    ...listFields(command),
    ...listFields(environment),
    ...listFields(isNew ? files.root.overlays.flatMap(({ place, options }) => [place, options]) : []),
    ...listFields(
      isNew
        ? files.mounts.flatMap(({ source, target, isReadOnly }) => [source, target, isReadOnly ? 1 : 0])
        : [],
    ),
  ]
}

const refusals: Readonly<Record<string, Failure['code']>> = {
  'not-found': 'sandbox/no-command',
  'not-executable': 'sandbox/not-executable',
}

/** Init puts a word before what is the command's own fault. */
function describeRefusal(said: string): Failure {
  const [, kind = '', message = said] = /^([a-z-]+)\|(.*)$/s.exec(said) ?? []
  return { code: refusals[kind] ?? 'sandbox/container', message }
}
