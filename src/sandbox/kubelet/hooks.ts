import { fail, ok } from '../../model/result.ts'
import type { LifecycleHandler } from '../kinds/pod.ts'
import { getHttp, type HandlerResult, type HandlerTarget, openTcp, runCommand } from './handlers.ts'
import { pause } from './pause.ts'

/** Does what a container asks for after its start or before its end. */
export async function runHook(
  handler: LifecycleHandler,
  target: HandlerTarget,
  signal: AbortSignal,
): Promise<HandlerResult> {
  if (handler.exec) return runCommand(target, handler.exec.command ?? [], signal)
  if (handler.httpGet) return getHttp(target, handler.httpGet, signal)
  if (handler.tcpSocket) return openTcp(target, handler.tcpSocket, signal)
  if (!handler.sleep) return fail('a hook needs one of exec, httpGet and sleep')
  await pause(handler.sleep.seconds * 1000, signal)
  return ok('')
}
