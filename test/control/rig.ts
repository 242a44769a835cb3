import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { ControlAddress } from '../../src/control/address.ts'
import type { UpDescription } from '../../src/control/attach.ts'
import { type ControlClient, controlClient } from '../../src/control/client.ts'
import type { ControlTarget } from '../../src/control/routes.ts'
import { type ControlLimits, createControlServer, serveControl } from '../../src/control/server.ts'
import type { Event } from '../../src/engine/events.ts'
import { initialState } from '../../src/engine/reduce.ts'
import { createStore, type Store } from '../../src/engine/store.ts'
import { LogRing } from '../../src/logs/ring.ts'
import type { Project } from '../../src/model/project.ts'
import { fail, ok, type Result } from '../../src/model/result.ts'
import type { Shell } from '../../src/model/shell.ts'

const project: Project = {
  name: 'shop',
  root: '/shop',
  contexts: [],
  namespace: 'default',
  images: [],
  services: [
    { name: 'web', manifests: [], ports: [], dependsOn: ['api'] },
    { name: 'api', manifests: [], ports: [], dependsOn: [] },
  ],
}

/** How the `up` of the rig was started. */
export const up: UpDescription = {
  version: '1.2.3',
  pid: 4711,
  devfile: '/shop/Devfile.ts',
  context: 'kind',
  args: [],
}

type WithoutTime<T> = T extends Event ? Omit<T, 'at'> : never

/** A real server and client on a real socket, in front of the engine's real state; what the stages do is up to the test. */
export interface Rig {
  readonly address: ControlAddress
  readonly client: ControlClient
  readonly store: Store
  /** What the containers say. */
  readonly logs: LogRing
  /** Gives a service a container in which this shell is opened. */
  putShell(service: string, shell: Shell): void
  /** Events that were asked for, in order. */
  readonly asked: readonly Event[]
  dispatch(event: WithoutTime<Event>): void
  /** The service's newest manifests are applied, and its pods ready. */
  makeLive(service: string): void
  failToRead(service: string): void
  /** The disk holds something that the loop has not seen: the next look at it finds it. */
  edit(service: string): void
  /** All that comes back for these bytes, until the server closes the connection. */
  send(bytes: string): Promise<string>
  /** Ends `up`, as far as there is one. */
  end(): Promise<void>
  readonly isStopAsked: boolean
}

export async function createRig(limits?: ControlLimits): Promise<Rig> {
  const folder = mkdtempSync(path.join(tmpdir(), 'devloop-control-'))
  const address = { folder, path: path.join(folder, 'up.sock') }
  const store = createStore(
    initialState(project, 0),
    { parallelBuilds: 1, parallelEngineBuilds: 1 },
    () => {},
  )
  let time = 1_000
  let tasks = 0
  let isStopAsked = false
  const asked: Event[] = []
  const unseen: string[] = []
  const ended = Promise.withResolvers<void>()
  const dispatch = (event: WithoutTime<Event>) => store.dispatch({ ...event, at: ++time } as Event)
  const ask = (event: WithoutTime<Event>) => {
    asked.push({ ...event, at: 0 } as Event)
    dispatch(event)
  }
  const logs = new LogRing(1_000_000)
  const shells = new Map<string, Result<Shell, never>>()
  const target: ControlTarget = {
    up,
    logs,
    restart: async service => `${service}: process started anew`,
    openShell: async service => shells.get(service) ?? fail(`${service} has no running container`),
    snapshot: store.snapshot,
    subscribe: store.subscribe,
    trigger: service => ask({ type: 'trigger-asked', service }),
    pause: () => ask({ type: 'pause-asked' }),
    resume: () => ask({ type: 'resume-asked' }),
    disable: service => ask({ type: 'disable-asked', service }),
    enable: service => ask({ type: 'enable-asked', service }),
    async catchUp() {
      for (const service of unseen.splice(0)) changeFile(service)
    },
    explain: async file => [{ subject: 'image shop/web', action: 'sync', reasons: [file] }],
    stop() {
      isStopAsked = true
      return ended.promise
    },
  }
  const changeFile = (service: string) =>
    dispatch({
      type: 'files-changed',
      changes: [{ path: '/shop/k8s.yaml', kind: 'changed', inputs: [`service:${service}`] }],
      decisions: new Map(),
    })
  const server: Server = limits ? createControlServer(limits) : createControlServer()
  server.listen(address.path)
  await once(server, 'listening')
  const serving = serveControl([server], {
    target,
    ...(limits && { limits }),
    onBug(error) {
      throw error
    },
  })
  onTestFinished(async () => {
    ended.resolve()
    await serving.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (service: string, isGood: boolean) => {
    const revision = store.state.services.get(service)?.revision ?? 0
    const read = { id: String(++tasks), kind: 'read', service, revision } as const
    dispatch({ type: 'task-started', task: read })
    const manifests = { digest: `d${revision}`, images: [] }
    dispatch({
      type: 'task-ended',
      task: read,
      tookMs: 1,
      outcome: isGood
        ? { status: 'succeeded', result: { kind: 'read', manifests } }
        : {
            status: 'failed',
            failure: { code: 'deploy/manifest-syntax', message: 'no good', cure: 'Mend it.' },
          },
    })
    return manifests.digest
  }

  return {
    address,
    client: controlClient({ addresses: [address], devfile: '/shop/Devfile.ts', answerMs: 5_000 }),
    store,
    logs,
    putShell: (service, shell) => void shells.set(service, ok(shell)),
    asked,
    dispatch,
    makeLive(service) {
      if (store.state.cluster.phase !== 'connected')
        dispatch({
          type: 'cluster-connected',
          context: 'kind',
          provider: 'kind',
          isAnother: false,
          pods: [],
        })
      const key = `0 ${run(service, true)}`
      const apply = { id: String(++tasks), kind: 'apply', service, key, images: new Map() } as const
      dispatch({ type: 'task-started', task: apply })
      const workload = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: 'default',
        name: service,
        template: 't',
        generation: 1,
        source: { file: '/shop/k8s.yaml', line: 1 },
      }
      const result = { kind: 'apply', workloads: [workload], recreated: [] } as const
      dispatch({ type: 'task-ended', task: apply, tookMs: 1, outcome: { status: 'succeeded', result } })
      dispatch({
        type: 'rollout-seen',
        service,
        rollout: { phase: 'ready', wanted: 1, ready: 1, pods: [] },
      })
    },
    failToRead: service => void run(service, false),
    edit: service => void unseen.push(service),
    async send(bytes) {
      const socket = connect(address.path)
      let text = ''
      socket.setEncoding('utf8').on('data', part => {
        text += part
      })
      // A server that has heard enough closes while it is still written to.
      socket.on('error', () => {})
      socket.write(bytes)
      await new Promise(resolve => socket.once('close', resolve))
      return text
    },
    async end() {
      ended.resolve()
      await serving.close()
    },
    get isStopAsked() {
      return isStopAsked
    },
  }
}
