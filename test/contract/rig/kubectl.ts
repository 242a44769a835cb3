import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll } from 'vitest'
import { kubeconfig } from './call.ts'
import { Transcript } from './transcript.ts'

const timeoutMs = 100_000

export interface KubectlOutcome {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface KubectlOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A running kubectl: the lines of both its outputs. */
export interface RunningKubectl extends Transcript<string>, AsyncDisposable {}

/** kubectl in one namespace, with a cache of its own, so that it asks this cluster what there is. */
export class Kubectl {
  readonly #namespace: string
  readonly #cache = mkdtempSync(path.join(tmpdir(), 'devloop-contract-kubectl-'))

  constructor(namespace: string) {
    this.#namespace = namespace
    afterAll(() => rmSync(this.#cache, { recursive: true, force: true }))
  }

  /** Runs it to its end. */
  async run(args: readonly string[], { input = '', env }: KubectlOptions = {}): Promise<KubectlOutcome> {
    const options = { reject: false, timeout: timeoutMs, input, ...(env && { env }) } as const
    const { exitCode, stdout, stderr } = await execa('kubectl', this.#whole(args), options)
    return { code: exitCode, stdout, stderr }
  }

  /** The output of what must succeed. */
  async output(...args: readonly string[]): Promise<string> {
    return this.outputOf(args)
  }

  async outputOf(args: readonly string[], options?: KubectlOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options)
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
    return stdout
  }

  /** Starts one that goes on until it is disposed of. */
  start(args: readonly string[], { env }: Pick<KubectlOptions, 'env'> = {}): RunningKubectl {
    const child = execa('kubectl', this.#whole(args), {
      reject: false,
      all: true,
      stdin: 'ignore',
      ...(env && { env }),
    })
    const lines = new Transcript<string>()
    const read = (async () => {
      for await (const line of child.iterable({ from: 'all' })) lines.add(line)
      lines.end()
    })()
    return Object.assign(lines, {
      async [Symbol.asyncDispose]() {
        child.kill()
        await read
      },
    })
  }

  #whole(args: readonly string[]): string[] {
    return [
      `--kubeconfig=${kubeconfig}`,
      `--cache-dir=${this.#cache}`,
      `--namespace=${this.#namespace}`,
      ...args,
    ]
  }
}
