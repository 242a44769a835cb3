import type { Duplex } from 'node:stream'
import { fail, ok, type Result } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'
import { type IdMap, readIdMap } from './id-map.ts'

/** How a process ended: by itself with a code, or by a signal. */
export interface ProcessEnd {
  readonly code: number
  /** 0 where none ended it. */
  readonly signal: number
}

/** The sandbox's first process as the server sees it (see `init/program.ts`). */
export interface InitClient extends Closable {
  readonly userIds: IdMap
  readonly groupIds: IdMap
  /** Whether the host's root is root in these namespaces, too. */
  readonly ownsHostFiles: boolean
  /** The folder that init was started with. */
  readonly run: string
  /** Whether this process is in the network of the pods. */
  readonly isInside: boolean
  /**
   * Asks for one of the actions of `init/loop.ts`.
   *
   * @returns what init says against it. Rejects once init has gone: then nothing of the sandbox is left
   */
  ask(action: string, ...fields: readonly Field[]): Promise<Result<void, string>>
  /** Tells of the end of the process that is started under this name. */
  onExit(id: string, listener: (end: ProcessEnd) => void): void
  forgetExit(id: string): void
}

export type Field = string | number

interface Asked {
  readonly resolve: (answer: Result<void, string>) => void
  readonly reject: (error: Error) => void
}

export interface InitConnection extends Pick<InitClient, 'run' | 'isInside'> {
  readonly control: Duplex
}

/** Waits for init's first word; rejects where the connection ends before. */
export async function connectToInit({ control, run, isInside }: InitConnection): Promise<InitClient> {
  const asked = new Map<string, Asked>()
  const listeners = new Map<string, (end: ProcessEnd) => void>()
  const ready = Promise.withResolvers<{ userIds: IdMap; groupIds: IdMap }>()
  let ended: Error | undefined
  let requests = 0

  const take = ([kind = '', name = '', ...rest]: readonly string[]) => {
    const answer = (result: Result<void, string>) => {
      asked.get(name)?.resolve(result)
      asked.delete(name)
    }
    switch (kind) {
      case 'ready':
        return ready.resolve({ userIds: readIdMap(name), groupIds: readIdMap(rest[0] ?? '') })
      case 'done':
        return answer(ok(undefined))
      case 'failed':
        return answer(fail((rest[0] ?? '').trimEnd()))
      case 'exited':
        listeners.get(name)?.({ code: Number(rest[0]), signal: Number(rest[1]) })
        return void listeners.delete(name)
      default:
        throw new Error(`init says what nobody knows: ${kind}`)
    }
  }
  const end = () => {
    ended ??= new Error('the first process of the sandbox has ended')
    ready.reject(ended)
    for (const { reject } of asked.values()) reject(ended)
    asked.clear()
  }
  control.once('close', end).on('error', end)
  readMessages(control, take)

  const identities = await ready.promise
  return {
    ...identities,
    ownsHostFiles: identities.userIds.outside(0) === 0,
    run,
    isInside,
    async ask(action, ...fields) {
      if (ended) throw ended
      if (fields.some(field => String(field).includes('\0'))) return fail('it holds a NUL character')
      const request = String(++requests)
      const { promise, resolve, reject } = Promise.withResolvers<Result<void, string>>()
      asked.set(request, { resolve, reject })
      control.write(encode([action, request, ...fields]))
      return await promise
    },
    onExit: (id, listener) => void listeners.set(id, listener),
    forgetExit: id => void listeners.delete(id),
    close: () => void control.destroy(),
  }
}

/** A list among the fields of a message. */
export function listFields(values: readonly Field[]): readonly Field[] {
  return [values.length, ...values]
}

function encode(fields: readonly Field[]): Buffer {
  const body = Buffer.from(fields.join('\0'))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}

function readMessages(control: Duplex, take: (fields: readonly string[]) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  control.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const end = 4 + rest.readUInt32BE()
      if (rest.length < end) return
      const body = rest.toString('utf8', 4, end)
      rest = rest.subarray(end)
      take(body.split('\0'))
    }
  })
}
