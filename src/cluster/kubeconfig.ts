import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { isRecord } from '../util/is-record.ts'
import { nearest } from '../util/nearest.ts'
import { sandboxFolder, sandboxKubeconfig } from '../util/sandbox-place.ts'
import { isText, type KubeconfigFile, type NamedEntry, parseKubeconfig } from './kubeconfig-file.ts'

export interface KubeconfigRequest {
  /** `--kubeconfig`: only this file counts, and it must exist. */
  readonly kubeconfig?: string
  /** `--context`; absent: the current context. */
  readonly context?: string
  /** The environment: `KUBECONFIG` and `HOME`. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** One context of a kubeconfig with all that belongs to it; every path in it is absolute. */
export interface KubeContext {
  readonly name: string
  readonly namespace?: string
  readonly clusterName: string
  /** The API server's address, without a slash at its end. */
  readonly server: string
  /** The entries as the kubeconfig has them. */
  readonly context: NamedEntry
  readonly cluster: NamedEntry
  readonly user: NamedEntry
}

/**
 * Finds the context to use by kubectl's rules: `--kubeconfig`, else the files of `KUBECONFIG` merged (missing ones are
 * skipped, of equal names the first wins), else `~/.kube/config`. Without `--kubeconfig` the one of the sandbox comes last:
 * its context is known by its name, and is the current one where no other is.
 */
export function loadContext(request: KubeconfigRequest): Result<KubeContext> {
  const paths = kubeconfigPaths(request)
  const files: KubeconfigFile[] = []
  for (const path of [...paths, ...sandboxPaths(request)]) {
    const file = readKubeconfig(path, path === request.kubeconfig)
    if (!file.ok) return file
    if (file.value) files.push(file.value)
  }
  if (files.length === 0) return fail(noKubeconfig(paths))

  const contexts = files.flatMap(file => file.contexts)
  const name = request.context ?? files.find(file => file.currentContext)?.currentContext
  if (name === undefined) return fail(noCurrentContext(contexts, files))
  const context = contexts.find(entry => entry.name === name)
  if (!context) return fail(unknownContext(name, contexts, files, request))
  return resolveContext(context, files)
}

function kubeconfigPaths({ kubeconfig, env }: KubeconfigRequest): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig]
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '')
  if (listed.length > 0) return [...new Set(listed)]
  return [join(env.HOME ?? homedir(), '.kube', 'config')]
}

function sandboxPaths({ kubeconfig, env }: KubeconfigRequest): readonly string[] {
  return kubeconfig === undefined ? [sandboxKubeconfig(sandboxFolder(env))] : []
}

/** What was last read of each file: while a cluster is away its kubeconfig is read each second, and hardly ever says anything new. */
const lastRead = new Map<string, { readonly text: string; readonly parsed: Result<KubeconfigFile> }>()

/** `undefined` for a file that is not there and need not be. */
function readKubeconfig(path: string, isRequired: boolean): Result<KubeconfigFile | undefined> {
  const file = resolve(path)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && !isRequired) return ok(undefined)
    return fail({
      code: 'cluster/kubeconfig',
      message: code === 'ENOENT' ? 'There is no such kubeconfig.' : 'The kubeconfig cannot be read.',
      at: { file },
      why: message,
    })
  }
  const last = lastRead.get(file)
  if (last?.text === text) return last.parsed
  const parsed = parseKubeconfig(file, text)
  lastRead.set(file, { text, parsed })
  return parsed
}

