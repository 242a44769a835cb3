/**
 * What went wrong, as a value. A failure is something that the user can see, understand and mend; a bug of
 * devloop's own is an exception and is told apart once, at the edge (`cli/`).
 */
export interface Failure {
  /** A stable name for scripts and tests, such as `build/dockerfile-syntax`. */
  readonly code: FailureCode
  /** What happened, in one line, without the place. */
  readonly message: string
  readonly at?: Place
  /** Why, where the message alone does not say it: the tool's or the cluster's own words, bounded. */
  readonly why?: string
  /** What the user can do about it. */
  readonly cure?: string
  /** The last lines of the tool or container, oldest first, at most `maxOutputLines`. */
  readonly output?: readonly string[]
  /** With `build/no-tool`, the command that is missing: a build goes on by itself when it is there. */
  readonly tool?: string
}

export interface Place {
  /** Absolute path. */
  readonly file?: string
  /** 1-based. */
  readonly line?: number
  /** 1-based. */
  readonly column?: number
  /** What inside of the file or cluster, such as `Deployment/web` or `services.web.ports[0]`. */
  readonly object?: string
}

export const maxOutputLines = 20

/** `room/reason`. Codes are public: JSON output shows them, and they do not change meaning. */
export type FailureCode =
  | 'config/not-found'
  | 'config/load'
  | 'config/invalid'
  | 'config/not-written'
  | 'watch/limit'
  | 'watch/failed'
  | 'build/no-tool'
  | 'build/no-engine'
  | 'build/no-dockerfile'
  | 'build/dockerfile-syntax'
  | 'build/failed'
  | 'build/cycle'
  | 'build/missing-input'
  | 'cluster/kubeconfig'
  | 'cluster/no-context'
  | 'cluster/refused'
  | 'cluster/unreachable'
  | 'cluster/unauthorized'
  | 'cluster/no-provider'
  | 'cluster/load'
  | 'deploy/manifest-missing'
  | 'deploy/manifest-syntax'
  | 'deploy/manifest-invalid'
  | 'deploy/rejected'
  | 'deploy/delete'
  | 'rollout/image-pull'
  | 'rollout/crash'
  | 'rollout/config'
  | 'rollout/unschedulable'
  | 'rollout/probe'
  | 'rollout/volume'
  | 'rollout/job'
  | 'rollout/stalled'
  | 'sync/no-shell'
  | 'sync/lost'
  | 'sync/refused'
  | 'sync/command'
  | 'sync/restart'
  | 'sync/crash'
  | 'forward/port-taken'
  | 'forward/target'
  | 'control/not-running'
  | 'control/running'
  | 'control/stack-taken'
  | 'control/version'
  | 'control/silent'
  | 'control/address'
  | 'control/request'
  | 'control/unknown-service'
  | 'control/disabled'
  | 'control/no-shell'
  | 'sandbox/platform'
  | 'sandbox/forbidden'
  | 'sandbox/no-tool'
  | 'sandbox/running'
  | 'sandbox/start'
  | 'sandbox/no-image'
  | 'sandbox/no-command'
  | 'sandbox/not-executable'
  | 'sandbox/container'
  | 'sandbox/connection'
  | 'process/failed'
  | 'process/timeout'
