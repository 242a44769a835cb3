import packageJson from '../../package.json' with { type: 'json' }
import { devfileAddresses, stackAddresses } from '../control/address.ts'
import type { UpDescription } from '../control/attach.ts'
import { claimControl } from '../control/open.ts'
import { serveControl } from '../control/server.ts'
import type { Failure } from '../model/failure.ts'
import type { Project } from '../model/project.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { ChosenContext } from '../session/context.ts'
import type { Devfile } from '../session/devfile.ts'
import { explainFile } from '../session/explain.ts'
import type { ProjectOptions } from '../session/project.ts'
import { createSession, type Session, type SessionOptions } from '../session.ts'
import { exitWithBug } from './bug.ts'

export interface ControlledSessionOptions {
  /** What the command line says of the project. */
  readonly asked: Pick<ProjectOptions, 'profile' | 'args'>
  readonly devfile: Devfile
  readonly project: Project
  readonly context: ChosenContext
  /** What the context's `engine` gave. */
  readonly engine: SessionOptions['engine']
  /** Aborted when the end is asked for, also by another process. */
  readonly end: AbortController
}

export interface ControlledSession {
  readonly session: Session
  /** Why no other process can ask this one. */
  readonly deaf?: Failure
  /** Ends the session, and answers those who wait for that. */
  stop(): Promise<void>
}

/** A session that other processes can ask, unless one of the same Devfile, or of the same stack, runs already. */
export async function openControlledSession({
  asked,
  devfile,
  project,
  context,
  engine,
  end,
}: ControlledSessionOptions): Promise<Result<ControlledSession>> {
  const place = { env: process.env, platform: process.platform }
  const claimed = await claimControl({
    devfile: devfileAddresses(devfile.path, place),
    stack: stackAddresses({ project: project.name, cluster: context.server }, place),
  })
  if (!claimed.ok && claimed.failure.code !== 'control/address') return fail(claimed.failure)

  const session = createSession({ devfile, project, context, engine, onBug: exitWithBug })
  const ended = Promise.withResolvers<void>()
  const control = serveControl(claimed.ok ? claimed.value : [], {
    target: {
      ...session,
      up: describeUp(asked, devfile, context),
      explain: file =>
        explainFile({ project: session.snapshot().state.project, devfiles: devfile.files, file }),
      stop() {
        end.abort()
        return ended.promise
      },
    },
    onBug: exitWithBug,
  })
  return ok({
    session,
    ...(!claimed.ok && { deaf: claimed.failure }),
    async stop() {
      await session.stop()
      ended.resolve()
      await control.close()
    },
  })
}

/** How this process was started. */
export function describeUp(
  { profile, args }: ControlledSessionOptions['asked'],
  { path }: Pick<Devfile, 'path'>,
  { name }: Pick<ChosenContext, 'name'>,
): UpDescription {
  const { version } = packageJson
  return {
    version,
    pid: process.pid,
    devfile: path,
    context: name,
    ...(profile !== undefined && { profile }),
    args,
  }
}
