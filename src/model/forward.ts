import type { Failure } from './failure.ts'
import type { PortRule } from './project.ts'

/** What one port rule is doing. */
export interface ForwardStatus {
  readonly service: string
  readonly rule: PortRule
  readonly state: /** Open, and a ready pod answers. */
    | 'listening'
    /** Open; who connects is held until a pod is ready. */
    | 'waiting-for-pod'
    | 'failed'
  /** For people and browsers: `localhost:8080`. */
  readonly address: string
  readonly failure?: Failure
}
