import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { isRecord } from './is-record.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the docker command line goes by, read from where it reads it: to ask the command costs 40 ms. */
export interface DockerSettings {
  /** Where its configuration is. */
  readonly folder: string
  /** The context in use; `default` is the engine that `DOCKER_HOST` names, or the usual one. */
  readonly context: string
  /** The folders of its plugins, the first counts: the user's own before the system's. */
  readonly pluginFolders: readonly string[]
}

/**
 * The rules are docker's own: `DOCKER_HOST` counts before `DOCKER_CONTEXT`, that before `docker context use`
 * (https://docs.docker.com/engine/manage-resources/contexts/).
 */
export function dockerSettings(env: Environment): DockerSettings {
  const folder = env.DOCKER_CONFIG || path.join(env.HOME ?? homedir(), '.docker')
  const { currentContext, cliPluginsExtraDirs } = readObject(path.join(folder, 'config.json'))
  const chosen =
    env.DOCKER_CONTEXT || (typeof currentContext === 'string' && currentContext) || defaultContext
  return {
    folder,
    context: env.DOCKER_HOST ? defaultContext : chosen,
    pluginFolders: [
      ...(Array.isArray(cliPluginsExtraDirs) ? cliPluginsExtraDirs.map(String) : []),
      path.join(folder, 'cli-plugins'),
      ...systemPluginFolders(env),
    ],
  }
}

/** The address of the context's engine, as `unix:///…`; undefined where there is no such context. */
export function engineAddress({ folder, context }: DockerSettings, env: Environment): string | undefined {
  if (context === defaultContext) return env.DOCKER_HOST || usualAddress
  // Each context has a folder that is named by the digest of its name.
  const name = createHash('sha256').update(context).digest('hex')
  const { Endpoints } = readObject(path.join(contextsFolder(folder), name, 'meta.json'))
  const host = (Endpoints as { docker?: { Host?: unknown } } | undefined)?.docker?.Host
  return typeof host === 'string' ? host : undefined
}

/** The names of the contexts that docker's configuration has; without any docker uses the one engine that it finds. */
export function dockerContextNames(env: Environment): readonly string[] {
  const folder = contextsFolder(dockerSettings(env).folder)
  try {
    return readdirSync(folder).map(entry => String(readObject(path.join(folder, entry, 'meta.json')).Name))
  } catch {
    return []
  }
}

const defaultContext = 'default'
const usualAddress =
  process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock'

function contextsFolder(folder: string): string {
  return path.join(folder, 'contexts', 'meta')
}

function systemPluginFolders(env: Environment): readonly string[] {
  if (process.platform === 'win32') {
    const roots = [env.ProgramData, env.ProgramFiles].filter(root => root !== undefined)
    return roots.map(root => path.join(root, 'Docker', 'cli-plugins'))
  }
  return ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map(root =>
    path.join(root, 'docker', 'cli-plugins'),
  )
}

/** A file that is missing or broken says nothing; docker itself tells of a broken one when it is next called. */
function readObject(file: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isRecord(read) ? read : {}
  } catch {
    return {}
  }
}
