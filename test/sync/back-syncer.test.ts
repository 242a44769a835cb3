import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ContainerInstance, SyncRules } from '../../src/model/sync.ts'
import type { AgentConnection } from '../../src/sync/agent-connection.ts'
import type { OpenAgent } from '../../src/sync/stream.ts'
import { createSyncer, type Syncer } from '../../src/sync/syncer.ts'
import { localAgent, shells } from './shell-agent.ts'
import { type StreamRig, streamRig, value } from './stream-rig.ts'

const [shell = []] = shells
const instance: ContainerInstance = { id: 'uid/web/1', namespace: 'shop', pod: 'web-1', container: 'web' }

let rig: StreamRig
let syncer: Syncer
let rules: SyncRules
let [host, container] = ['', '']
let connections: AgentConnection[] = []
/** All that went to the container. */
let sent = ''
let told: (line: string) => void = () => {}

beforeEach(async () => {
  rig = await streamRig()
  host = `${rig.root}/host`
  container = `${rig.root}/container`
  await Promise.all([mkdir(host), mkdir(container)])
  rules = { sync: [{ from: host, to: container, back: true }], runs: [], rebuildOn: [] }
  connections = []
  sent = ''
  const { open } = localAgent(shell)
  const openObserved: OpenAgent = async (command, signal) => {
    const opened = await open(command, signal)
    if (!opened.ok) return opened
    connections.push(opened.value)
    const { streams } = opened.value
    const write = streams.write.bind(streams) as (chunk: Buffer, done: () => void) => boolean
    streams.write = ((chunk: Buffer, done: () => void) => {
      sent += chunk.toString('latin1')
      return write(chunk, done)
    }) as typeof streams.write
    return opened
  }
  syncer = createSyncer({ open: () => openObserved, onCrash: () => {} })
  syncer.attach([instance])
})
afterEach(async () => {
  await syncer.close()
  await rig[Symbol.asyncDispose]()
})

function follow(): void {
  syncer.follow([{ instance, rules, isFresh: true, onLine: line => told(line) }])
}

/** The next sentence that the user is told. */
function nextLine(): Promise<string> {
  return new Promise(resolve => {
    told = resolve
  })
}

async function sync(name: string, runs: readonly string[]) {
  const edit = { path: `${host}/${name}`, target: `${container}/${name}`, runs, version: 1 }
  const request = { instance, edits: [edit], isUnknown: false, isRestartDue: false, onLine: () => {} }
  return value(await syncer.sync({ ...request, signal: AbortSignal.timeout(10_000) }))
}

test('what a container writes by itself comes back unasked', async () => {
  await writeFile(`${container}/made`, 'first')
  const first = nextLine()
  follow()
  expect(await first).toBe('host/made came back from the container')
  const second = nextLine()
  await writeFile(`${container}/made`, 'second')
  await second
  expect(await readFile(`${host}/made`, 'utf8')).toBe('second')
})

test('what a command wrote comes back, and its echo runs no command', async () => {
  await writeFile(`${container}/lock`, 'old')
  await writeFile(`${host}/lock`, 'old')
  await writeFile(`${container}/probe`, 'the first look is over')
  const met = nextLine()
  follow()
  await met
  const back = nextLine()
  await writeFile(`${host}/package`, '{}')
  await sync('package', [`printf new >${container}/lock`])
  await back
  expect(await readFile(`${host}/lock`, 'utf8')).toBe('new')
  expect(await sync('lock', ['false'])).toEqual({ files: 0, isRestarted: false })
})

test('a broken connection is no deletion, and what changed meanwhile comes back', async () => {
  await writeFile(`${container}/a`, 'old')
  const met = nextLine()
  follow()
  await met
  const back = nextLine()
  connections.at(-1)?.close()
  await writeFile(`${container}/a`, 'new')
  await back
  expect(connections).toHaveLength(2)
  expect(await readFile(`${host}/a`, 'utf8')).toBe('new')
})

test('without a rule that brings files back, no container is ever looked at', async () => {
  syncer.follow([])
  await writeFile(`${host}/a`, 'a')
  await sync('a', ['true'])
  expect(sent).toMatch(/^write /)
  expect(sent).not.toMatch(/^(?:stamp|list|check) /m)
})

test('a container that is followed no more is let go', async () => {
  await writeFile(`${container}/a`, 'a')
  const met = nextLine()
  follow()
  await met
  syncer.follow([])
  await writeFile(`${container}/a`, 'b')
  await writeFile(`${host}/c`, 'c')
  const before = sent.length
  // Longer than the pause between two looks.
  await sync('c', ['sleep 1.5'])
  expect(sent.slice(before)).not.toMatch(/^(?:stamp|list) /m)
  expect(await readFile(`${host}/a`, 'utf8')).toBe('a')
})