function resolveContext(context: NamedEntry, files: readonly KubeconfigFile[]): Result<KubeContext> {
  const clusterName = textOf(context.fields.cluster)
  const userName = textOf(context.fields.user)
  const cluster = files.flatMap(file => file.clusters).find(entry => entry.name === clusterName)
  const user = files.flatMap(file => file.users).find(entry => entry.name === userName)
  if (!clusterName || !cluster) return fail(danglingContext(context, 'cluster', clusterName))
  if (userName && !user) return fail(danglingContext(context, 'user', userName))
  const server = textOf(cluster.fields.server)
  if (!server || !URL.canParse(server)) {
    return fail({
      code: 'cluster/kubeconfig',
      message: `Cluster ${clusterName} has no valid server address.`,
      at: { file: cluster.file, object: `clusters.${clusterName}.cluster.server` },
      why: server ? `${server} is no URL` : 'it is missing',
    })
  }
  const namespace = textOf(context.fields.namespace)
  return ok({
    name: context.name,
    ...(namespace && { namespace }),
    clusterName,
    server: server.replace(/\/+$/, ''),
    context,
    cluster: withAbsolutePaths(cluster),
    user: withAbsolutePaths(user ?? { name: 'anonymous', file: context.file, fields: {} }),
  })
}

const pathFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'] as const

/** Paths in a kubeconfig are relative to its own file, and so is an exec plugin that is named by a path. */
function withAbsolutePaths(entry: NamedEntry): NamedEntry {
  const folder = dirname(entry.file)
  const fields: Record<string, unknown> = { ...entry.fields }
  for (const field of pathFields) {
    const path = textOf(fields[field])
    if (path) fields[field] = resolve(folder, path)
  }
  const plugin = fields.exec
  if (isRecord(plugin)) {
    const command = textOf(plugin.command)
    if (command && /[/\\]/.test(command)) fields.exec = { ...plugin, command: resolve(folder, command) }
  }
  return { ...entry, fields }
}

function noKubeconfig(paths: readonly string[]): Failure {
  return {
    code: 'cluster/no-context',
    message: 'There is no kubeconfig, so no cluster to work with.',
    why: `looked for ${paths.map(path => resolve(path)).join(', ')}`,
    cure:
      'Start a local cluster, which writes one: `kind create cluster`, `minikube start`, or switch Kubernetes on in ' +
      `Docker Desktop's settings; or name a kubeconfig with --kubeconfig.${orSandbox()}`,
  }
}

function noCurrentContext(contexts: readonly NamedEntry[], files: readonly KubeconfigFile[]): Failure {
  return {
    code: 'cluster/no-context',
    message: 'The kubeconfig has no current context.',
    at: { file: files.map(({ path }) => path).join(delimiter) },
    why: describeContexts(contexts),
    cure:
      contexts.length === 0
        ? `Start a local cluster, which adds one: \`kind create cluster\` or \`minikube start\`.${orSandbox()}`
        : 'Name one with --context, or run `kubectl config use-context <name>`',
  }
}

/** Where it runs, it is the one that needs nothing else. */
function orSandbox(): string {
  return process.platform === 'linux' ? ' To try devloop without a cluster: `devloop up --sandbox`.' : ''
}

function unknownContext(
  name: string,
  contexts: readonly NamedEntry[],
  files: readonly KubeconfigFile[],
  request: KubeconfigRequest,
): Failure {
  const meant = nearest(
    name,
    contexts.map(context => context.name),
  )
  return {
    code: 'cluster/no-context',
    message: request.context
      ? `The kubeconfig has no context ${name}.`
      : `The kubeconfig's current context is ${name}, which it does not have.`,
    at: { file: files.map(({ path }) => path).join(delimiter) },
    why: describeContexts(contexts),
    cure: meant ? `Did you mean --context ${meant}?` : 'Name one that there is with --context.',
  }
}

function danglingContext(context: NamedEntry, field: 'cluster' | 'user', name: string | undefined): Failure {
  return {
    code: 'cluster/kubeconfig',
    message: name
      ? `Context ${context.name} names the ${field} ${name}, which the kubeconfig does not have.`
      : `Context ${context.name} names no ${field}.`,
    at: { file: context.file, object: `contexts.${context.name}.context.${field}` },
    cure: 'Start the cluster again with its own tool, which writes the entry anew, or choose another --context.',
  }
}

function describeContexts(contexts: readonly NamedEntry[]): string {
  const names = [...new Set(contexts.map(context => context.name))]
  return names.length === 0 ? 'it has no contexts at all' : `it has: ${names.join(', ')}`
}

function textOf(value: unknown): string | undefined {
  return isText(value) ? value : undefined
}
