import { type ExecOutcome, type ExecRequest, exec } from '../util/exec.ts'

/** A machine, or a container that stands for one, with a containerd of its own. */
export interface ContainerdNode {
  /** For messages: `shop-worker`. */
  readonly name: string
  /** The words of its command line for containerd, on the right socket: `ctr`, `k3s ctr`. */
  readonly ctr: string
  /** What starts `sh` there, with an argument that is still to come: `docker exec … sh -c`. */
  readonly shell: { readonly command: string; readonly args: readonly string[] }
  readonly env: Readonly<Record<string, string>>
  /** What is started there runs on when the command that started it is ended, as it does behind `docker exec`. */
  readonly outlivesCommand: boolean
}

export type NodeRequest = Pick<ExecRequest, 'signal' | 'timeoutMs' | 'onLine' | 'input'>

/** Runs a script there, with `$ctr` for its containerd and the arguments as `$1`, `$2`, … */
export function runInNode(
  { shell, ctr, env }: ContainerdNode,
  script: string,
  args: readonly string[],
  request: NodeRequest,
): Promise<ExecOutcome> {
  const containerd = `ctr='${ctr} --namespace=k8s.io'\n`
  return exec({
    command: shell.command,
    args: [...shell.args, containerd + script, 'devloop', ...args],
    env,
    ...request,
  })
}
