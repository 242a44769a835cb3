import type { ScreenPort } from '../engine/port.ts'
import { describeStatus } from '../feed/status.ts'
import type { Consequence } from '../model/consequence.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { aborted } from '../util/aborted.ts'
import { type Answer, answer, refused, type StreamedAnswer } from './answer.ts'
import { attachScreen, type UpDescription } from './attach.ts'
import { streamEvents } from './events.ts'
import { streamLogs } from './logs.ts'
import type { readBody } from './read-body.ts'
import type { Recording } from './recording.ts'
import { attachBody, emptyBody, logsBody, restartBody, servicesBody, waitBody, whyBody } from './requests.ts'
import { unknownService } from './unknown-service.ts'
import { waitFor } from './wait.ts'

/** What can be asked of a running `devloop up`. */
export interface ControlTarget extends ScreenPort {
  /** How it was started. */
  readonly up: UpDescription
  /** Resolves once all that is on disk now is known to the loop. */
  catchUp(): Promise<void>
  /** What a change of a file leads to. @param file absolute */
  explain(file: string): Promise<readonly Consequence[]>
  /** Ends `up`; resolves when everything of it has ended. */
  stop(): Promise<void>
}

export interface RouteContext {
  /** Reads the body by its schema. */
  readonly read: <T>(schema: Parameters<typeof readBody<T>>[1]) => Promise<Result<T, Answer>>
  /** Aborted when who asked has gone. */
  readonly signal: AbortSignal
  /** What has happened lately. */
  readonly recording: Recording
}

export type Route = (target: ControlTarget, context: RouteContext) => Promise<Answer | StreamedAnswer>

/** By method and path. */
export const routes: Readonly<Record<string, Route>> = {
  'GET /v1/status': async target => answer(describeStatus(target.snapshot(), target.up.devfile)),

  'GET /v1/events': async target => ({ stream: response => streamEvents(target, response) }),

  async 'POST /v1/logs'(target, { read }) {
    const body = await read(logsBody)
    if (!body.ok) return body.failure
    const { services, follow, sinceMs, level } = body.value
    const known = checkNames(target, services)
    if (!known.ok) return known.failure
    const request = { services, follow, ...(sinceMs !== undefined && { sinceMs }), ...(level && { level }) }
    return { stream: response => streamLogs(target.logs, request, response) }
  },

  async 'POST /v1/attach'(target, { read, recording }) {
    const body = await read(attachBody)
    return body.ok ? attachScreen(body.value, target.up, recording) : body.failure
  },

  async 'POST /v1/wait'(target, { read, signal }) {
    const body = await read(waitBody)
    if (!body.ok) return body.failure
    const { services, for: goal, timeoutMs } = body.value
    // A service that was just written into the Devfile is known after a look at the disk only.
    if (!checkNames(target, services).ok)
      await Promise.race([
        target.catchUp(),
        aborted(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])),
      ])
    const known = checkNames(target, services)
    if (!known.ok) return known.failure
    return answer(await waitFor(target, { services, goal, timeoutMs }, signal))
  },

  'POST /v1/trigger': forServices((target, service) => target.trigger(service), { isEnabledOnly: true }),
  'POST /v1/disable': forServices((target, service) => target.disable(service)),
  'POST /v1/enable': forServices((target, service) => target.enable(service)),

  async 'POST /v1/restart'(target, { read }) {
    const body = await read(restartBody)
    if (!body.ok) return body.failure
    const { service } = body.value
    const known = checkNames(target, [service])
    return known.ok ? answer({ done: await target.restart(service) }) : known.failure
  },

  'POST /v1/pause': simple(target => target.pause()),
  'POST /v1/resume': simple(target => target.resume()),

  async 'POST /v1/why'(target, { read }) {
    const body = await read(whyBody)
    return body.ok ? answer({ consequences: await target.explain(body.value.file) }) : body.failure
  },

  async 'POST /v1/stop'(target, { read }) {
    const body = await read(emptyBody)
    if (!body.ok) return body.failure
    await target.stop()
    return answer({})
  },
}

function simple(act: (target: ControlTarget) => void): Route {
  return async (target, { read }) => {
    const body = await read(emptyBody)
    if (!body.ok) return body.failure
    act(target)
    return answer(describeStatus(target.snapshot(), target.up.devfile))
  }
}

/** All of them or, where one is refused, none. */
function forServices(
  act: (target: ControlTarget, service: string) => void,
  { isEnabledOnly = false }: { isEnabledOnly?: boolean } = {},
): Route {
  return async (target, { read }) => {
    const body = await read(servicesBody)
    if (!body.ok) return body.failure
    const { services } = body.value
    const known = checkNames(target, services)
    if (!known.ok) return known.failure
    const disabled = services.find(name => target.snapshot().state.services.get(name)?.isDisabled)
    if (isEnabledOnly && disabled !== undefined) {
      const cure = `Enable it: devloop enable ${disabled}`
      const message = `The service ${disabled} is disabled.`
      return refused(409, { code: 'control/disabled', message, cure })
    }
    for (const service of services) act(target, service)
    return answer(describeStatus(target.snapshot(), target.up.devfile))
  }
}

/** Refuses a request that names a service which there is not. */
export function checkNames(target: ControlTarget, names: readonly string[]): Result<void, Answer> {
  const known = [...target.snapshot().state.services.keys()]
  const unknown = names.find(name => !known.includes(name))
  if (unknown === undefined) return ok(undefined)
  return fail(refused(404, unknownService(unknown, known)))
}
